"""``logs APP|POD|COMPONENT [SINCE]``: what Dapr's containers printed that matters, by kind of line."""

import re
from datetime import timedelta
from functools import partial
from typing import Final

from bot.model.access import Verb
from bot.model.targets import Unresolved
from handlers import answers, words
from handlers.conversation import Conversation
from handlers.subcommand import Subcommand
from handlers.views import log_lines as view
from handlers.views import unresolved
from handlers.views.message import Message
from handlers.visit import Visit

USUAL: Final = timedelta(hours=1)
LONGEST: Final = timedelta(hours=24)

_UNITS: Final = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}
_SPAN: Final = re.compile(r"([0-9]{1,6})([mhd])", re.IGNORECASE)
# What somebody means as a span, right or wrong; a name that looks so is asked for as NAMESPACE/NAME.
_LIKE_A_SPAN: Final = re.compile(r"[-+]?[0-9][0-9A-Za-z.,]*")


async def run(conversation: Conversation, visit: Visit) -> None:
    """Say that it reads where that takes longer, then what was printed. Nothing asked, or no span: say how."""
    _, typed = words.first(visit.words)
    name, since = _split(words.unescaped(typed))
    command = conversation.settings.command
    span = _span(since) if since else USUAL
    if not name:
        await answers.answer(conversation.client, visit, view.usage(command))
    elif span is None:
        await answers.answer(conversation.client, visit, view.bad_span(since, command, name))
    else:
        glance = partial(view.under_way, conversation.cluster, name)
        await answers.when_ready(conversation.client, visit, _answer(conversation, name, span), glance)


def _split(typed: str) -> tuple[str, str]:
    """What is asked about, and since when; "" where that was not said."""
    *before, last = typed.split() or [""]
    return (" ".join(before), last) if before and _LIKE_A_SPAN.fullmatch(last) else (" ".join((*before, last)), "")


def _span(typed: str) -> timedelta | None:
    """None when it is none, or none that is looked back."""
    found = _SPAN.fullmatch(typed)
    span = int(found[1]) * _UNITS[found[2].lower()] if found else timedelta(0)
    return span if timedelta(0) < span <= LONGEST else None


async def _answer(conversation: Conversation, name: str, span: timedelta) -> Message:
    found = await conversation.printed(name, span)
    if isinstance(found, Unresolved):
        return unresolved.render(found, f"{conversation.settings.command} logs")
    return view.render(found)


LOGS = Subcommand(
    name="logs",
    usage="logs APP|POD|COMPONENT [SINCE]",
    summary="what Dapr's containers printed that matters, of the last hour or since 15m, 2h, 1d",
    verb=Verb.VIEW,
    run=run,
)
