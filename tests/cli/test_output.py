"""What only a real process shows: where its answer goes, and how it ends when that place takes nothing."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from bot.cli import documents
from tests.builders import a_snapshot


@pytest.fixture
def command(tmp_path: Path) -> list[str]:
    file = tmp_path / "healthy.json"
    file.write_text(documents.snapshot(a_snapshot()), encoding="utf-8")
    return [sys.executable, "-m", "bot", "check", "--snapshot", str(file)]


def test_a_full_disk_is_a_sentence_and_3(command: list[str]) -> None:
    with Path("/dev/full").open("wb") as full:
        ended = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False)  # noqa: S603 - our own command

    assert (ended.returncode, ended.stderr) == (3, "dapr-warden: The answer could not be written: No space left on device.\n")


def test_a_reader_that_has_gone_is_no_reason_to_complain_nor_a_warning(command: list[str]) -> None:
    reader, writer = os.pipe()
    os.close(reader)

    ended = subprocess.run(command, stdout=writer, stderr=subprocess.PIPE, text=True, check=False)  # noqa: S603 - our own command
    os.close(writer)

    assert (ended.returncode, ended.stderr) == (3, "")
