"""Answers to what nobody here offers."""

from handlers.views.blocks import compose, paragraph
from handlers.views.findings import name
from handlers.views.inline import Line, code
from handlers.views.message import Message


def other_command(sent: str, mine: str) -> Message:
    """Slack's app and the bot's settings name different commands."""
    line: Line = ("Slack sent me ", *code(name(sent)), ", but my settings say that I answer to ", *code(name(mine)), ".")
    todo: Line = ("Whoever runs the bot: set DAPR_WARDEN_COMMAND to the command in the Slack app's manifest, or the other way round.",)
    return compose(line, [paragraph(line, todo)])


def other_button() -> Message:
    """The button is not one of this version's."""
    line: Line = ("This button belongs to another version of the bot. Nothing was done; please ask again.",)
    return compose(line, [paragraph(line)])
