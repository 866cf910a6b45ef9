"""A program that somebody named is run without a shell, in time, and with whatever it leaves behind ended."""

import os
import sys
import time
from pathlib import Path

import pytest

from bot import programs
from bot.errors import InputError, Malformed, Permanent, TimedOut


def run(*argv: str, given: bytes = b"", most: int = 100_000, seconds: float = 10.0) -> bytes:
    return programs.output(argv, given, most=most, seconds=seconds)


def test_it_gets_what_it_is_given_and_what_it_prints_comes_back_whole() -> None:
    much = os.urandom(1 << 20)

    assert run("cat", given=much, most=1 << 20) == much


def test_a_program_that_does_not_read_is_not_waited_for() -> None:
    assert run("echo", "hello", given=b"x" * (1 << 20)) == b"hello\n"


def test_no_shell_looks_at_its_words() -> None:
    assert run(*programs.words("echo '$HOME' * ; `ls`")) == b"$HOME * ; `ls`\n"


@pytest.mark.parametrize("line", ["", "  ", "'", 'a "b'])
def test_what_is_no_command_line_is_not_quoted(line: str) -> None:
    with pytest.raises(ValueError, match="no command line") as refused:
        programs.words(line)
    assert refused.value.__cause__ is None


def test_more_than_was_agreed_is_not_read() -> None:
    with pytest.raises(Malformed, match="yes prints more than 1000 bytes"):
        run("yes", most=1000)


def test_what_it_complains_of_is_not_in_the_error() -> None:
    with pytest.raises(Permanent, match="sh failed with exit code 4") as failed:
        run("sh", "-c", "echo secret >&2; echo secret; exit 4")
    assert "secret" not in str(failed.value) + failed.value.hint


def test_what_cannot_be_run_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="Cannot run /nowhere: No such file"):
        run("/nowhere")
    with pytest.raises(InputError, match="Permission denied"):
        run(str(tmp_path))


@pytest.mark.parametrize("script", ["sleep 60", "exec >&-; sleep 60", "trap '' TERM; sleep 60; sleep 60"])
def test_whoever_is_late_is_ended(script: str) -> None:
    began = time.monotonic()

    with pytest.raises(TimedOut, match=r"did not end within 0\.3 s"):
        run("sh", "-c", script, seconds=0.3)
    assert time.monotonic() - began < 5


def test_what_it_started_and_left_behind_is_ended_with_it(tmp_path: Path) -> None:
    left = tmp_path / "left"
    script = f"import os, sys, time\nif os.fork() == 0:\n open({str(left)!r}, 'w').write(str(os.getpid()))\n time.sleep(60)\ntime.sleep(60)"

    with pytest.raises(TimedOut):
        run(sys.executable, "-c", script, seconds=3.0)

    number = int(left.read_text())
    deadline = time.monotonic() + 5
    while Path(f"/proc/{number}").exists() and "Z" not in Path(f"/proc/{number}/stat").read_text().split()[2]:
        assert time.monotonic() < deadline
