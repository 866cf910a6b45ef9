from bot.model import trial
from bot.model.alert import CardState, Effect, Reason, effects
from tests.cards import NOW


def test_a_test_ends_in_the_same_breath_in_which_it_begins() -> None:
    opened, over = trial.announcements("prod-eu", NOW)

    assert (opened.reason, opened.card.state) == (Reason.OPENED, CardState.OPEN)
    assert (over.reason, over.card.state, over.card.resolved_at) == (Reason.RESOLVED, CardState.RESOLVED, NOW)
    assert {opened.card.cause, over.card.cause} == {trial.CAUSE}


def test_it_is_one_message_and_one_edit_and_broadcasts_nothing() -> None:
    assert [effect for one in trial.announcements("prod-eu", NOW) for effect in effects(one.reason)] == [Effect.POST, Effect.EDIT]
