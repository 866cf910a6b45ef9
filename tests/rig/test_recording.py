"""What real programs printed, as it was recorded: free of what differs from run to run, and known to the table of signatures."""

import re
from pathlib import Path

import pytest

from bot.diagnosis.classifying import classify
from bot.diagnosis.signature import Component
from tests.rig.recording import OWN_FILE, RECORDED, normalised

SENTRIES = sorted(path for path in RECORDED.glob("sentry-*.txt") if path.stem != f"sentry-{OWN_FILE}")
PEERS = sorted(RECORDED.glob("peer-*.txt"))

WRONG = re.compile(r"level=(?:warning|error|fatal) ")
# No line of a person's mistake, but of a broken disk or of mischief; and what the rig itself switches off.
NOT_LOOKED_AT = re.compile(r"P256 point not on curve|Skipping container UID/GID check")

each_file = pytest.mark.parametrize("path", [*SENTRIES, *PEERS], ids=lambda path: path.stem)


@each_file
def test_a_recording_holds_each_line_once_and_nothing_of_the_run(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()

    assert lines == sorted(set(normalised(lines)))


@pytest.mark.parametrize("path", SENTRIES, ids=lambda path: path.stem)
def test_what_a_real_sentry_complains_of_is_known(path: Path) -> None:
    complaints = [line for line in path.read_text(encoding="utf-8").splitlines() if WRONG.search(line) and not NOT_LOOKED_AT.search(line)]

    assert len(complaints) > 10
    assert [line for line in complaints if classify(line, Component.SENTRY) is None] == []


def test_traces_and_whatever_a_run_decides_are_left_out() -> None:
    said = [
        'time="2026-11-27T22:00:00.123456789Z" level=info msg="Running gRPC server on port 28917" instance=vm',
        "panic: runtime error: invalid memory address",
        "goroutine 1 [running]:",
        "main.main()",
        "\t/src/main.go:12 +0x1d",
        "E1127 22:00:00.123456   4242 reflector.go:347] dial tcp 127.0.0.1:28917: refused",
    ]

    assert list(normalised(said)) == [
        'time="2026-01-01T00:00:00Z" level=info msg="Running gRPC server on port 50001" instance=dapr-sentry-0',
        "panic: runtime error: invalid memory address",
        "E0101 00:00:00.000000       1 reflector.go:347] dial tcp 127.0.0.1:50001: refused",
    ]
