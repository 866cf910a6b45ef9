"""One line on the card of an alert: the rotation that mends it, how it stands, and where it is told."""

from typing import Final, LiteralString

from bot.model.alert import Rotating
from bot.model.rotation import Kind
from bot.model.run import Stand
from handlers.views.inline import Count, Line, Part, Permalink, bold
from handlers.views.run import BACK, LOOKS

WORDS: Final[dict[Stand, LiteralString]] = {
    Stand.RUNNING: "Rotation under way: ",
    Stand.PAUSED: "Rotation paused: ",
    Stand.HELD: "Rotation held, somebody has to decide: ",
    Stand.DONE: "Rotated by ",
    Stand.REVERTED: "A rotation was reverted: ",
    Stand.ABORTED: "A rotation was aborted, nothing was changed: ",
}
GOING_BACK: Final[dict[Stand, LiteralString]] = {
    Stand.RUNNING: "Going back: ",
    Stand.PAUSED: "Going back, paused: ",
    Stand.HELD: "Going back, held, somebody has to decide: ",
}
RESTORED: Final = "Restored by "


def line(rotating: Rotating, link: str) -> Line:
    """``link`` "": where it is told is not known."""
    stand = Stand(rotating.stand)
    label: LiteralString = "this rotation" if stand is Stand.DONE else "its card"
    where: Part = Permalink(link, label) if link else label
    far: Line = (" · step ", Count(rotating.number), " of ", Count(rotating.of)) if _counts(rotating) else ()
    look = BACK if rotating.back and stand is Stand.RUNNING else LOOKS[stand]
    return (look.emoji, " ", *bold(_words(rotating, stand)), where, *far)


def _words(rotating: Rotating, stand: Stand) -> LiteralString:
    if stand is Stand.DONE and rotating.kind == Kind.RESTORE.value:
        return RESTORED
    return GOING_BACK.get(stand, WORDS[stand]) if rotating.back else WORDS[stand]


def _counts(rotating: Rotating) -> bool:
    return rotating.ended_at is None and rotating.number > 0
