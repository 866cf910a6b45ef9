"""An action: one button, and what it takes to press it."""

from dataclasses import dataclass

from bot.model.access import Verb
from handlers.entry import Run


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """``action_id`` as the view writes it, ``verb`` what an actor must be allowed, checked anew at every click."""

    action_id: str
    verb: Verb
    run: Run
