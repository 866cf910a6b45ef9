"""A process that forbids core dumps leaves none when it crashes, and nobody of its own account reads its memory."""

import os
import re
import resource
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.adapters import core_dumps

ROOT = Path(__file__).parents[2]
NOBODY = 65534
FORBIDS = "from bot.adapters import core_dumps; assert core_dumps.forbid() == ''; assert core_dumps.forbid() == ''; "
DOES_NOT = ""
# Whoever has no rights may not be able to reach the one that these tests run on.
PYTHONS = (sys.executable, "/usr/bin/python3")
PATTERN = Path("/proc/sys/kernel/core_pattern")
READS = """
try:
    open('/proc/{pid}/mem', 'rb').close()
    print('read')
except OSError as error:
    print(type(error).__name__)
"""
LOOKS_AT_ITSELF = """
import subprocess
print(len(open('/proc/self/mountinfo').read()) > 0, len(os.listdir('/proc/self/fd')) > 2, 'VmRSS' in open('/proc/self/status').read())
print(resource.getrlimit(resource.RLIMIT_CORE))
print(subprocess.run(['/bin/cat', '/proc/self/limits'], capture_output=True).returncode)
"""

only_linux = pytest.mark.skipif(sys.platform != "linux", reason="prctl is Linux's")


def run(code: str, folder: Path) -> "subprocess.Popen[str]":
    """A Python of its own whose limit for core files is as high as it may be; one without rights where these tests have all of them."""
    highest = resource.getrlimit(resource.RLIMIT_CORE)[1]
    command = f"import os, sys, resource; resource.setrlimit(resource.RLIMIT_CORE, ({highest}, {highest})); {code}"
    for python in PYTHONS:
        try:
            return subprocess.Popen(  # noqa: S603 - Python itself, no shell
                [python, "-c", command],
                cwd=folder,
                env={"PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
                user=NOBODY if os.geteuid() == 0 else None,
            )
        except (PermissionError, FileNotFoundError):
            continue
    pytest.skip("whoever has no rights may run no Python here")


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """Where such a process may write."""
    for one in (tmp_path, tmp_path.parent, tmp_path.parent.parent):
        one.chmod(0o777)
    yield tmp_path
    for one in (tmp_path, tmp_path.parent, tmp_path.parent.parent):
        one.chmod(0o700)


def dumped(code: str, folder: Path) -> bool:
    """Whether the kernel wrote a core dump of a process that ended so."""
    process = run(code + "os.abort()", folder)
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.close()
    process.stdout.close()
    _, status = os.waitpid(process.pid, 0)
    process.returncode = -signal.SIGABRT
    assert os.WTERMSIG(status) == signal.SIGABRT
    return os.WCOREDUMP(status) or bool(list(folder.glob("core*")))


@only_linux
def test_a_crash_leaves_no_core_dump_where_another_process_leaves_one(folder: Path) -> None:
    assert not dumped(FORBIDS, folder)
    if not dumped(DOES_NOT, folder):
        pytest.skip(f"this machine takes core dumps of nobody: {PATTERN.read_text().strip()}")


def reads_memory(code: str, folder: Path) -> str:
    """What somebody of the same account is told when they open its memory: "read", or the error."""
    watched = run(code + "print('there', flush=True); sys.stdin.read()", folder)
    assert watched.stdout is not None
    assert watched.stdout.readline() == "there\n"
    try:
        said, _ = run(READS.format(pid=watched.pid), folder).communicate()
    finally:
        watched.communicate()
    return said.strip()


@only_linux
def test_nobody_of_the_same_account_reads_its_memory_who_could_read_that_of_others(folder: Path) -> None:
    assert (reads_memory(FORBIDS, folder), reads_memory(DOES_NOT, folder)) == ("PermissionError", "read")


@only_linux
def test_what_the_bot_reads_about_itself_it_still_reads(folder: Path) -> None:
    said, _ = run(FORBIDS + LOOKS_AT_ITSELF, folder).communicate()

    assert said.splitlines() == ["True True True", "(0, 0)", "0"]


@only_linux
def test_every_command_forbids_them_before_it_does_anything() -> None:
    pipe = subprocess.PIPE
    with subprocess.Popen([sys.executable, "-m", "bot", "explain"], cwd=ROOT, stdin=pipe, stdout=pipe) as process:
        limits = Path(f"/proc/{process.pid}/limits")
        while re.search(r"^Max core file size +0 +0 ", limits.read_text(), re.MULTILINE) is None:
            assert process.poll() is None, "it ended without it"
        process.communicate(b"")


@pytest.mark.skipif(sys.platform == "linux", reason="there it does something")
def test_elsewhere_nothing_is_done() -> None:
    assert core_dumps.forbid() == ""
