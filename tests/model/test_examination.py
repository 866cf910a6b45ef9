import pytest

from bot.model.examination import Examination, Outcome, Said, Subject, alike, examined, unseen
from bot.model.observed import Unobserved, Why
from tests.examined import a_result, an_examined


def an_examination(said: Said | Exception) -> Examination[int]:
    def judge(_: int) -> Said:
        if isinstance(said, Exception):
            raise said
        return said

    return Examination(id="clock", subject=Subject.KUBERNETES, title="The clocks agree", judge=judge)


def test_what_was_judged_becomes_the_result() -> None:
    (result,) = examined([an_examination(Said(Outcome.WARNING, "It is late.", "Hurry."))], 1)

    assert (result.id, result.outcome, result.seen, result.remedy) == ("clock", Outcome.WARNING, "It is late.", "Hurry.")


def test_an_examination_that_breaks_is_unknown_and_costs_no_other_answer() -> None:
    broken, whole = examined([an_examination(KeyError("secret")), an_examination(Said(Outcome.FINE, "Good."))], 1)

    assert (broken.outcome, whole.outcome) == (Outcome.UNKNOWN, Outcome.FINE)
    assert "secret" not in broken.seen


def test_what_was_not_looked_at_by_choice_is_no_trouble() -> None:
    by_choice, lost = Unobserved(Why.BY_CHOICE, "Not set."), Unobserved(Why.TIMED_OUT, "Too slow.", "Wait.")

    assert unseen(by_choice, missing=Outcome.TROUBLE) == Said(Outcome.NOT_LOOKED_AT, "Not set.")
    assert unseen(lost) == Said(Outcome.UNKNOWN, "Too slow.", "Wait.")


@pytest.mark.parametrize(
    ("outcomes", "verdict"),
    [
        ((), "nothing was examined"),
        ((Outcome.FINE, Outcome.NOT_LOOKED_AT), "everything is in order"),
        ((Outcome.FINE, Outcome.UNKNOWN), "1 thing could not be told"),
        ((Outcome.TROUBLE, Outcome.FINE), "1 thing to mend"),
        ((Outcome.TROUBLE, Outcome.WARNING, Outcome.UNKNOWN), "2 things to mend, 1 thing could not be told"),
    ],
)
def test_the_verdict_is_one_line(outcomes: tuple[Outcome, ...], verdict: str) -> None:
    assert an_examined(*(a_result(outcome=outcome) for outcome in outcomes)).verdict == verdict


def test_trouble_is_to_mend_before_a_warning() -> None:
    found = an_examined(a_result("a", Outcome.WARNING), a_result("b", Outcome.FINE), a_result("c", Outcome.TROUBLE))

    assert [result.id for result in found.to_mend] == ["c", "a"]


def test_nothing_examined_is_no_health() -> None:
    assert an_examined().worst is Outcome.UNKNOWN


def test_what_follows_each_other_and_says_the_same_is_told_together() -> None:
    one, two, other = a_result("a"), a_result("b"), a_result("c", Outcome.UNKNOWN)

    assert list(alike([one, two, other])) == [(one, two), (other,)]
