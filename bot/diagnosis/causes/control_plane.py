"""Parts of Dapr that are away, or that were left out when the others were restarted after a change of the CA."""

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from msgspec.structs import replace

from bot.diagnosis import last_words, telling
from bot.diagnosis.clues import Clues, is_down
from bot.diagnosis.explanation import Candidate, Explanation, Reach
from bot.diagnosis.following import SIDECAR
from bot.model import control_plane, kubectl, phrases, trust
from bot.model.diagnosis import Cause, Certainty
from bot.model.snapshot import Component

LINKS: Final = {
    "sidecar-loses-scheduler": "scheduler-server",
    "scheduler-peers-refuse": "scheduler-server",
    "sidecar-loses-placement": "placement-server",
    "sidecar-loses-operator": "operator",
}
OF_CERTIFICATES: Final = ("reason-expired", "reason-unknown-authority", "reason-refused-by-peer")
SENTRY_AWAY: Final = (*SIDECAR, "sentry-unreachable", "logs-unexplained", "other-complaint")


def _missing(clues: Clues) -> Iterator[Candidate]:
    for finding in clues.trouble("dapr-missing")[:1]:
        cause = telling.proved(clues, finding, id_="dapr-missing", explains=SENTRY_AWAY)
        yield Candidate(cause=replace(cause, is_certificate=False))


def _unready(clues: Clues) -> Iterator[Candidate]:
    """It hits the target whose sidecar fails for want of sentry or operator, or that has none for want of the injector."""
    findings = clues.trouble("control-plane-unready")
    if not findings:
        yield from _by_its_pods(clues)
        return
    if last_words.are_why(clues):
        return  # sentry's own words are the cause, and what is down follows from it
    names = {one.name for one in findings[0].affected}
    is_sentry_away = clues.sentry_is_down
    explains = SENTRY_AWAY if is_sentry_away else ("pod-not-ready",) if clues.is_component else ()
    no_injector = "dapr-sidecar-injector" in names
    if no_injector:
        explains = (*explains, "sidecar-missing")
    bare = no_injector and any(pod.daprd is None for pod in clues.pods)
    starved = clues.sidecar_fails and (is_sentry_away or "dapr-operator" in names)
    hits = clues.touches(findings[0]) if clues.is_component else starved or bare
    cause = telling.proved(clues, findings[0], id_="control-plane-unready", explains=explains)
    words = clues.last_words(f"dapr-{clues.scene.target.name}") if clues.is_component else ()
    cause = replace(cause, is_certificate=False, excerpts=(*cause.excerpts, *words)[: telling.MOST_LINES])
    yield Candidate(cause=cause, reach=Reach.TARGET if hits else Reach.ELSEWHERE)


def _by_its_pods(clues: Clues) -> Iterator[Candidate]:
    """The part that is asked about does not run, and the check could not see it, or points at the CA as the reason."""
    found = [(pod, one) for pod, one in clues.containers() if clues.is_component and is_down(one)]
    if found:
        where, name = found[0][0].pod, clues.scene.target.name
        cause = Cause(
            id="control-plane-unready",
            fact=f"{name[:1].upper()}{name[1:]} ends again and again",
            certainty=Certainty.PROVED,
            is_certificate=False,
            evidence=tuple(map(telling.state, found[: telling.MOST_LINES])),
            excerpts=clues.last_words(f"dapr-{name}"),
            next_step=f"Read what it wrote before it ended: {kubectl.previous_log(where.namespace, where.name, found[0][1].name)}",
            explains=("pod-not-ready",),
        )
        yield Candidate(cause=cause)


def _not_restarted(clues: Clues) -> Iterator[Candidate]:
    """Handshakes fail, and the part they fail with runs since before the CA was issued; without dates only a possibility."""
    lines = [one for one in clues.said(*LINKS) if one.signature in LINKS and _is_of_certificates(one.signature, one.reasons)]
    if not lines:
        return
    suspects = [
        one for name in dict.fromkeys(LINKS[line.signature] for line in lines) if (one := control_plane.component(clues.snapshot, name))
    ]
    changed_at = _changed_at(clues)
    older = [one for one in suspects if changed_at is not None and (_since(one) or changed_at) < changed_at]
    fact = f"{_listed(older or suspects) or 'A part of the control plane'} and those who talk to it do not accept each other's certificates"
    if not older:
        yield Candidate(cause=telling.complained(clues, lines, id_="control-plane-not-restarted", fact=fact, own=tuple(LINKS)))
        return
    shown = telling.first(tuple(LINKS), lines)
    yield Candidate(
        cause=Cause(
            id="control-plane-not-restarted",
            fact=f"{_listed(older)} {'was' if len(older) == 1 else 'were'} not restarted since the CA was changed",
            certainty=Certainty.LIKELY,
            is_certificate=True,
            evidence=(*map(telling.sentence, shown), *_dates(clues, older, changed_at)),
            excerpts=tuple(dict.fromkeys(one.excerpt for one in shown)),
            next_step=_restart(clues, older[0]),
            explains=("logs-unexplained", "other-complaint", "sidecar-not-ready"),
        )
    )


def _is_of_certificates(signature: str, reasons: tuple[str, ...]) -> bool:
    return signature == "scheduler-peers-refuse" or not set(OF_CERTIFICATES).isdisjoint(reasons)


def _changed_at(clues: Clues) -> datetime | None:
    """When the issuer was issued, or written into the Secret if that was later."""
    held = trust.secret(clues.snapshot)
    issued = [one.not_before_at for one in trust.chain(clues.snapshot)[:1]]
    written = [one.at for one in held.facts.writers if one.at is not None and clues.snapshot.names.issuer in one.keys] if held else []
    return max((*issued, *written), default=None)


def _since(one: Component) -> datetime | None:
    """Since when its oldest pod runs."""
    return min((pod.started_at for pod in one.pods if pod.started_at is not None), default=None)


def _dates(clues: Clues, older: list[Component], changed_at: datetime | None) -> Iterator[str]:
    if changed_at is not None:
        yield f"The CA was issued, or written last, on {phrases.instant(changed_at)}."
    for one in older:
        yield f"{one.workload} runs since {phrases.instant(_since(one) or clues.now)}."
    others = [(since, one) for one in control_plane.components(clues.snapshot) if one not in older and (since := _since(one)) is not None]
    if others:
        since, last = max(others, key=lambda pair: pair[0])
        yield f"{last.workload}, the last one to be restarted, runs since {phrases.instant(since)}."


def _listed(parts: list[Component]) -> str:
    return phrases.listed([one.workload for one in parts])


def _restart(clues: Clues, one: Component) -> str:
    command = kubectl.restart(clues.snapshot.namespace, one.kind, one.workload)
    if control_plane.sentry_is_down(clues.snapshot):
        return f"Get sentry up first, it would not start without it; then restart it: {command}"
    return f"Restart it, it then reads the present roots: {command}"


MISSING: Final = Explanation(id="dapr-missing", title="There is no Dapr control plane", find=_missing)
UNREADY: Final = Explanation(id="control-plane-unready", title="A part of the control plane is not ready", find=_unready)
NOT_RESTARTED: Final = Explanation(
    id="control-plane-not-restarted",
    title="A part of the control plane was not restarted after the CA was changed",
    find=_not_restarted,
    claims=tuple(LINKS),
)
