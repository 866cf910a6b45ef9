"""The test of the alert path: its card, which must frighten nobody, and what is said privately to whoever asked for it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import LiteralString

from bot.model.alert import Card, CardState
from bot.model.finding import Severity
from handlers.views import findings
from handlers.views.blocks import bullets, compose, context, paragraph
from handlers.views.inline import Line, Moment, bold
from handlers.views.message import Message
from handlers.views.severities import RESOLVED, look
from handlers.views.untrusted import Untrusted

REASONS_SHOWN = 3


def card(card: Card, cluster: str) -> Message:
    """What stands in the channel: first that it is a test, then that it is over."""
    is_over = card.state is CardState.RESOLVED
    state = RESOLVED if is_over else look(Severity.NOTICE)
    words: LiteralString = "TEST · it arrived, nothing is wrong" if is_over else "TEST · nothing is wrong, please ignore this"
    first: Line = (state.emoji, " ", *bold(findings.name(cluster), " · ", words))
    row: Line = ("An operator tested whether alerts reach this channel, ", Moment(card.opened_at))
    return compose(first, [paragraph(first), context(row)])


def arrived(after: timedelta) -> Message:
    """It stands there."""
    seconds = f"{max(after.total_seconds(), 0.1):.1f} s"
    first: Line = (look(Severity.OK).emoji, " ", *bold("The test card arrived in the channel within ", Untrusted(seconds)))
    steps: Line = ("It took every step of a real card: memory, outbox, delivery, channel. It says by itself that nothing is wrong.",)
    return compose(first, [paragraph(first, steps)])


def waiting(since_at: datetime, reasons: Sequence[str]) -> Message:
    """It does not stand there yet."""
    first: Line = (look(Severity.WARNING).emoji, " ", *bold("The test card has not arrived: alerts do not reach the channel now"))
    later: Line = ("It waits since ", Moment(since_at), ", and is said as soon as that is possible, then also that it was a test.")
    why = [bullets(bold("Why"), [(Untrusted(reason),) for reason in reasons], REASONS_SHOWN)] if reasons else []
    return compose(first, [paragraph(first, later), *why])


def too_soon(again_at: datetime) -> Message:
    """One a minute is enough for a channel."""
    line: Line = ("The last test card was sent less than a minute ago. The next one can be sent from ", Moment(again_at), " on.")
    return compose(line, [paragraph(line)])
