"""What stands in Secret and ConfigMap: sentry would refuse it, or replace it, or sign with it what nobody accepts."""

from collections.abc import Iterator
from functools import partial
from typing import Final

from msgspec.structs import replace

from bot.diagnosis import last_words, telling
from bot.diagnosis.clues import Clues
from bot.diagnosis.explanation import Candidate, Explanation, Reach
from bot.diagnosis.following import NO_CA, downtime
from bot.diagnosis.signatures import SIGNATURES
from bot.model.diagnosis import Cause, Certainty
from bot.model.finding import Severity

REFUSALS: Final = tuple(
    one.id
    for one in SIGNATURES
    if one.id.startswith("sentry-refuses-") and one.id not in ("sentry-refuses-expired-ca", "sentry-refuses-future-ca")
)
INCOMPLETE: Final = (
    "sentry-misses-configmap",
    "sentry-misses-secret",
    "sentry-finds-no-files",
    "roots-file-missing",
    "certificate-files-missing",
    "certificate-files-missing-for-long",
)
MOUNTS: Final = ("configmap-not-mounted", "secret-not-mounted")
NOT_YET: Final = ("sentry-refuses-future-ca",)


def _strikes(clues: Clues) -> Reach:
    """What is written matters to nobody until a sentry reads it: now, if none is up."""
    return Reach.TARGET if clues.sentry_is_down else Reach.LATER


def _from(id_: str, check_ids: tuple[str, ...], own: tuple[str, ...], says: str, clues: Clues) -> Iterator[Candidate]:
    findings = clues.trouble(*check_ids)
    lines = clues.said(*own)
    reach = _strikes(clues)
    explains = tuple(one for one in (*NO_CA, *downtime(clues)) if reach is Reach.TARGET)
    if findings:
        yield Candidate(cause=telling.proved(clues, findings[0], id_=id_, own=own, explains=explains), reach=reach)
    elif lines:
        yield Candidate(cause=last_words.complained(clues, lines, id_=id_, fact=says, own=own, explains=("sentry-unreachable",)))


def _incomplete(clues: Clues) -> Iterator[Candidate]:
    """Also by the kubelet's word: a pod that waits for the object."""
    says = "A log says that a part of the trust bundle is missing"
    found = tuple(_from("bundle-incomplete", ("secret-incomplete", "configmap-incomplete"), INCOMPLETE, says, clues))
    events = clues.events_that_say(*MOUNTS)
    if found and not events:
        yield from found
    elif events:
        yield _mounts(clues, found)


def _mounts(clues: Clues, found: tuple[Candidate, ...]) -> Candidate:
    shown = telling.told(clues.events_that_say(*MOUNTS))
    if found:
        return Candidate(cause=replace(found[0].cause, excerpts=(*shown, *found[0].cause.excerpts)))
    return Candidate(
        cause=Cause(
            id="bundle-incomplete",
            fact="The trust bundle cannot be mounted: the kubelet says that it does not exist",
            certainty=Certainty.LIKELY,
            is_certificate=True,
            excerpts=shown,
            next_step="See which of the two objects exist, and write back what is missing: docs/checks.md#writing-a-bundle-back",
            explains=("mount-failed",),
        )
    )


def _mismatch(clues: Clues) -> Iterator[Candidate]:
    findings = clues.trouble("bundle-mismatch")
    if findings:
        reach = _strikes(clues)
        explains = tuple(one for one in (*NO_CA, *downtime(clues)) if reach is Reach.TARGET)
        fact = "Secret and ConfigMap of the Dapr CA differ: sentry replaces the CA when it starts or reloads next (dapr#9563)"
        yield Candidate(cause=telling.proved(clues, findings[0], id_="bundle-mismatch", fact=fact, explains=explains), reach=reach)


def _peers(clues: Clues) -> Iterator[Candidate]:
    """Where only webhooks or etcd refuse (a warning), pods get along with each other."""
    findings = clues.trouble("peers-refuse")
    lines = clues.said("reason-path-length")
    if findings:
        is_total = findings[0].severity is Severity.CRITICAL
        explains = (*NO_CA, *downtime(clues)) if is_total else ()
        cause = telling.proved(clues, findings[0], id_="peers-refuse", own=("reason-path-length",), explains=explains)
        yield Candidate(cause=cause, reach=Reach.TARGET if is_total else Reach.ELSEWHERE)
    elif lines:
        fact = "A log says that the chain is longer than a CA certificate allows (pathlen)"
        yield Candidate(cause=telling.complained(clues, lines, id_="peers-refuse", fact=fact))


def _early(clues: Clues) -> Iterator[Candidate]:
    findings = clues.trouble("not-yet-valid")
    lines = clues.said(*NOT_YET)
    if findings:
        fact = findings[0].fact.replace("The CA", "The Dapr CA", 1)
        explains = (*NO_CA, *downtime(clues))
        yield Candidate(cause=telling.proved(clues, findings[0], id_="ca-not-yet-valid", fact=fact, own=NOT_YET, explains=explains))
    elif lines:
        fact = "The log of sentry says that the CA begins in the future"
        cause = last_words.complained(clues, lines, id_="ca-not-yet-valid", fact=fact, own=NOT_YET, explains=("clock-skew",))
        yield Candidate(cause=cause)


REFUSED: Final = Explanation(
    id="sentry-refuses-bundle",
    title="Sentry refuses its bundle",
    find=partial(_from, "sentry-refuses-bundle", ("bundle-unloadable",), REFUSALS, "The log of sentry says that it refuses its bundle"),
    claims=REFUSALS,
)
MISSING: Final = Explanation(
    id="bundle-incomplete", title="A part of the trust bundle is missing", find=_incomplete, claims=(*INCOMPLETE, *MOUNTS)
)
MISMATCH: Final = Explanation(id="bundle-mismatch", title="Secret and ConfigMap differ, which waits to strike", find=_mismatch)
PEERS: Final = Explanation(id="peers-refuse", title="Nobody accepts what the issuer signs", find=_peers, claims=("reason-path-length",))
EARLY: Final = Explanation(id="ca-not-yet-valid", title="The CA begins in the future", find=_early, claims=NOT_YET)
