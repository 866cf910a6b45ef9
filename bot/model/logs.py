"""What is asked of logs, what they answer, and what is kept of it. Times of lines are nanoseconds since 1970, as Loki counts.

Logs open a question, they never decide it: nothing in here has a severity.
"""

from datetime import datetime

import msgspec


class LogLine(msgspec.Struct, frozen=True, kw_only=True):
    """One line as it was collected, still in whatever wrapping the collector gave it. Outside text: not trusted.

    ``namespace``, ``pod`` and ``container`` are where the collector says it came from; "" where it does not say.
    """

    at_ns: int
    text: str
    namespace: str = ""
    pod: str = ""
    container: str = ""


class LogLabels(msgspec.Struct, frozen=True, kw_only=True):
    """How the collector names namespace, pod and container; "" where no label tells it.

    ``pod_is_metadata``: the pod is no stream label but structured metadata, so that a selector cannot name it.
    """

    namespace: str
    pod: str
    container: str
    pod_is_metadata: bool = False


class LogQuestion(msgspec.Struct, frozen=True, kw_only=True):
    """Which lines are wanted: from ``since_ns`` (inclusive) to ``until_ns`` (exclusive), the oldest ``limit`` of them.

    ``namespace``, ``pod``: "" any. ``containers``: () any. ``literals``: lines that hold at least one of these texts, byte
    for byte; () all. At least one of namespace and containers must be given, so that nobody reads a whole Loki by mistake.
    """

    since_ns: int
    until_ns: int
    limit: int
    namespace: str = ""
    pod: str = ""
    containers: tuple[str, ...] = ()
    literals: tuple[str, ...] = ()


class LogAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """Lines from the oldest to the newest.

    ``read_until_ns``  every wanted line before this instant is in here or, if ``dropped``, could not be had; the next question
                       begins here. Equal to the question's ``until_ns`` when nothing was cut off.
    ``dropped``        more lines share one nanosecond than can be read: some of that nanosecond are missing
    """

    lines: tuple[LogLine, ...]
    read_until_ns: int
    dropped: bool = False


class Sighting(msgspec.Struct, frozen=True, kw_only=True):
    """One signature seen in one component's log: from when to when, how often, in which pods (the first few).

    ``signature``  id of the signature; ``component``: "sentry", "daprd", ... as in :mod:`bot.diagnosis.signature`
    ``reasons``    ids of the signatures that stand inside the line and tell why ("x509: certificate has expired")
    ``excerpt``    the first such line, unwrapped, redacted and cut (:mod:`bot.model.redaction`); outside text
    """

    signature: str
    reasons: tuple[str, ...]
    component: str
    first_at: datetime
    last_at: datetime
    count: int
    pods: tuple[str, ...]
    excerpt: str


class Heartbeat(msgspec.Struct, frozen=True, kw_only=True):
    """How many lines the control plane's namespace logged per ``bucket_seconds``, oldest bucket first, the last ending at ``until_at``.

    ``since``: how many since then, as far as the bucket had come when it was asked.
    """

    until_at: datetime
    bucket_seconds: int
    counts: tuple[int, ...]
    since: int = 0


class LogView(msgspec.Struct, frozen=True, kw_only=True):
    """What the log watch knows now: the part ``logs`` of a Snapshot. ``read_until_at``: how far every log has been read.

    ``missed_until_at``: lines before this instant may have been passed over, because there were more than could be read; None = none.
    """

    read_until_at: datetime
    sightings: tuple[Sighting, ...] = ()
    heartbeat: Heartbeat | None = None
    missed_until_at: datetime | None = None


class LogMemory(msgspec.Struct, frozen=True, kw_only=True):
    """What the log watch keeps over restarts, in one piece.

    ``cursors``  per watch ("control-plane", "sidecars"): nanosecond from which the next look begins, before its overlap
    ``behind``   the watches whose last look did not reach its end: the next one goes on at the cursor itself
    ``recent``   digest and nanosecond of each line that was counted already and may be read again
    """

    cursors: dict[str, int] = {}
    behind: tuple[str, ...] = ()
    recent: dict[str, int] = {}
    sightings: tuple[Sighting, ...] = ()
    missed_until_at: datetime | None = None
