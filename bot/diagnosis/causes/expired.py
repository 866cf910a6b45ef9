"""A certificate of the CA has ended, as the checks see it; or a log says that something has."""

from collections.abc import Iterator
from functools import partial
from typing import Final

from msgspec.structs import replace

from bot.diagnosis import last_words, telling
from bot.diagnosis.clues import Clues
from bot.diagnosis.explanation import Candidate, Explanation, Reach
from bot.diagnosis.following import DISTRUST, NO_CA, downtime
from bot.model import phrases
from bot.model.endings import RUNNING, endings
from bot.model.finding import Finding

ROOT_LINES: Final = ("root-expired", "sentry-refuses-expired-ca")
ISSUER_LINES: Final = ("sentry-refuses-expired-ca",)
ANY_LINES: Final = ("reason-expired", "sentry-refuses-expired-ca")
NAMES: Final = {"root-expiry": "root", "issuer-expiry": "issuer", "intermediate-expiry": "intermediate"}
SAYS_ROOT: Final = "The log of sentry says that the Dapr root certificate has expired"
SAYS_ANY: Final = "A log says that a certificate has expired"


def ended(clues: Clues, check_id: str) -> Finding | None:
    """The first of what this check saw ended."""
    found = [one for one in clues.trouble(check_id) if one.deadline_at is not None and one.deadline_at <= clues.now]
    return min(found, key=lambda one: one.deadline_at or clues.now, default=None)


def _of(id_: str, check_id: str, own: tuple[str, ...], clues: Clues) -> Iterator[Candidate]:
    finding = ended(clues, check_id)
    if finding is None or finding.deadline_at is None:
        return
    since = telling.ago(finding.deadline_at, clues.now)
    if _is_of_pods_only(finding, clues):
        fact = f"The {NAMES[check_id]} certificate on which some pods still rely expired {since}; sentry has another"
        cause = telling.proved(clues, finding, id_=id_, fact=fact, own=own, explains=DISTRUST)
        hits = clues.touches(finding)
        mine = replace(cause, next_step=telling.for_those(cause.next_step, clues.pods)) if hits else cause
        yield Candidate(cause=mine, reach=Reach.TARGET if hits else Reach.ELSEWHERE)
        return
    subject = "running issuer certificate" if finding.subject == RUNNING[:12] else f"{NAMES[check_id]} certificate"
    fact = f"Dapr {subject} expired {since}"
    explains = [one for one in (*NO_CA, *downtime(clues)) if one != id_]
    yield Candidate(cause=telling.proved(clues, finding, id_=id_, fact=fact, own=own, explains=explains))


def _is_of_pods_only(finding: Finding, clues: Clues) -> bool:
    """Whether sentry has another path, so that only pods that were admitted long ago suffer."""
    group = [one for one in endings(clues.snapshot) if one.fingerprint[:12] == finding.subject and one.is_needed]
    return bool(group) and not any(one.by_sentry for one in group)


def _root(clues: Clues) -> Iterator[Candidate]:
    """Only sentry's own sentence speaks of the root; any other may mean another certificate."""
    found = tuple(_of("root-expired", "root-expiry", ROOT_LINES, clues))
    lines = clues.said("root-expired")
    yield from found
    if lines and not found:
        cause = telling.complained(clues, lines, id_="root-expired", fact=SAYS_ROOT, own=ROOT_LINES, explains=("certificate-expired",))
        yield Candidate(cause=cause)


def _any(clues: Clues) -> Iterator[Candidate]:
    """Lines that no ended certificate of the CA bears out: a leaf may have ended, or it is over."""
    lines = clues.said(*ANY_LINES)
    if lines and not any(ended(clues, check_id) for check_id in NAMES):
        cause = last_words.complained(clues, lines, id_="certificate-expired", fact=SAYS_ANY, own=ANY_LINES, explains=("sidecar-crashes",))
        yield Candidate(cause=cause)


def _soon(clues: Clues) -> Iterator[Candidate]:
    """Not a cause of anything that is broken now."""
    ahead = [(one.deadline_at, one) for one in clues.trouble(*NAMES) if one.deadline_at is not None and one.deadline_at > clues.now]
    lines = clues.said("root-expires-soon")
    if ahead:
        at, finding = min(ahead, key=lambda pair: pair[0])
        fact = f"Dapr {NAMES[finding.check_id]} certificate expires in {phrases.left(at - clues.now)}; nothing is broken by that yet"
        cause = telling.proved(clues, finding, id_="expires-soon", fact=fact, own=("root-expires-soon",))
        yield Candidate(cause=cause, reach=Reach.LATER)
    elif lines and not ended(clues, "root-expiry"):
        fact = "The log of sentry says that the Dapr root certificate expires soon"
        yield Candidate(cause=telling.complained(clues, lines, id_="expires-soon", fact=fact), reach=Reach.LATER)


ROOT: Final = Explanation(id="root-expired", title="The root certificate has expired", find=_root, claims=ROOT_LINES)
ISSUER: Final = Explanation(
    id="issuer-expired",
    title="The issuer certificate has expired",
    find=partial(_of, "issuer-expired", "issuer-expiry", ISSUER_LINES),
)
INTERMEDIATE: Final = Explanation(
    id="intermediate-expired",
    title="A certificate between issuer and root has expired",
    find=partial(_of, "intermediate-expired", "intermediate-expiry", ISSUER_LINES),
)
SOMETHING: Final = Explanation(
    id="certificate-expired",
    title="A log says that a certificate has expired, and no certificate that was seen has",
    find=_any,
    claims=ANY_LINES,
)
SOON: Final = Explanation(id="expires-soon", title="The CA expires soon", find=_soon, claims=("root-expires-soon",))
