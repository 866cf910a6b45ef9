"""A tenant's limits, with Loki's defaults. A test or a stage changes them while the server runs."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(slots=True, kw_only=True)
class Limits:
    """What is accepted and what may be asked.

    ``oldest``, ``newest``, ``behind``: how old, how far in the future and how far behind the newest of its stream a line may
    be; None is any. ``burst_bytes``, ``streams``: how much one push may hold, how many streams there may be.
    ``required_labels``: what every selector must name. ``blocked``: a policy forbids all queries.
    """

    oldest: timedelta | None = timedelta(weeks=1)
    newest: timedelta | None = timedelta(minutes=10)
    behind: timedelta | None = timedelta(hours=1)
    burst_bytes: int = 6 * 1024 * 1024
    streams: int = 5000
    line_bytes: int = 256 * 1024
    label_names: int = 15
    entries: int = 5000
    series: int = 500
    length: timedelta = timedelta(hours=721)
    required_labels: tuple[str, ...] = ()
    blocked: bool = False
