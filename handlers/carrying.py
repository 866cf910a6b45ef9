"""Carrying a rotation out, as the conversation needs it: what there is, what is decided, where its messages are."""

from collections.abc import Callable
from typing import Protocol

from bot.model.approval import Refused
from bot.model.run import File, Way


class Carrying(Protocol):
    """The engine of this cluster. All of it raises :mod:`bot.errors`; none of it waits for Slack."""

    @property
    def heard(self) -> set[Callable[[], None]]:
        """Called after every write of the journal; may not block."""
        ...

    @property
    def ailing(self) -> str:
        """Why a run that is under way cannot be written down, so that it stands still; "" while it can. Asks no memory."""
        ...

    async def latest(self) -> File | None:
        """The newest run, over or not."""
        ...

    async def file(self, id_: str) -> File | None:
        """By its id, which is that of its request; None for any other."""
        ...

    async def before(self, id_: str) -> File | None:
        """The run that was begun before this one."""
        ...

    async def command(self, id_: str, way: Way, actor: str, *, reason: str = "") -> File | Refused:
        """What somebody decided: the run as it is afterwards, or why nothing was done. Its own rules are asked inside."""
        ...

    async def places(self, id_: str) -> dict[str, tuple[str, str]]:
        """Where messages about a run are: channel and ts, by what they are."""
        ...

    async def place(self, id_: str, what: str, channel: str, ts: str) -> None:
        """Remember where a message is."""
        ...
