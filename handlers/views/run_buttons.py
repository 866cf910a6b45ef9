"""The buttons of a rotation under way: what each takes, and what it says before it acts."""

from datetime import datetime
from typing import Final, LiteralString

from bot.model import phrases
from bot.model.run import File, Run, Way
from bot.rotation.progress import progress, undo, ways
from handlers.views.blocks import Button, Confirm, actions
from handlers.views.inline import Line, Outside
from handlers.views.message import Block
from handlers.views.untrusted import Untrusted

VIEW: Final = "view-rotation"
ACTIONS: Final[dict[Way, str]] = {
    Way.PAUSE: "pause-rotation",
    Way.RESUME: "resume-rotation",
    Way.RETRY: "retry-rotation",
    Way.REVERT: "revert-rotation",
    Way.ABORT: "abort-rotation",
    Way.LOSE: "lose-pods",
}
"""Ids of the buttons."""
LABELS: Final[dict[Way, LiteralString]] = {
    Way.PAUSE: "Pause",
    Way.RESUME: "Resume",
    Way.RETRY: "Retry",
    Way.REVERT: "Revert",
    Way.ABORT: "Abort",
    Way.LOSE: "Drop the old root although these pods lose their peers",
}
_ALWAYS: Final[dict[Way, Line]] = {
    Way.PAUSE: ("The write or restart that is under way is brought to its end; no other step starts until an approver resumes it.",),
    Way.RETRY: ("The step that did not end is tried once more, and gets its whole time again.",),
    Way.ABORT: ("It ends here. Nothing was written yet, so nothing is changed.",),
}
_ABORTED: Final[Line] = (
    "A pair that is half written is written to its end, no other step starts. ",
    "It then holds, and an approver chooses between Resume and Revert.",
)
CONFIRMED_NAMES: Final = 3
CONFIRMED_LIMIT: Final = 120


def buttons(file: File, run: Run, now: datetime) -> Block:
    """What may be chosen now; the plan can always be read. They carry the run's id alone."""
    offered = [_button(way, file, run) for way in ways(file.dossier.plan, run, now)]
    return actions(*offered, Button(action_id=VIEW, label=("View plan",), value=file.id))


def _button(way: Way, file: File, run: Run) -> Button:
    label: Line = (LABELS[way],)
    title: Line = ("Drop the old root?",) if way is Way.LOSE else (LABELS[way], " this rotation?")
    yes: Line = ("Drop the old root",) if way is Way.LOSE else label
    confirm = Confirm(title=title, text=_consequence(way, file, run), yes=yes)
    primary = way in {Way.RESUME, Way.RETRY}
    danger = way in {Way.REVERT, Way.ABORT, Way.LOSE}
    return Button(action_id=ACTIONS[way], label=label, value=file.id, primary=primary, danger=danger, confirm=confirm)


def _consequence(way: Way, file: File, run: Run) -> Line:
    """What happens then, before somebody clicks."""
    match way:
        case Way.RESUME:
            title = progress(file, run, file.entries[-1].at).title
            return ("It goes on with the step at which it stands: ", Outside(Untrusted(title), CONFIRMED_LIMIT), ".")
        case Way.REVERT:
            means = undo(file.dossier.plan, run, file.entries[-1].at).value
            return ("It goes back: ", Outside(Untrusted(means), CONFIRMED_LIMIT), ". Pods that were recreated keep running.")
        case Way.ABORT if run.has_written:
            return _ABORTED
        case Way.LOSE:
            pods = phrases.named(run.held.affected if run.held else (), most=CONFIRMED_NAMES)
            named = Outside(Untrusted(pods), CONFIRMED_LIMIT)
            return ("These lose their peers until somebody recreates them: ", named, ". There is no way back.")
        case _:
            return _ALWAYS[way]
