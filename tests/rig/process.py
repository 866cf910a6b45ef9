"""One running program: started with a clean environment, its log in a file, waited for by probing, always ended."""

import os
import secrets
import socket
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

import httpx

POLL_SECONDS = 0.02
GRACE_SECONDS = 10.0

# Below the range that the kernel takes for outgoing connections, so that none of those can sit on a port given away.
_PORTS = range(20_000, 32_000)
_given_away: set[int] = set()


class RigError(Exception):
    """A program of the rig did not do what the rig needs; the message ends with the tail of its log."""


class Process:
    """A child process. Use as a context manager: leaving terminates it, waits, and kills what does not go.

    Standard output and error go to ``log_path`` together. Nothing of our environment reaches it but ``PATH``.
    """

    def __init__(self, command: Sequence[str | Path], *, folder: Path, environment: Mapping[str, str]) -> None:
        self.name = Path(command[0]).name
        folder.mkdir(parents=True, exist_ok=True)
        self.log_path = folder / f"{self.name}.log"
        clean = {"PATH": os.environ.get("PATH", ""), "HOME": str(folder), "TMPDIR": str(folder), **environment}  # noqa: TID251 - the rest is not handed on
        with self.log_path.open("ab") as log:
            # The child keeps its own copy of the file; a file, not a pipe, so that a chatty program never blocks.
            self._child = subprocess.Popen(  # noqa: S603 - a binary of the rig, no shell
                [str(word) for word in command], cwd=folder, env=clean, stdout=log, stderr=subprocess.STDOUT
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def pid(self) -> int:
        """The process id."""
        return self._child.pid

    def log(self) -> str:
        """Everything it has said so far."""
        return self.log_path.read_text(encoding="utf-8", errors="replace")

    def tail(self, lines: int = 12) -> tuple[str, ...]:
        """The last lines that it said."""
        return tuple(self.log().splitlines()[-lines:])

    def exit_code(self) -> int | None:
        """None while it runs; negative when a signal ended it."""
        return self._child.poll()

    def wait_until(self, happened: Callable[[], bool], *, what: str, within: float = 30.0) -> None:
        """Probes until ``happened`` answers True. RigError when the process ends first, or after ``within`` seconds."""

        def happened_or_ended() -> bool:
            return happened() or self.exit_code() is not None

        try:
            wait_until(happened_or_ended, what=what, within=within)
        except RigError as error:
            raise RigError(self._story(str(error))) from None
        if not happened():
            raise RigError(self._story(f"ended with code {self.exit_code()} before: {what}"))

    def wait_for_log(self, text: str, *, after: int = 0, within: float = 30.0) -> int:
        """Waits until the log holds ``text`` beyond offset ``after``; the offset behind it, for the next wait."""
        self.wait_until(lambda: text in self.log()[after:], what=f"a log line with {text!r}", within=within)
        return self.log().index(text, after) + len(text)

    def wait_for_exit(self, *, within: float = 30.0) -> int:
        """The exit code. RigError when it still runs after ``within`` seconds."""
        try:
            return self._child.wait(timeout=within)
        except subprocess.TimeoutExpired:
            raise RigError(self._story(f"still running after {within:.0f} s")) from None

    def stop(self, *, grace: float = GRACE_SECONDS) -> None:
        """SIGTERM, then SIGKILL after a grace in seconds; returns when it is gone. Safe to call twice."""
        self._child.terminate()
        try:
            self._child.wait(timeout=grace)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self) -> None:
        """SIGKILL, and returns when it is gone: for crashes on purpose, and where nothing is worth a goodbye."""
        self._child.kill()
        self._child.wait()

    def _story(self, problem: str) -> str:
        return "\n".join((f"{self.name} {problem}", *self.tail()))


def wait_until(happened: Callable[[], bool], *, what: str, within: float = 30.0) -> None:
    """Probes until ``happened`` answers True. RigError after ``within`` seconds."""
    deadline = time.monotonic() + within
    while not happened():
        if time.monotonic() > deadline:
            raise RigError(f"not within {within:.0f} s: {what}")
        time.sleep(POLL_SECONDS)


def answers(url: str, *, verify: bool = True) -> bool:
    """Whether an HTTP GET of ``url`` is answered with a success right now; without ``verify`` whoever answers is believed."""
    try:
        return httpx.get(url, timeout=2.0, trust_env=False, verify=verify).is_success
    except httpx.TransportError:
        return False


def now_text(*, micros: bool = False) -> str:
    """The time as Kubernetes writes it."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ" if micros else "%Y-%m-%dT%H:%M:%SZ")  # noqa: TID251 - real programs read the real clock


def free_ports(count: int) -> list[int]:
    """Different TCP ports that nobody listens on right now, and that no earlier call in this process gave away."""
    found: list[int] = []
    while len(found) < count:
        port = _PORTS.start + secrets.randbelow(len(_PORTS))
        if port not in _given_away and _is_free(port):
            _given_away.add(port)
            found.append(port)
    return found


def _is_free(port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        try:
            # All interfaces, because sentry's healthz and metrics listen there.
            probe.bind(("0.0.0.0", port))  # noqa: S104 - bound for an instant, never listening
        except OSError:
            return False
    return True
