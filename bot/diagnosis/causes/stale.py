"""Pods that trust another CA than sentry serves: the target's own, or those of others."""

from collections.abc import Iterator
from typing import Final

from msgspec.structs import replace

from bot.diagnosis import showing, telling
from bot.diagnosis.clues import Clues
from bot.diagnosis.explanation import Candidate, Explanation, Reach
from bot.diagnosis.following import DISTRUST
from bot.model import counters, phrases, serving
from bot.model.finding import Finding
from bot.model.logs import Sighting
from bot.model.staleness import staleness

SIDECAR_LINES: Final = ("sidecar-renewal-fails", "sidecar-renewal-fails-before-1-12")
REASONS: Final = ("reason-unknown-authority", "reason-refused-by-peer")
COUNTS: Final = (counters.RENEWAL_FAILED, counters.INIT_FAILED)
PEER_LINES: Final = ("sidecars-do-not-trust-each-other", "caller-refused")
# Lines about others than sentry; what they mean is another file's.
_OF_LINKS: Final = ("sidecar-loses-scheduler", "sidecar-loses-placement", "sidecar-loses-operator", *PEER_LINES)


def _own(clues: Clues) -> Iterator[Candidate]:
    findings = clues.trouble("stale-pods")
    target = {(one.namespace, one.name) for one in clues.pods}
    stale = [one for one in staleness(clues.snapshot).stale if (one.namespace, one.name) in target]
    lines = [one for one in clues.said(*REASONS) if one.component == "daprd" and one.signature not in _OF_LINKS]
    if findings and stale:
        name = clues.scene.target.name
        fact = (
            f"{len(stale)} of {phrases.count(len(target), 'pod')} of {name} {_trust(len(stale))} another CA than the one that Dapr serves"
        )
        cause = telling.proved(clues, findings[0], id_="stale-trust", fact=fact, own=REASONS, explains=DISTRUST)
        yield Candidate(
            cause=replace(
                cause,
                evidence=(*cause.evidence, *serving.told(showing.refused_sidecars(clues))),
                next_step=telling.for_those(cause.next_step, stale),
            )
        )
    elif lines:
        fact = f"A log says that {clues.scene.target.name} and the one whom it asks trust different CAs"
        yield Candidate(cause=telling.complained(clues, lines, id_="stale-trust", fact=fact, own=REASONS, explains=("sidecar-crashes",)))


def _others(clues: Clues) -> Iterator[Candidate]:
    """Whom the target calls, or who calls it, may be among them."""
    findings = clues.trouble("stale-pods")
    target = {(one.namespace, one.name) for one in clues.pods}
    others = [one for one in staleness(clues.snapshot).stale if (one.namespace, one.name) not in target]
    lines = [one for one in clues.said(*PEER_LINES) if one.component == "daprd"]
    if findings and others:
        yield _proved(clues, findings[0], lines)
    elif lines:
        fact = f"A log says that {clues.scene.target.name} and another application do not accept each other's certificates"
        yield Candidate(cause=telling.complained(clues, lines, id_="callers-stale", fact=fact, own=PEER_LINES))


def _proved(clues: Clues, finding: Finding, lines: list[Sighting]) -> Candidate:
    cause = telling.proved(clues, finding, id_="callers-stale", own=PEER_LINES)
    apps = phrases.named([f"{one.name} ({one.namespace})" for one in finding.affected])
    who = f"Calls between them and {clues.scene.target.name} fail: {apps}." if lines else f"Calls from and to these fail: {apps}."
    return Candidate(cause=replace(cause, evidence=(who, *cause.evidence)), reach=Reach.TARGET if lines else Reach.ELSEWHERE)


def _trust(number: int) -> str:
    return "trusts" if number == 1 else "trust"


OWN: Final = Explanation(
    id="stale-trust", title="The target's own pods trust another CA", find=_own, claims=(*SIDECAR_LINES, *REASONS), counts=COUNTS
)
OTHERS: Final = Explanation(
    id="callers-stale", title="Other pods trust another CA, so calls between them and the target fail", find=_others, claims=PEER_LINES
)
