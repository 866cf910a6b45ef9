"""What would sentry do if it started now, and which check answers for it? One cause has one card: the owner's.

The others that hold no longer because of it say so in a NOTICE that names the owner, so that no answer lies by silence.
"""

import enum
from collections.abc import Callable, Sequence
from datetime import datetime

import msgspec

from bot.model import acceptance, control_plane, endings, trust
from bot.model.bundle import Mode, TrustBundle
from bot.model.endings import Role
from bot.model.finding import Finding, Severity
from bot.model.judging import unseen
from bot.model.observed import Observed, Unobserved
from bot.model.pem import PemDocument
from bot.model.problem import Problem
from bot.model.snapshot import Snapshot
from bot.model.versions import Version

DO_NOT_RESTART = "Do NOT restart sentry"
FROM_CONFIGMAP = "write the ConfigMap's ca.crt into the Secret, byte for byte, for the issuer belongs to it: docs/checks.md#bundle-mismatch"

DAPR_MISSING = "dapr-missing"
CA_CHANGED = "ca-changed"
NO_SECRET = "secret-incomplete"  # noqa: S105 - the id of a check
NO_CONFIGMAP = "configmap-incomplete"
MISMATCH = "bundle-mismatch"
UNLOADABLE = "bundle-unloadable"
PEERS_REFUSE = "peers-refuse"
SERVER_UNTRUSTED = "server-untrusted"
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
    held = trust.trust_bundle(snapshot)
    if not isinstance(snapshot.secret, Observed) or (held is None and control_plane.is_absent(snapshot)):
        return Prognosis(outcome=Outcome.UNKNOWN)
    if held is None:
        return Prognosis(outcome=Outcome.REFUSES, owner=NO_SECRET)
    if trust.is_paired(snapshot) and snapshot.configmap == Observed(None):
        owner = NO_SECRET if trust.lacking(held) else NO_CONFIGMAP
        return Prognosis(outcome=Outcome.REFUSES, owner=owner)
    order = tuple(Outcome)
    each = [_of_version(snapshot, held, version) for version in trust.versions(snapshot)]
    worst = max(each, key=lambda one: order.index(one.outcome))
    unseen = trust.is_paired(snapshot) and not isinstance(snapshot.configmap, Observed)
    return Prognosis(outcome=Outcome.UNKNOWN) if unseen and not worst.is_trouble else worst


def would_load(snapshot: Snapshot, held: TrustBundle, ca: PemDocument) -> bool:
    """Whether every sentry here would load the Secret's issuer and key with these roots in both objects."""
    pair = TrustBundle(ca=ca, issuer=held.issuer, key=held.key)
    verdicts = [acceptance.sentry(pair, version, Mode.KUBERNETES, snapshot.taken_at) for version in trust.versions(snapshot)]
    return all(verdict.loads for verdict in verdicts)


def explained(check_id: str, fact: str, owner: str) -> Finding:
    """A fact that does not hold, for a reason that another check's card tells: a NOTICE without a card of its own."""
    return Finding(check_id=check_id, subject=owner, severity=Severity.NOTICE, fact=fact, next_step=see(owner))


def see(owner: str) -> str:
    """The next step of whoever has none of its own: look at the check that owns the cause."""
    return f"See {owner}."


def is_pointer(finding: Finding) -> bool:
    """Whether a finding only names the check whose card tells the cause, so that a view may fold it away."""
    return finding.severity is Severity.NOTICE and finding.next_step == see(finding.subject)


def restart_warning(snapshot: Snapshot) -> str:
    """What goes on meanwhile, by whether a sentry is up."""
    if control_plane.sentry_is_down(snapshot):
        return "No sentry is up now: no sidecar gets or renews a certificate."
    return "The sentry that runs now goes on with what it loaded, until its next start or reload."


def nothing_to_judge(check_id: str, snapshot: Snapshot, what: str) -> Finding:
    """There is no ``what`` ("root CA") that could be read: unknown, unless that is so because there is no Dapr here at all."""
    if control_plane.is_absent(snapshot) and trust.secret(snapshot) is None and trust.configmap(snapshot) is None:
        return explained(check_id, f"There is no {what} here", DAPR_MISSING)
    if isinstance(snapshot.secret, Unobserved) and snapshot.secret.by_choice and not trust.is_paired(snapshot):
        return unseen(check_id, "secret", snapshot.secret)  # up to 1.11 it is nowhere else
    owner = prognosis(snapshot).owner
    return Finding(check_id=check_id, severity=Severity.UNKNOWN, fact=f"No {what} can be read", next_step=see(owner) if owner else "")


def _of_version(snapshot: Snapshot, held: TrustBundle, version: Version) -> Prognosis:
    verdict = acceptance.sentry(held, version, Mode.KUBERNETES, snapshot.taken_at)
    if verdict.loads:
        return Prognosis(outcome=Outcome.STARTS, version=version)
    if not verdict.judged:
        return Prognosis(outcome=Outcome.UNKNOWN, owner=UNLOADABLE, version=version, problems=verdict.problems)
    outcome = Outcome.REPLACES if verdict.replaces else Outcome.REFUSES
    problems = verdict.problems if verdict.replaces else acceptance.judge_chain(held, version, snapshot.taken_at).refusals
    return Prognosis(outcome=outcome, owner=_owner(snapshot, held, version, problems), version=version, problems=problems)


def _owner(snapshot: Snapshot, held: TrustBundle, version: Version, problems: Sequence[Problem]) -> str:
    ids = {one.id for one in problems}
    if trust.lacking(held):
        return NO_SECRET
    if "configmap-ca-missing" in ids:
        return NO_CONFIGMAP
    if ids & _MISMATCHES:
        return MISMATCH
    if ids <= _DATES:
        return owner_of_dates(snapshot, lambda at: not acceptance.judge_chain(held, version, at).refusals) or UNLOADABLE
    return UNLOADABLE


def owner_of_dates(snapshot: Snapshot, holds: Callable[[datetime], bool]) -> str:
    """The check that owns a failure which only time has caused: the same bundle would do at another instant. "" if it would not."""
    known = (*trust.chain(snapshot), *trust.roots(snapshot))
    if not any(holds(at) for at in {one.not_before_at for one in known}):
        return ""
    ended = [group for group in endings.causes(endings.endings(snapshot)) if group[0].not_after_at <= snapshot.taken_at]
    return EXPIRY[ended[0][0].role] if ended else NOT_YET_VALID
