"""Cards of alerts say how the rotation stands that mends them: a sweep is due whenever that has changed, and not with each entry."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import structlog

from bot.errors import BotError
from bot.model.alert import Rotating
from bot.usecases.bell import Bell

log = structlog.get_logger(__name__)


@dataclass(slots=True, kw_only=True)
class Heed:
    """``rotating``: the newest rotation; ``heard``: whoever is called after each entry of the journal; ``changed``: never blocks."""

    rotating: Callable[[], Awaitable[Rotating | None]]
    heard: set[Callable[[], None]]
    changed: Callable[[], None]
    due: Bell = field(default_factory=Bell)
    _last: Rotating | None = None

    async def heed_when_due(self) -> None:
        """Look each time the journal was written. Never ends by itself."""
        self.heard.add(self.due.ring)
        try:
            while True:
                await self.due.heard()
                await self.look()
        finally:
            self.heard.discard(self.due.ring)

    async def look(self) -> None:
        """Raises nothing: the next sweep tells it as well."""
        try:
            newest = await self.rotating()
        except BotError as error:
            log.info("cards do not say how the rotation stands", error=str(error))
            return
        except Exception:
            # The border: a bug in here must not take the bot, its alerts and the rotation with it.
            log.exception("heeding a rotation broke")
            return
        if newest != self._last:
            self._last = newest
            self.changed()
