"""The engine as the conversation sees it: a journal that the test writes, and commands that it keeps."""

from collections.abc import Callable
from dataclasses import dataclass, field

from msgspec.structs import replace

from bot.model.approval import Refused
from bot.model.commanding import Overtaken
from bot.model.run import Commanded, Entry, Event, File, Way
from bot.ports import Clock


@dataclass
class FakeCarrying:
    """``refusal``, ``faster``: what, or whose decision, every command is answered with; ``asked``: the commands that came.

    ``trouble`` keeps it from being read, ``full`` a place from being kept.
    """

    clock: Clock
    files: dict[str, File] = field(default_factory=dict)
    kept: dict[str, dict[str, tuple[str, str]]] = field(default_factory=dict)
    heard: set[Callable[[], None]] = field(default_factory=set)
    asked: list[tuple[str, Way, str]] = field(default_factory=list)
    refusal: str = ""
    faster: Commanded | None = None
    trouble: Exception | None = None
    full: Exception | None = None
    ailing: str = ""

    async def latest(self) -> File | None:
        self._checked()
        return next(reversed(self.files.values()), None)

    async def file(self, id_: str) -> File | None:
        self._checked()
        return self.files.get(id_)

    async def before(self, id_: str) -> File | None:
        self._checked()
        names = list(self.files)
        at = names.index(id_)
        return self.files[names[at - 1]] if at else None

    async def command(self, id_: str, way: Way, actor: str, *, reason: str = "") -> File | Refused:
        self._checked()
        self.asked.append((id_, way, actor))
        if self.faster is not None:
            return Overtaken("Somebody else was faster.", by=self.faster)
        if self.refusal:
            return Refused(self.refusal)
        self.write(id_, Commanded(way=way, actor=actor, reason=reason))
        return self.files[id_]

    async def places(self, id_: str) -> dict[str, tuple[str, str]]:
        self._checked()
        return dict(self.kept.get(id_, {}))

    async def place(self, id_: str, what: str, channel: str, ts: str) -> None:
        if self.full is not None:
            raise self.full
        self.kept.setdefault(id_, {})[what] = (channel, ts)

    def write(self, id_: str, *events: Event, fence: int = 1) -> None:
        """As the engine does: append, then ring."""
        file = self.files[id_]
        for event in events:
            entry = Entry(seq=len(file.entries) + 1, at=self.clock.now(), fence=fence, event=event)
            file = replace(file, entries=(*file.entries, entry))
        self.files[id_] = file
        for ring in self.heard:
            ring()

    def _checked(self) -> None:
        if self.trouble is not None:
            raise self.trouble
