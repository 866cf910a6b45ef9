"""What a collector of logs does: takes what real programs wrote into their log files to Loki, named and wrapped as a real one does.

Nothing runs in the background: everything that was said before :meth:`Shipper.ship` is in Loki when it returns.
"""

import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final, Protocol

from tests.rig.collectors import Collector, Origin
from tests.rig.loki import Entry, Stream

SECOND: Final = 10**9
OLDEST: Final = (7 * 24 * 3600 - 60) * SECOND
"""Loki refuses what is a week old; a minute is for the way there."""
NEWEST: Final = 9 * 60 * SECOND
"""Loki refuses what is more than ten minutes ahead."""

OWN_TIME: Final = re.compile(r'(?:"time":|\btime=)"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)"')
"""Dapr's own time, as JSON and as text: to the second, the fraction, the zone."""
# That of klog, which Kubernetes' client library prints with: no year.
_KLOG_TIME: Final = re.compile(r"^[IWEF](\d{4} \d\d:\d\d:\d\d)\.(\d{6}) ")


class Sink(Protocol):
    """Where lines go: a Loki."""

    def push(self, streams: Sequence[Stream], *, tenant: str) -> None: ...


@dataclass
class _Followed:
    path: Path
    origin: Origin
    offset: int = 0
    newest_ns: int = 0

    def said(self) -> list[str]:
        """The lines that were finished since the last time. A line is finished by its newline."""
        with self.path.open("rb") as log:
            log.seek(self.offset)
            finished, newline, _ = log.read().rpartition(b"\n")
        self.offset += len(finished) + len(newline)
        return [line for line in finished.decode(errors="replace").split("\n") if line]


@dataclass
class Shipper:
    """Ships log files to ``loki``. ``clock``: nanoseconds since 1970."""

    loki: Sink
    collector: Collector
    tenant: str = "fake"
    clock: Callable[[], int] = time.time_ns
    _files: list[_Followed] = field(default_factory=list)

    def follow(self, log: Path, origin: Origin) -> None:
        """From its beginning, once per container."""
        self._files.append(_Followed(log, origin))

    def ship(self) -> int:
        """Takes what is new in all files to Loki; how many lines. RigError when Loki refuses them."""
        streams = [stream for one in self._files if (stream := self._stream(one)).entries]
        if streams:
            self.loki.push(streams, tenant=self.tenant)
        return sum(len(one.entries) for one in streams)

    def _stream(self, one: _Followed) -> Stream:
        return Stream(self.collector.labels(one.origin), [self._entry(one, line) for line in one.said()])

    def _entry(self, one: _Followed, line: str) -> Entry:
        now = self.clock()
        at = min(max(own_time(line, now) or now, now - OLDEST), now + NEWEST)
        one.newest_ns = at = max(at, one.newest_ns + 1)
        return Entry(at, self.collector.text(one.origin, line), self.collector.metadata(one.origin))


def own_time(line: str, now_ns: int) -> int | None:
    """When the program says that it printed the line, in nanoseconds since 1970; None when it does not say."""
    if found := OWN_TIME.search(line):
        seconds, fraction, zone = found.groups()
        return _whole(datetime.fromisoformat(seconds + zone), fraction or "")
    if found := _KLOG_TIME.match(line):
        now = datetime.fromtimestamp(now_ns // SECOND, UTC)
        at = datetime.strptime(f"{now.year}{found[1]}", "%Y%m%d %H:%M:%S").replace(tzinfo=UTC)
        # Read in January, printed in December.
        return _whole(at if at < now + timedelta(days=1) else at.replace(year=now.year - 1), found[2])
    return None


def _whole(at: datetime, fraction: str) -> int:
    return int(at.timestamp()) * SECOND + int(fraction.ljust(9, "0"))
