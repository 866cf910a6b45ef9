"""Does the control plane still log? A namespace that used to log and does no more hides its own trouble: a collector died, or Dapr did."""

import itertools
from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Final

from bot.model import phrases
from bot.model.check import Category, Check
from bot.model.finding import Finding, Severity
from bot.model.logs import Heartbeat
from bot.model.observed import Observed
from bot.model.policy import Policy
from bot.model.snapshot import Snapshot

ID = "logs-silent"
# A healthy control plane may be quiet for hours. Only one that spoke regularly can fall silent.
SPOKE: Final = 8
SPREAD: Final = timedelta(hours=6)
SHORTEST: Final = timedelta(hours=1)
NEXT_STEP = "Look whether its pods run and whether the log collector of their nodes does: docs/checks.md#logs-silent"
NOTHING = "Is it the right Loki, tenant and selector, and does the collector cover this namespace? docs/checks.md#logs-silent"


def judge(snapshot: Snapshot, policy: Policy) -> Iterator[Finding]:  # noqa: ARG001 - every check is asked the same way
    """Silent: quiet for more than twice the longest pause before, and for an hour at least.

    Unknown without any line, and when the pause fills half of what was looked at: then nobody can say what was usual before, and a
    card that is open stays open.
    """
    heartbeat = snapshot.logs.value.heartbeat if isinstance(snapshot.logs, Observed) else None
    if heartbeat is None or not heartbeat.counts:
        return
    beats = [index for index, count in enumerate(heartbeat.counts) if count]
    quiet = _quiet(heartbeat, beats)
    if _is_silent(heartbeat, beats, quiet):
        yield _silent(snapshot.namespace, heartbeat, beats)
    elif quiet >= _span(heartbeat) / 2:
        fact = f"Loki holds no line of namespace {snapshot.namespace} of the last {phrases.left(quiet)}; whether that is usual is not known"
        yield Finding(check_id=ID, severity=Severity.UNKNOWN, fact=fact, next_step=NOTHING)


def _silent(namespace: str, heartbeat: Heartbeat, beats: Sequence[int]) -> Finding:
    since = heartbeat.until_at - _quiet(heartbeat, beats)
    usual = max(_longest_pause(heartbeat, beats), timedelta(seconds=heartbeat.bucket_seconds))
    return Finding(
        check_id=ID,
        severity=Severity.WARNING,
        fact=f"Namespace {namespace} has logged nothing since {phrases.instant(since)}",
        evidence=(f"In the time before, it was never quiet for longer than {phrases.count(usual // timedelta(minutes=1), 'minute')}.",),
        next_step=NEXT_STEP,
    )


def _is_silent(heartbeat: Heartbeat, beats: Sequence[int], quiet: timedelta) -> bool:
    bucket = timedelta(seconds=heartbeat.bucket_seconds)
    if len(beats) < SPOKE or (beats[-1] - beats[0]) * bucket < SPREAD:
        return False
    return quiet >= max(SHORTEST, 2 * _longest_pause(heartbeat, beats) + bucket)


def _span(heartbeat: Heartbeat) -> timedelta:
    return timedelta(seconds=heartbeat.bucket_seconds) * len(heartbeat.counts)


def _quiet(heartbeat: Heartbeat, beats: Sequence[int]) -> timedelta:
    """Whole buckets without a line, up to now."""
    if heartbeat.since:
        return timedelta()
    last = beats[-1] if beats else -1
    return timedelta(seconds=heartbeat.bucket_seconds) * (len(heartbeat.counts) - 1 - last)


def _longest_pause(heartbeat: Heartbeat, beats: Sequence[int]) -> timedelta:
    pauses = (later - earlier - 1 for earlier, later in itertools.pairwise(beats))
    return timedelta(seconds=heartbeat.bucket_seconds) * max(pauses, default=0)


CHECK = Check(
    id=ID,
    title="Dapr's namespace goes on logging",
    category=Category.CONTROL_PLANE,
    needs=("logs",),
    judge=judge,
)
