"""What went wrong, in three sentences: what was tried, what happened, what to do."""

from bot.errors import BotError, InputError, SettingsError, Transient
from handlers.views.blocks import compose, paragraph
from handlers.views.inline import Line, Outside, bold, code
from handlers.views.message import Message
from handlers.views.untrusted import Untrusted

HAPPENED_LIMIT = 600
HINT_LIMIT = 300


def unable(tried: str, error: BotError) -> Message:
    """Something the bot knows how to name. ``tried``: what the person asked for, "/dapr status"."""
    first: Line = ("That did not work: ", *code(Untrusted(tried)))
    happened: Line = (*bold("What happened: "), Outside(Untrusted(str(error)), HAPPENED_LIMIT))
    return compose(first, [paragraph(first, happened, (*bold("What to do: "), *_hint(error)))])


def bug(tried: str, incident: str) -> Message:
    """Something nobody thought of. Its details are in the log, under this id only."""
    first: Line = ("That did not work: ", *code(Untrusted(tried)))
    happened: Line = (*bold("What happened: "), "a mistake in the bot itself, noted in its log as ", *code(Untrusted(incident)), ".")
    todo: Line = (*bold("What to do: "), "try again; if it stays, give this id to whoever runs the bot.")
    return compose(first, [paragraph(first, happened, todo)])


def _hint(error: BotError) -> Line:
    if error.hint:
        return (Outside(Untrusted(error.hint), HINT_LIMIT),)
    match error:
        case Transient():
            return ("Please try again in a minute.",)
        case InputError():
            return ("Please say it differently; nothing was changed.",)
        case SettingsError():
            return ("Whoever runs the bot must change its settings (docs/settings.md).",)
        case _:
            return ("Trying again will not help; whoever runs the bot must change something first.",)
