"""The story that dapr-warden exists for, as log files: Dapr 1.10.4, whose root ended on a Friday and was found out on a Monday.

Its lines stand in ``recorded/``. Here they are told as if the last of them had just been printed: every time in them is moved by
the same span, so that distances are what they were.
"""

import math
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final, Literal

from tests.rig.collectors import Origin
from tests.rig.shipper import OWN_TIME

RECORDED: Final = Path(__file__).parent / "recorded"

SENTRY: Final = Origin(namespace="dapr-system", pod="dapr-sentry-123456-abc7", container="dapr-sentry", app="dapr")
OPERATOR: Final = Origin(namespace="dapr-system", pod="dapr-operator-123456-abc7", container="dapr-operator", app="dapr")
SIDECAR: Final = Origin(namespace="apps", pod="app1-123456-abc7", container="daprd", app="app1")

Chapter = Literal["warned", "ended"]
"""``warned``: 12 days before the end, sentry alone says so, once an hour. ``ended``: three days after it, all that was found."""

_SENTRY_SAYS: Final[dict[Chapter, str]] = {"warned": "certificate expires in", "ended": "certificate has expired"}
_SENTRY_SAID_IT: Final = datetime(2023, 6, 19, 12, 49, 6, 566339, tzinfo=UTC)
_LAST_LINE: Final[dict[Chapter, datetime]] = {
    "warned": _SENTRY_SAID_IT,
    "ended": datetime(2023, 6, 19, 13, 19, 53, 535345, tzinfo=UTC),
}
_ROOT_ENDED: Final = datetime(2023, 6, 16, 12, 31, 17, tzinfo=UTC)

_TIME: Final = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)((?:\.\d+)?Z)")
_KLOG_TIME: Final = re.compile(r"^([IWEF])(\d{4} \d\d:\d\d:\d\d)(\.\d{6} )")


def write(folder: Path, *, until: datetime, chapter: Chapter = "ended") -> list[tuple[Path, Origin]]:
    """One log file per container, as if ``until`` (UTC) were the moment when its last line was printed."""
    folder.mkdir(parents=True, exist_ok=True)
    parts = [(SENTRY, _by_sentry(chapter))]
    if chapter == "ended":
        parts += _by_others()
    delta, files = _span(_LAST_LINE[chapter], until), []
    for origin, lines in parts:
        path = folder / f"{origin.pod}.log"
        path.write_text("".join(f"{moved(line, delta)}\n" for line in lines), encoding="utf-8")
        files.append((path, origin))
    return files


def root_ended(until: datetime) -> datetime:
    """When the root ended, if the last line of the chapter ``ended`` was printed at ``until``."""
    return _ROOT_ENDED + _span(_LAST_LINE["ended"], until)


def moved(line: str, delta: timedelta) -> str:
    """The line with all its times moved by whole seconds. klog's has no year, and is taken for 2023's."""

    def whole(found: re.Match[str]) -> str:
        return f"{(datetime.fromisoformat(found[1]) + delta).isoformat(timespec='seconds')}{found[2]}"

    def short(found: re.Match[str]) -> str:
        at = datetime.strptime(f"2023{found[2]}", "%Y%m%d %H:%M:%S").replace(tzinfo=UTC) + delta
        return f"{found[1]}{at:%m%d %H:%M:%S}{found[3]}"

    return _KLOG_TIME.sub(short, _TIME.sub(whole, line))


def _span(earlier: datetime, later: datetime) -> timedelta:
    return timedelta(seconds=math.floor((later - earlier).total_seconds()))


def _by_sentry(chapter: Chapter) -> list[str]:
    """What a real sentry 1.10.4 printed hourly, with the last line at the time at which the story's was."""
    lines = (RECORDED / "sentry-1.10.4.txt").read_text(encoding="utf-8").splitlines()
    chosen = [line for line in lines if line.startswith("{") and _SENTRY_SAYS[chapter] in line]
    last = OWN_TIME.search(chosen[-1])
    assert last is not None
    delta = _SENTRY_SAID_IT.replace(microsecond=0) - datetime.fromisoformat(f"{last[1]}+00:00")
    return [moved(line, delta) for line in chosen]


def _by_others() -> Iterator[tuple[Origin, list[str]]]:
    """The sections of story.txt, each named by its container's namespace, pod and name."""
    sections = (RECORDED / "story.txt").read_text(encoding="utf-8").split("# ")[1:]
    names = {(one.namespace, one.pod, one.container): one for one in (OPERATOR, SIDECAR)}
    for section in sections:
        name, *lines = section.splitlines()
        namespace, pod, container = name.split()
        yield names[namespace, pod, container], lines
