"""One process per memory: two would say everything twice, and each would believe that it was the only one."""

import fcntl
import os
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path

from bot.errors import SettingsError

OWNER_ONLY = 0o600


@contextmanager
def sole(path: Path) -> Generator[None]:
    """Hold the lock file beside ``path`` while inside; the kernel lets go of it however this process ends.

    A file of its own: closing any handle of the database would take SQLite's locks away. Raises SettingsError when another
    process holds it. On a volume that knows no locks nobody is refused.
    """
    lock = os.open(path.with_name(path.name + ".lock"), os.O_RDWR | os.O_CREAT, OWNER_ONLY)
    try:
        _take(lock, path)
        yield
    finally:
        os.close(lock)


def _take(lock: int, path: Path) -> None:
    with suppress(OSError):
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise SettingsError(
                f"Another dapr-warden is using {path} right now{_holder(lock)}.",
                hint="Run one bot per memory: stop the other one, or let DAPR_WARDEN_STORE name another file.",
            ) from None
        os.ftruncate(lock, 0)
        os.write(lock, f"{os.getpid()}\n".encode())


def _holder(lock: int) -> str:
    number = os.pread(lock, 20, 0).decode(errors="replace").strip()
    return f" (process {number})" if number.isascii() and number.isdigit() else ""
