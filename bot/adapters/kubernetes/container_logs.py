"""A container's log as ``pods/log`` gives it with timestamps: what to ask, and lines with their instants."""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Final

from bot.model.logs import LogLine
from bot.model.scene import PodName

LIMIT: Final = 256 * 1024
# A kubelet keeps to the limit; this is for one that does not.
CAP: Final = 2 * LIMIT
LONGEST_LINE: Final = 16 * 1024
# RFC 3339 with up to nine digits, in the node's own time zone.
_STAMPED: Final = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d) ?", re.ASCII)
_NANOS: Final = 9
_LATEST: Final = 2**63 // 10**_NANOS


def query(container: str, *, previous: bool, lines: int) -> list[tuple[str, str]]:
    """Of the last so many lines; ``previous``: of the container that ran before the present one."""
    asked = [("container", container), ("tailLines", str(lines)), ("limitBytes", str(LIMIT)), ("timestamps", "true")]
    return [*asked, ("previous", "true")] if previous else asked


def lines(body: bytes, pod: PodName, container: str) -> tuple[LogLine, ...]:
    """The lines that bear an instant: without one it is not the container that speaks, but the kubelet about a log that it lost."""
    return tuple(
        LogLine(at_ns=at_ns, text=text, namespace=pod.namespace, pod=pod.name, container=container)
        for at_ns, text in _stamped(body.decode("utf-8", "replace"))
    )


def _stamped(text: str) -> Iterator[tuple[int, str]]:
    for line in text.split("\n"):
        found = _STAMPED.match(line)
        at_ns = _instant(found) if found else None
        if found and at_ns is not None:
            yield at_ns, line[found.end() :][:LONGEST_LINE].removesuffix("\r")


def _instant(found: re.Match[str]) -> int | None:
    """Nanoseconds since 1970; None for a day that no calendar has, and for one that 64 bits cannot tell."""
    whole, fraction, zone = found.groups()
    try:
        seconds = int(datetime.fromisoformat(f"{whole}{zone}").timestamp())
    except ValueError:
        return None
    if not 0 <= seconds < _LATEST:
        return None
    return seconds * 10**_NANOS + int((fraction or "").ljust(_NANOS, "0"))
