"""What a plan is made from: a Snapshot, the kind of rotation, and the numbers that follow from both."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from bot.model import control_plane, go_duration, trust
from bot.model.backup import BackupFacts
from bot.model.certificate import Certificate
from bot.model.observed import Observed
from bot.model.rotation import Kind, Left, Reach, Workload
from bot.model.snapshot import DaprPod, MtlsConfiguration, Snapshot
from bot.model.standing import Standing
from bot.model.surroundings import Surrounding, Surroundings, WorkloadName
from bot.model.workloads import live

# Dapr's defaults (pkg/sentry/config).
LEAF_TTL: Final = timedelta(hours=24)
CLOCK_SKEW: Final = timedelta(minutes=15)


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """``takes``: all steps but the wait for old leaves. ``expires_at``: the point of expiry, None where nothing of the old CA stays.

    ``backup``: what a restore brings back; None for every other kind.
    """

    snapshot: Snapshot
    kind: Kind
    reach: Reach
    takes: timedelta = timedelta()
    expires_at: datetime | None = None
    backup: BackupFacts | None = None

    @property
    def leaves_for(self) -> timedelta:
        """How long a leaf that the old issuer signed just now is accepted."""
        return leaf_lifetime(self.snapshot)


def mtls(snapshot: Snapshot) -> MtlsConfiguration:
    """The Configuration; an empty one where there is none, or it was not seen."""
    found = snapshot.mtls.value if isinstance(snapshot.mtls, Observed) else None
    return found or MtlsConfiguration()


def leaf_lifetime(snapshot: Snapshot) -> timedelta:
    """TTL and skew as configured; Dapr's own where they are not, or no spans (sentry would not start with those)."""
    found = mtls(snapshot)
    ttl = go_duration.parsed(found.workload_cert_ttl) or LEAF_TTL
    skew = go_duration.parsed(found.allowed_clock_skew)
    return ttl + (CLOCK_SKEW if skew is None else skew)


def pods(snapshot: Snapshot) -> tuple[DaprPod, ...]:
    """Every live pod with Dapr, or that asks for it."""
    return live(snapshot.census.value) if isinstance(snapshot.census, Observed) else ()


def surroundings(snapshot: Snapshot) -> Surroundings | None:
    """Workloads, budgets and quotas; None where they were not looked at."""
    return snapshot.surroundings.value if isinstance(snapshot.surroundings, Observed) else None


def standing(snapshot: Snapshot) -> Standing | None:
    """Of the bot that would carry the plan out; None where none looked."""
    return snapshot.standing.value if isinstance(snapshot.standing, Observed) else None


def restarted(situation: Situation) -> tuple[Surrounding, ...]:
    """What was seen of every workload that is restarted, the control plane's first."""
    seen = surroundings(situation.snapshot) or Surroundings()
    by_name = {one.workload: one for one in seen.workloads}
    here = situation.snapshot.namespace
    first = [WorkloadName(here, one.kind, one.workload) for one in control_plane.components(situation.snapshot)]
    then = [one.full_name for wave in situation.reach.waves for one in wave]
    return tuple(by_name[name] for name in (*first, *then) if name in by_name)


def left(situation: Situation, *reasons: Left) -> tuple[Workload, ...]:
    """Those that are left to people for one of these reasons."""
    return tuple(one for one in situation.reach.left if one.left in reasons)


def old_path(snapshot: Snapshot) -> tuple[Certificate, ...]:
    """What a path through the old CA may need: the chain that sentry serves, and the roots."""
    return (*trust.chain(snapshot), *trust.roots(snapshot))
