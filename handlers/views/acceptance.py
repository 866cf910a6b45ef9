"""Accepting a changed CA: the question, and what came of it."""

from datetime import datetime

from bot.model.finding import Finding
from handlers.views import alert, findings
from handlers.views.blocks import actions, compose, paragraph
from handlers.views.inline import Line, Outside, bold
from handlers.views.message import Message
from handlers.views.severities import RESOLVED, look
from handlers.views.untrusted import Untrusted

REASON_LIMIT = 600


def question(finding: Finding, cluster: str, now: datetime) -> Message:
    """What differs, and the button that accepts it."""
    state = look(finding.severity)
    first: Line = (state.emoji, " ", *bold(findings.name(cluster), " · ", findings.fact(finding)))
    return compose(first, [paragraph(first), *alert.body(finding, now), actions(alert.accept_button(finding, cluster))])


def nothing_to_accept(cluster: str) -> Message:
    """The last look found the accepted CA."""
    line: Line = ("There is nothing to accept: at the last look ", findings.name(cluster), " had the CA that is accepted.")
    return compose(line, [paragraph(line)])


def accepted(cluster: str) -> Message:
    """It is done."""
    line: Line = (RESOLVED.emoji, " ", *bold("Accepted. "), "The CA that ", findings.name(cluster), " has now counts as the right one.")
    return compose(line, [paragraph(line, ("Its card turns green after the next healthy looks.",))])


def not_accepted(reason: str) -> Message:
    """Nothing was changed, and why."""
    line: Line = (*bold("Not accepted. "), Outside(Untrusted(reason), REASON_LIMIT))
    return compose(line, [paragraph(line)])


def outdated() -> Message:
    """The click came from a card that shows something else than what is true now."""
    line: Line = (
        *bold("Not accepted. "),
        "This card is out of date: the CA, or what is known about it, has changed since. Nothing was changed.",
    )
    return compose(line, [paragraph(line, ("Look at the newest card, or ask again, and decide on that.",))])
