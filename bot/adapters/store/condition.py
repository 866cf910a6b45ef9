"""How the memory's file is: schema, size, room, and whether it takes a write. From inside, or from outside while a bot uses it."""

import asyncio
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Final

from alembic.config import Config
from alembic.script import ScriptDirectory

from bot.adapters.store.migration import FOLDER
from bot.errors import Unreachable
from bot.model.alert import Backlog
from bot.model.vitals import EMPTY_DIR, StoreCondition

_ALONGSIDE: Final = ("", "-wal", "-shm")
_MOUNTS: Final = Path("/proc/self/mountinfo")
# In the folder of a volume on its node: pods/UID/volumes/kubernetes.io~empty-dir/NAME.
_EMPTY_DIR: Final = "/kubernetes.io~empty-dir/"
_PATIENCE_SECONDS: Final = 2.0
HINT: Final = "Is the disk full, the volume read-only, or the file something else than the bot's memory?"


def condition(path: Path, *, revision: str, writable: bool, exists: bool = True) -> StoreCondition:
    """What the disk tells of ``path``. Blocks."""
    place = path if exists else path.parent
    try:
        free: int | None = shutil.disk_usage(place).free
    except OSError:
        free = None
    return StoreCondition(
        path=str(path),
        exists=exists,
        revision=revision,
        newest=_newest(),
        writable=writable,
        size_bytes=sum(_sizes(path)),
        free_bytes=free,
        filesystem=_filesystem(place),
    )


async def from_outside(path: Path) -> tuple[StoreCondition, Backlog]:
    """Without opening it as its owner: nothing is created, migrated or locked. Raises Unreachable when it cannot be read."""
    return await asyncio.to_thread(_from_outside, path)


def _from_outside(path: Path) -> tuple[StoreCondition, Backlog]:
    if not path.exists():
        return condition(path, revision="", writable=os.access(path.parent, os.W_OK), exists=False), Backlog()
    try:
        with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True, timeout=_PATIENCE_SECONDS)) as connection:
            (revision,) = connection.execute("SELECT version_num FROM alembic_version").fetchone() or ("",)
            count, oldest = connection.execute("SELECT count(*), min(enqueued_at) FROM outbox").fetchone()
    except sqlite3.Error as error:
        raise Unreachable(f"{path} could not be read as the bot's memory: {error}", hint=HINT) from error
    backlog = Backlog(count=count, oldest_at=datetime.fromisoformat(oldest) if oldest else None)
    return condition(path, revision=revision, writable=os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)), backlog


def _sizes(path: Path) -> Iterator[int]:
    for suffix in _ALONGSIDE:
        try:
            yield path.with_name(path.name + suffix).stat().st_size
        except OSError:
            continue


def _newest() -> str:
    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    return ScriptDirectory.from_config(config).get_current_head() or ""


def _filesystem(place: Path) -> str:
    """The kind of the innermost mount that holds ``place``; "" where the system does not tell."""
    try:
        return filesystem(place.resolve(), _MOUNTS.read_text(encoding="utf-8", errors="replace"))
    except OSError:
        return ""


def filesystem(place: Path, mounts: str) -> str:
    """As :func:`_filesystem`, by proc_pid_mountinfo(5): what is mounted (field 4), where (5), and behind a dash of which kind."""
    holding = list[tuple[int, str]]()
    for line in mounts.splitlines():
        head, _, tail = line.partition(" - ")
        match head.split():
            case [_, _, _, root, point, *_] if tail and place.is_relative_to(_unescaped(point)):
                holding.append((len(point), EMPTY_DIR if _EMPTY_DIR in f"{root}/" else tail.split()[0]))
            case _:
                pass
    # Of two on the same place the later one is on top.
    return max(reversed(holding), key=lambda one: one[0])[1] if holding else ""


def _unescaped(point: str) -> str:
    """Spaces, tabs, line ends and backslashes are told as octal numbers."""
    for code in (" ", "\t", "\n", "\\"):
        point = point.replace(f"\\{ord(code):03o}", code)
    return point
