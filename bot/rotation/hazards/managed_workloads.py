"""Does something else write the workloads? What takes a restart's annotation out again recreates every pod a second time."""

from collections.abc import Iterator
from typing import Final

from bot.model import phrases
from bot.model.rotation import Force, Hazard
from bot.model.surroundings import Surrounding
from bot.rotation.hazard import HazardKind
from bot.rotation.situation import Situation, restarted

ID: Final = "managed-workloads"
_ARGO: Final = (
    "Argo CD leaves annotations alone that its manifests do not name. But a manifest with `annotations: {}` in its pod template, or the "
    "sync option Replace=true, takes the restart back (argoproj/argo-cd#3150): look for those first."
)
_FLUX: Final = (
    "Flux leaves alone what other field managers write, and takes back what one called kubectl wrote (fluxcd/flux2#2526): whoever "
    "restarts them by hand adds --field-manager=flux-client-side-apply."
)
_OTHERS: Final = "Ask whoever runs it whether it keeps annotations of a pod template that are not its own; if not, opt them out."
_KNOWN: Final = (("Argo CD", Force.INFORMS, _ARGO), ("Flux", Force.INFORMS, _FLUX))
# Helm writes at an upgrade only, and keeps what it does not know.
_QUIET: Final = ("Helm",)


def look(situation: Situation) -> Iterator[Hazard]:
    """By labels, annotations and owner references."""
    seen = restarted(situation)
    for name, force, advice in _KNOWN:
        yield from _told(seen, (name,), force, advice)
    others = tuple(owner for one in seen for owner in one.owners if not owner.startswith((*_QUIET, *(name for name, _, _ in _KNOWN))))
    if others:
        yield from _told(seen, others, Force.ASKS, _OTHERS)


def _told(seen: tuple[Surrounding, ...], starts: tuple[str, ...], force: Force, advice: str) -> Iterator[Hazard]:
    owned = [one for one in seen if any(owner.startswith(starts) for owner in one.owners)]
    if owned:
        owners = dict.fromkeys(owner for one in owned for owner in one.owners if owner.startswith(starts))
        fact = f"{phrases.named(list(owners))} manages {phrases.count(len(owned), 'workload')} that would be restarted"
        yield Hazard(id=ID, force=force, fact=fact, advice=advice, affected=tuple(str(one.workload) for one in owned))


MANAGED_WORKLOADS = HazardKind(id=ID, look=look)
