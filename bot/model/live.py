"""What runs, by the certificates that servers show: the issuer behind every sentry, and who of the control plane shows nothing."""

from collections.abc import Iterable, Iterator

import msgspec

from bot.model.certificate import Certificate, certificates
from bot.model.chains import LiveChain, NoChain
from bot.model.control_plane import SENTRY
from bot.model.observed import Observed, Unobserved
from bot.model.snapshot import Snapshot
from bot.model.x509.parser import parse
from bot.model.x509.signature import signed_by


class Running(msgspec.Struct, frozen=True, kw_only=True):
    """A sentry that was seen.

    ``leaf``   its own certificate, which it signs like all others
    ``chain``  the issuer that signed it, then the intermediates that it sends along, without a root; () when nobody showed the issuer
    """

    pod: str
    leaf: Certificate
    chain: tuple[Certificate, ...]


def shown(snapshot: Snapshot) -> tuple[LiveChain, ...]:
    """What was shown; () also when servers were not asked."""
    return snapshot.chains.value.shown if isinstance(snapshot.chains, Observed) else ()


def silent(snapshot: Snapshot) -> tuple[NoChain, ...]:
    """Who showed nothing; () also when servers were not asked."""
    return snapshot.chains.value.silent if isinstance(snapshot.chains, Observed) else ()


def sentries(snapshot: Snapshot, known: Iterable[Certificate] = ()) -> tuple[Running, ...]:
    """Every sentry that was seen. ``known``: where to look for an issuer that is not sent along, as one that is a root is not."""
    kept = tuple(known)
    return tuple(running(one, kept) for one in shown(snapshot) if one.endpoint.component == SENTRY)


def running(one: LiveChain, known: Iterable[Certificate] = ()) -> Running:
    """What one server shows, taken apart."""
    leaf, *sent = certificates(one.chain)
    issuer = next((each for each in (*sent, *known) if is_signed(leaf, each)), None)
    others = [each for each in sent if not each.self_signed and each != issuer]
    return Running(pod=one.endpoint.pod, leaf=leaf, chain=(issuer, *others) if issuer is not None else ())


def is_signed(leaf: Certificate, by: Certificate) -> bool:
    """Whether this key signed that certificate."""
    child, parent = parse(leaf.der), parse(by.der)
    return child.raw_issuer == parent.raw_subject and not signed_by(child, parent)


def is_under(chain: Iterable[Certificate], roots: Iterable[Certificate]) -> bool:
    """Whether one of these roots signed any of the chain, whatever peers make of it."""
    held = tuple(roots)
    return any(one in held or is_signed(one, root) for one in chain for root in held)


def first_to_end(found: Iterable[Running]) -> Running | None:
    """Of several sentries the one whose issuer ends first: whoever renews next may meet it."""
    return min((one for one in found if one.chain), key=lambda one: one.chain[0].not_after_at, default=None)


def why_silent(snapshot: Snapshot, component: str = SENTRY) -> Unobserved | None:
    """Why it is not known what a component shows: servers were not asked, or none of it answered. None: one did, or there is none."""
    if isinstance(snapshot.chains, Unobserved):
        return snapshot.chains
    if any(one.endpoint.component == component for one in shown(snapshot)):
        return None
    return next(_reasons(snapshot, component), None)


def _reasons(snapshot: Snapshot, component: str) -> Iterator[Unobserved]:
    return (one.why for one in silent(snapshot) if one.endpoint.component == component)
