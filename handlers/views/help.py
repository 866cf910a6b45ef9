"""Help: what can be said to the bot, and by whom."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import LiteralString

from bot.model.access import Verb
from handlers.views.blocks import bullets, compose, context, paragraph
from handlers.views.findings import name
from handlers.views.inline import Line, Outside, bold, code
from handlers.views.message import Message
from handlers.views.untrusted import Untrusted

MOST = 20
USAGE_LIMIT = 80

WHO: dict[Verb, LiteralString] = {Verb.VIEW: "", Verb.OPERATE: " (operators only)", Verb.APPROVE: " (approvers only)"}


@dataclass(frozen=True, slots=True)
class Entry:
    """One subcommand: how it is typed, what it does, what it takes."""

    usage: str
    summary: str
    verb: Verb


def render(entries: Sequence[Entry], command: str, cluster: str) -> Message:
    """Every subcommand with an example of how to type it."""
    title: Line = ("I watch the mTLS trust of Dapr on ", *bold(name(cluster)), " and warn in time.")
    lines: list[Line] = [
        (*code(Outside(Untrusted(f"{command} {entry.usage}"), USAGE_LIMIT)), " ", Untrusted(entry.summary), WHO[entry.verb])
        for entry in entries
    ]
    return compose(title, [paragraph(title), bullets(bold("What you can ask"), lines, MOST), context(_elsewhere())])


def unknown(word: str, nearest: str, command: str) -> Message:
    """Nobody knows that word; the nearest one, or help."""
    first: Line = ("I do not know ", *code(name(word)), ".")
    hint: Line = (" Did you mean ", *code(name(f"{command} {nearest}")), "?") if nearest else (" Try ", *code(name(f"{command} help")), ".")
    return compose((*first, *hint), [paragraph((*first, *hint))])


def _elsewhere() -> Line:
    return ("Answers are for you alone. In a thread, where Slack has no slash commands, mention me: the answer is for everybody there.",)
