"""Running a program that a person named: without a shell, with a deadline, and reading no more of it than was agreed."""

import contextlib
import os
import selectors
import shlex
import signal
import subprocess
import time
from typing import IO, Final

from bot.errors import InputError, Malformed, Permanent, TimedOut

_PIECE: Final = 1 << 16


def words(line: str) -> tuple[str, ...]:
    """A command line as a shell would split it; nothing is expanded. Raises ValueError."""
    try:
        found = tuple(shlex.split(line))
    except ValueError:
        # Not chained: what stands there may be secret.
        found = ()
    if not found:
        raise ValueError("no command line: it is empty, or a quotation is not closed")
    return found


def output(argv: tuple[str, ...], given: bytes, *, most: int, seconds: float) -> bytes:
    """What it prints, after it was ``given`` that on standard input. What it complains of is not read: it may quote what it was given.

    Raises InputError when it cannot be started, TimedOut, Malformed when it prints more than ``most`` bytes, Permanent when it fails.
    It ends with whatever it started, also when it is late.
    """
    deadline = time.monotonic() + seconds
    name = argv[0]
    try:
        process = subprocess.Popen(  # noqa: S603 - no shell; whoever set it may run what they like here
            argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, start_new_session=True, bufsize=0
        )
    except (OSError, ValueError) as error:
        why = (error.strerror if isinstance(error, OSError) else None) or type(error).__name__
        raise InputError(f"Cannot run {name}: {why}.", hint="Give the path of a program that may be run.") from None
    try:
        printed = _exchanged(process, given, most, deadline)
        code = process.wait(timeout=max(deadline - time.monotonic(), 0.0)) if printed is not None else None
    except (TimeoutError, subprocess.TimeoutExpired):
        raise TimedOut(f"{name} did not end within {seconds:g} s.", hint="Run it by hand to see what it waits for.") from None
    finally:
        _end(process)
    if printed is None:
        raise Malformed(f"{name} prints more than {most} bytes.", hint="Run it by hand to see what it prints.")
    if code:
        raise Permanent(f"{name} failed with exit code {code}.", hint="Run it by hand to see why; what it complains of is not read here.")
    return printed


def _exchanged(process: "subprocess.Popen[bytes]", given: bytes, most: int, deadline: float) -> bytes | None:
    """What was printed; None when it is too much. Raises TimeoutError."""
    stdin, stdout = process.stdin, process.stdout
    assert stdin is not None  # noqa: S101 - both were asked for
    assert stdout is not None  # noqa: S101 - as above
    left, found = memoryview(given), bytearray()
    with selectors.DefaultSelector() as ready:
        for pipe in (stdin, stdout):
            os.set_blocking(pipe.fileno(), False)
        ready.register(stdout, selectors.EVENT_READ)
        ready.register(stdin, selectors.EVENT_WRITE)
        while ready.get_map():
            wait = deadline - time.monotonic()
            events = ready.select(wait) if wait > 0 else []
            if not events:
                raise TimeoutError
            for key, _ in events:
                if key.fileobj is stdin:
                    left = _written(ready, stdin, left)
                    continue
                piece = os.read(stdout.fileno(), _PIECE)
                if not piece:
                    # It may still read: only when it has been given everything is it done with.
                    ready.unregister(stdout)
                found += piece
                if len(found) > most:
                    return None
    return bytes(found)


def _written(ready: selectors.BaseSelector, stdin: IO[bytes], left: memoryview) -> memoryview:
    """What is still to be written. A program that does not want it is none of ours to judge: it says so by its exit code."""
    try:
        left = left[os.write(stdin.fileno(), left) :] if left else left
    except BrokenPipeError:
        left = left[:0]
    if not left:
        ready.unregister(stdin)
        stdin.close()
    return left


def _end(process: "subprocess.Popen[bytes]") -> None:
    """It, and whatever it has started and left behind."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            with contextlib.suppress(OSError):
                pipe.close()
    process.wait()
