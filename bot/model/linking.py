"""Which cards a rotation belongs to: those that it mends, as far as they were open while it went on. Pure."""

from typing import Final

from msgspec.structs import replace

from bot.model.alert import Card, Rotating
from bot.model.prognosis import CA_CHANGED, EXPIRY

MENDED: Final = frozenset((*EXPIRY.values(), CA_CHANGED))
"""Checks whose trouble a rotation ends."""


def linked(card: Card, newest: Rotating | None) -> Card:
    """The card with the newest rotation, if that is one of its; itself where that changes nothing. Also of a card that is resolved."""
    if newest is None or card.rotating == newest or card.finding.check_id not in MENDED:
        return card
    ended_before = newest.ended_at is not None and newest.ended_at < card.opened_at
    began_after = card.resolved_at is not None and newest.begun_at > card.resolved_at
    return card if ended_before or began_after else replace(card, rotating=newest)
