"""An object's data as files, the way a kubelet mounts it: late, all of it at once, by swapping one symbolic link."""

import shutil
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeAlias

Content: TypeAlias = Mapping[str, bytes]


class Mount:
    """A folder in which every file is a link through ``..data``, itself a link to the folder of this generation."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._generation = 0

    def show(self, content: Content) -> None:
        """From now on the folder holds exactly that. Nobody ever sees half of it."""
        self.folder.mkdir(parents=True, exist_ok=True)
        data = self.folder / "..data"
        before = data.resolve() if data.is_symlink() else None
        self._generation += 1
        now = self.folder / f"..{self._generation}"
        now.mkdir()
        for name, raw in content.items():
            (now / name).write_bytes(raw)
        fresh = self.folder / "..data_tmp"
        fresh.symlink_to(now.name)
        fresh.rename(data)
        self._link(content)
        if before is not None:
            shutil.rmtree(before)

    def _link(self, content: Content) -> None:
        there = {path.name for path in self.folder.iterdir() if not path.name.startswith("..")}
        for name in set(content) - there:
            (self.folder / name).symlink_to(Path("..data") / name)
        for name in there - set(content):
            (self.folder / name).unlink()


class Mirror:
    """A mount that follows an object, each time later by what ``lag`` says then, in seconds. ``source`` names the object.

    What is shown is what the object holds when the time has come, not what it held when it changed: two changes within one lag
    are seen as one.
    """

    def __init__(self, mount: Mount, source: str, content: Content, lag: Callable[[], float]) -> None:
        self.source = source
        self._mount, self._lag = mount, lag
        self._shown = dict(content)
        self._due: float | None = None
        mount.show(content)

    def look(self, content: Content) -> None:
        """To be called again and again with what the object holds: notices a change, and shows what is due."""
        if content == self._shown:
            self._due = None
        elif self._due is None:
            self._due = time.monotonic() + self._lag()
        elif time.monotonic() >= self._due:
            self._mount.show(content)
            self._shown, self._due = dict(content), None
