"""A Slack message as a person sees it: who, when, for whom, the words, a bar in the colour of its severity, its thread."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from playground.demo import blocks, ink
from playground.demo.ink import BLUE, BOLD, CYAN, DIM, GREEN, RED, REVERSED, YELLOW, Line, Run
from playground.demo.markup import Reader, mrkdwn
from playground.slack import Message
from playground.slack.people import BOT_USER

BAR: Final = "▌ "
THREAD: Final = "  ↳ "
# The colour repeats what emoji and word say; it never says anything alone.
COLOURS: Final = {"red_circle": RED, "large_orange_circle": YELLOW, "large_green_circle": GREEN, "large_blue_circle": BLUE}


def rows(message: Message, reader: Reader, width: int, replies: Iterable[Message] = ()) -> list[Line]:
    """The message, and below it its thread."""
    bar = Run(BAR, COLOURS.get(_first_emoji(message.blocks), DIM))
    shown = [*_head(message, reader, width), *((bar, *row) for row in _body(message, reader, width - len(BAR)))]
    for reply in replies:
        shown += [(Run(THREAD if not number else " " * len(THREAD), DIM), *row) for number, row in _numbered(reply, reader, width)]
    return shown


def typed(person: str, text: str) -> list[Line]:
    """A slash command in the message box, which nobody else sees."""
    return [(Run(person, BOLD), Run(" types  ", DIM), Run(text, CYAN))]


def said_at(message: Message) -> datetime:
    """When it was posted."""
    return datetime.fromtimestamp(float(message.ts), UTC)


def _numbered(reply: Message, reader: Reader, width: int) -> Iterable[tuple[int, Line]]:
    return enumerate(rows(reply, reader, width - len(THREAD)))


def _head(message: Message, reader: Reader, width: int) -> list[Line]:
    app: Line = (Run(" "), Run(" APP ", REVERSED)) if message.user == BOT_USER else ()
    left: Line = (Run(reader.name(message.user), BOLD), *app, Run(f"  {said_at(message):%H:%M}", DIM))
    marks = ink.line(" · ".join(_marks(message, reader)), DIM)
    if ink.measure(left) + ink.measure(marks) < width:
        return [ink.justified(left, marks, width)]
    return [left, *ink.wrap(marks, width)]


def _marks(message: Message, reader: Reader) -> Iterator[str]:
    if message.visible_to:
        yield f"only visible to {reader.name(message.visible_to)}"
    if message.is_broadcast:
        yield "also sent to the channel"
    if message.editions:
        yield "edited"


def _body(message: Message, reader: Reader, width: int) -> Iterator[Line]:
    if not message.blocks:
        yield from ink.wrap(mrkdwn(message.text, reader), width)
    for block in message.all_blocks:
        yield from blocks.rows(block, reader, width)
    for file in message.files:
        yield ink.line(f"[file: {file['name']}]", DIM)


def _first_emoji(parts: Sequence[Any]) -> str:
    for part in parts:
        if isinstance(part, dict):
            name = str(part["name"]) if part.get("type") == "emoji" else _first_emoji(part.get("elements", ()))
            if name:
                return name
    return ""
