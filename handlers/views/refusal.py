"""No, and why: said to the one who asked, and to nobody else."""

from handlers.views.blocks import compose, paragraph
from handlers.views.inline import Emoji, Line, Outside, bold
from handlers.views.message import Message
from handlers.views.untrusted import Untrusted

REASON_LIMIT = 600


def render(reason: str) -> Message:
    """``reason`` names the setting that would change it."""
    line: Line = (Emoji("no_entry"), " ", *bold("Refused. "), Outside(Untrusted(reason), REASON_LIMIT))
    return compose(line, [paragraph(line)])
