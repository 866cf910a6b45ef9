"""What would sentry do if it started now, and which check answers for it? One cause has one card: the owner's.

The others that hold no longer because of it say so in a NOTICE that names the owner, so that no answer lies by silence.
"""

import enum
from collections.abc import Collection, Sequence

import msgspec

from bot.model import acceptance, control_plane, endings, trust
from bot.model.bundle import Mode, TrustBundle
from bot.model.endings import Role
from bot.model.finding import Finding, Severity
from bot.model.observed import Observed
from bot.model.problem import Problem
from bot.model.snapshot import Snapshot
from bot.model.versions import Version

DO_NOT_RESTART = "Do NOT restart sentry"

DAPR_MISSING = "dapr-missing"
INCOMPLETE = "bundle-incomplete"
MISMATCH = "bundle-mismatch"
UNLOADABLE = "bundle-unloadable"
NOT_YET_VALID = "not-yet-valid"
EXPIRY = {Role.ROOT: "root-expiry", Role.ISSUER: "issuer-expiry", Role.INTERMEDIATE: "intermediate-expiry"}

_DATES = frozenset(("certificate-expired", "certificate-not-yet-valid"))
_MISMATCHES = frozenset(("bundle-mismatch", "ca-not-utf8"))


class Outcome(enum.Enum):
    """What a start of sentry leads to. ``UNKNOWN``: something it reads was not observed, or is too large to judge."""

    STARTS = "starts"
    UNKNOWN = "unknown"
    REFUSES = "refuses"
    REPLACES = "replaces"


class Prognosis(msgspec.Struct, frozen=True, kw_only=True):
    """``owner``: id of the check whose card tells it, "" when sentry starts. ``problems``: why, worst version's first."""

    outcome: Outcome
    owner: str = ""
    version: Version | None = None
    problems: tuple[Problem, ...] = ()

    @property
    def is_trouble(self) -> bool:
        """Whether a restart would end badly."""
        return self.outcome in (Outcome.REFUSES, Outcome.REPLACES)


def prognosis(snapshot: Snapshot) -> Prognosis:
    """The worst outcome among the versions of sentry that run here."""
    if not isinstance(snapshot.secret, Observed) or control_plane.is_absent(snapshot):
        return Prognosis(outcome=Outcome.UNKNOWN)
    held = trust.trust_bundle(snapshot)
    no_configmap = isinstance(snapshot.configmap, Observed) and snapshot.configmap.value is None
    if held is None or (no_configmap and trust.is_paired(snapshot)):
        return Prognosis(outcome=Outcome.REFUSES, owner=INCOMPLETE)
    order = tuple(Outcome)
    each = [_of_version(snapshot, held, version) for version in trust.versions(snapshot)]
    worst = max(each, key=lambda one: order.index(one.outcome))
    unseen = trust.is_paired(snapshot) and not isinstance(snapshot.configmap, Observed)
    return Prognosis(outcome=Outcome.UNKNOWN) if unseen and not worst.is_trouble else worst


def explained(check_id: str, fact: str, owner: str) -> Finding:
    """A fact that does not hold, for a reason that another check's card tells: a NOTICE without a card of its own."""
    return Finding(check_id=check_id, subject=owner, severity=Severity.NOTICE, fact=fact, next_step=f"See {owner}.")


def nothing_to_judge(check_id: str, snapshot: Snapshot, what: str) -> Finding:
    """There is no ``what`` ("root CA") that could be read: unknown, unless that is so because there is no Dapr here at all."""
    if control_plane.is_absent(snapshot) and trust.secret(snapshot) is None and trust.configmap(snapshot) is None:
        return explained(check_id, f"There is no {what} here", DAPR_MISSING)
    owner = prognosis(snapshot).owner
    return Finding(check_id=check_id, severity=Severity.UNKNOWN, fact=f"No {what} can be read", next_step=f"See {owner}." if owner else "")


def _of_version(snapshot: Snapshot, held: TrustBundle, version: Version) -> Prognosis:
    verdict = acceptance.sentry(held, version, Mode.KUBERNETES, snapshot.taken_at)
    if verdict.loads:
        return Prognosis(outcome=Outcome.STARTS, version=version)
    if not verdict.judged:
        return Prognosis(outcome=Outcome.UNKNOWN, owner=UNLOADABLE, version=version, problems=verdict.problems)
    if verdict.replaces:
        owner = MISMATCH if {one.id for one in verdict.problems} <= _MISMATCHES else INCOMPLETE
        return Prognosis(outcome=Outcome.REPLACES, owner=owner, version=version, problems=verdict.problems)
    refusals = acceptance.judge_chain(held, version, snapshot.taken_at).refusals
    owner = _owner_of_dates(snapshot, held, version, {one.id for one in refusals}) or UNLOADABLE
    return Prognosis(outcome=Outcome.REFUSES, owner=owner, version=version, problems=refusals)


def _owner_of_dates(snapshot: Snapshot, held: TrustBundle, version: Version, ids: Collection[str]) -> str:
    """The expiry check that owns a refusal which only time has caused: the same bundle is fine at another instant."""
    if not ids or not _DATES.issuperset(ids):
        return ""
    judged = acceptance.judge_chain(held, version, snapshot.taken_at)
    instants = {one.not_before_at for one in (*judged.chain, *judged.roots)}
    if not any(not acceptance.judge_chain(held, version, at).refusals for at in instants):
        return ""
    ended = [group for group in endings.causes(endings.endings(snapshot)) if group[0].not_after_at <= snapshot.taken_at]
    return _led_by(ended) or NOT_YET_VALID


def _led_by(groups: Sequence[Sequence[endings.Ending]]) -> str:
    return EXPIRY[groups[0][0].role] if groups else ""
