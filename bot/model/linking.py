"""Which cards a rotation belongs to: those that it mends, as far as they were open while it went on. Pure."""

from typing import Final

from msgspec.structs import replace

from bot.model.alert import Card, CardState, Rotating
from bot.model.prognosis import CA_CHANGED, EXPIRY
from bot.model.rotation import Kind
from bot.model.run import Stand

MENDED: Final = frozenset((*EXPIRY.values(), CA_CHANGED))
"""Checks whose trouble a rotation ends."""


def linked(card: Card, newest: Rotating | None) -> Card:
    """The card with the newest rotation, if that is one of its; itself where that changes nothing. Also of a card that is resolved."""
    if newest is None or card.rotating == newest or card.finding.check_id not in MENDED:
        return card
    if _has_not_helped(card, newest):
        was_linked = card.rotating is not None and card.rotating.run == newest.run
        return replace(card, rotating=None) if was_linked else card
    ended_before = newest.ended_at is not None and newest.ended_at < card.opened_at
    began_after = card.resolved_at is not None and newest.begun_at > card.resolved_at
    return card if ended_before or began_after else replace(card, rotating=newest)


def _has_not_helped(card: Card, newest: Rotating) -> bool:
    """A restore puts back a CA that ends when it always did: the card of an end that is still near is none of its."""
    is_restored = newest.kind == Kind.RESTORE.value and newest.stand == Stand.DONE.value
    return is_restored and card.state is not CardState.RESOLVED and card.finding.check_id != CA_CHANGED
