"""The story as log files: at now, in the order and at the distances in which it happened."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.rig import story
from tests.rig.shipper import SECOND, own_time

NOW = datetime(2026, 9, 27, 12, tzinfo=UTC)


def told(folder: Path, chapter: story.Chapter) -> dict[str, list[tuple[float, str]]]:
    """Per container its lines, with the hours between them and now."""
    at_ns = int(NOW.timestamp()) * SECOND
    found: dict[str, list[tuple[float, str]]] = {}
    for path, origin in story.write(folder, until=NOW, chapter=chapter):
        times = [(own_time(line, at_ns), line) for line in path.read_text(encoding="utf-8").splitlines()]
        found[origin.container] = [(round(((at or 0) - at_ns) / SECOND / 3600, 2), line) for at, line in times]
    return found


def test_before_the_end_sentry_alone_warns_once_an_hour(tmp_path: Path) -> None:
    found = told(tmp_path, "warned")

    assert set(found) == {"dapr-sentry"}
    assert [(hours, line[line.index("expires") :][:36]) for hours, line in found["dapr-sentry"]] == [
        (-1.0, 'expires in 11 days and 22 hours","sc'),
        (0.0, 'expires in 11 days and 21 hours","sc'),
    ]


def test_after_the_end_the_sidecar_fails_sentry_said_why_and_the_operator_misleads(tmp_path: Path) -> None:
    found = told(tmp_path, "ended")

    assert {name: [hours for hours, _ in lines] for name, lines in found.items()} == {
        "dapr-sentry": [-1.51, -0.51],
        "dapr-operator": [-442.45, -442.45],
        "daprd": [0.0, 0.0, 0.0],
    }
    assert all("certificate has expired." in line for _, line in found["dapr-sentry"])


def test_times_inside_a_line_are_moved_with_it(tmp_path: Path) -> None:
    (_, first), *_ = told(tmp_path, "ended")["daprd"]

    ended = story.root_ended(NOW)
    assert NOW - ended == timedelta(days=3, minutes=48, seconds=37)
    assert f"current time 2026-09-27T11:59:57Z is after {ended:%Y-%m-%dT%H:%M:%SZ}" in first
