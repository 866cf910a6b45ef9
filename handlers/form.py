"""A form: what somebody submits in a modal, and what it takes to submit it."""

from dataclasses import dataclass

from bot.model.access import Verb
from handlers.entry import Run


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """``callback_id`` as the view writes it, ``verb`` what an actor must be allowed, checked anew at every submission."""

    callback_id: str
    verb: Verb
    run: Run
