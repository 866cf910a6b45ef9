"""Which cards say that a rotation mends them, and when they are edited for it."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from bot.model.alert import Card, CardState, Reason, Rotating
from bot.model.linking import MENDED, linked
from bot.model.policy import Policy
from bot.model.reconcile import reconcile
from tests.cards import HOUR, MINUTE, NOW, a_card, a_finding, a_report_of

UNDER_WAY = Rotating(run="r1", stand="running", number=3, of=12, begun_at=NOW + HOUR)
OVER = replace(UNDER_WAY, stand="done", number=12, ended_at=NOW + 2 * HOUR)
EXPIRING = a_report_of(a_finding())


def told(card: Card, rotating: Rotating | None, *, later: timedelta = 3 * HOUR) -> list[Reason]:
    return [one.reason for one in reconcile((card,), EXPIRING, NOW + later, Policy(), rotating).announcements]


@pytest.mark.parametrize("cause", sorted(MENDED))
def test_a_card_that_is_open_while_a_rotation_goes_on_says_so(cause: str) -> None:
    assert linked(a_card(cause), UNDER_WAY).rotating == UNDER_WAY


def test_what_no_rotation_mends_says_nothing_of_it() -> None:
    assert linked(a_card("dapr-missing"), UNDER_WAY).rotating is None


def test_afterwards_it_says_how_that_ended_also_where_it_is_resolved() -> None:
    resolved = a_card(state=CardState.RESOLVED, resolved_at=NOW + 2 * HOUR, rotating=UNDER_WAY)

    assert linked(resolved, OVER).rotating == OVER
    assert linked(a_card(), OVER).rotating == OVER


@pytest.mark.parametrize(
    "card",
    [
        a_card(opened_at=NOW + 3 * HOUR),
        a_card(state=CardState.RESOLVED, resolved_at=NOW + MINUTE),
    ],
    ids=["opened after it", "resolved before it"],
)
def test_a_card_of_another_time_is_none_of_its(card: Card) -> None:
    assert linked(card, OVER) is card


RESTORING = replace(UNDER_WAY, kind="restore")
RESTORED = replace(OVER, kind="restore")


def test_a_restore_that_is_done_is_no_news_on_an_expiry_that_is_still_near() -> None:
    assert linked(a_card(), RESTORING).rotating == RESTORING
    assert linked(a_card(rotating=RESTORING), RESTORED).rotating is None
    assert linked(a_card(rotating=replace(OVER, run="r0")), RESTORED).rotating == replace(OVER, run="r0")


@pytest.mark.parametrize(
    "card",
    [a_card("ca-changed", rotating=RESTORING), a_card(state=CardState.RESOLVED, resolved_at=NOW + 2 * HOUR, rotating=RESTORING)],
    ids=["a changed CA", "an expiry that is over"],
)
def test_a_restore_that_is_done_is_told_where_it_helped(card: Card) -> None:
    assert linked(card, RESTORED).rotating == RESTORED


def test_the_card_is_edited_when_the_rotation_has_gone_on_and_only_then() -> None:
    (card,) = reconcile((a_card(),), EXPIRING, NOW + HOUR, Policy(), UNDER_WAY).cards

    assert told(a_card(), UNDER_WAY) == [Reason.EDITED]
    assert told(card, UNDER_WAY) == []
    assert told(card, replace(UNDER_WAY, number=4)) == [Reason.EDITED]
    assert told(card, OVER) == [Reason.EDITED]
    assert told(card, None) == []


def test_a_resolved_card_is_edited_too() -> None:
    card = a_card(state=CardState.RESOLVED, resolved_at=NOW + 2 * HOUR, rotating=UNDER_WAY)
    healthy = a_report_of()

    assert [one.reason for one in reconcile((card,), healthy, NOW + 3 * HOUR, Policy(), OVER).announcements] == [Reason.EDITED]


def test_what_comes_back_begins_without_it() -> None:
    before = a_card(state=CardState.RESOLVED, resolved_at=NOW + 2 * HOUR, rotating=OVER)

    (again,) = reconcile((before,), EXPIRING, NOW + 4 * HOUR, Policy(), OVER).cards

    assert (again.state, again.rotating) == (CardState.OPEN, None)
