"""A subcommand: one word after the slash command, and what it takes to use it."""

from dataclasses import dataclass

from bot.model.access import Verb
from handlers.entry import Run


@dataclass(frozen=True, slots=True, kw_only=True)
class Subcommand:
    """``usage`` as it is typed ("check [ID]"), ``summary`` one line for help, ``verb`` what an actor must be allowed."""

    name: str
    usage: str
    summary: str
    verb: Verb
    run: Run
