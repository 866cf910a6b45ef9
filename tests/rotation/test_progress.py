"""How far a run is, and what may be chosen."""

from datetime import timedelta

import pytest

from bot.model.rotation import WAIT, Undo
from bot.model.run import Commanded, Event, Intended, Stand, StepDone, Way
from bot.rotation.progress import named, progress, undo, ways
from tests.cards import HOUR, MINUTE, NOW
from tests.runs import a_file, a_step, counted, done_before, finished, held, question


def percent(*events: Event) -> int:
    file = a_file(*events)
    return progress(file, file.run, NOW).percent


def undone(*events: Event) -> Undo:
    file = a_file(*events)
    return undo(file.dossier.plan, file.run, NOW)


def offered(*events: Event) -> tuple[Way, ...]:
    file = a_file(*events)
    return ways(file.dossier.plan, file.run, NOW)


def test_the_wait_for_old_certificates_is_no_work() -> None:
    assert percent(*done_before(WAIT)) == percent(*done_before("drop-old-root")) == 62


def test_a_count_moves_it_within_a_step_and_never_beyond() -> None:
    before, half = percent(*done_before("sentry")), percent(*done_before("sentry"), counted("sentry", number=1, of=2))

    assert before < half < percent(*done_before("control-plane"))
    assert percent(*done_before("sentry"), counted("sentry", number=9, of=2)) == percent(*done_before("control-plane"))


def test_a_hundred_per_cent_is_the_end_alone() -> None:
    assert percent(*done_before("nothing")) == 99
    assert percent(*done_before("nothing"), finished()) == 100


def test_a_plan_without_steps_is_no_division_by_nothing() -> None:
    file = a_file(steps=())

    assert progress(file, file.run, NOW).percent == 0


def test_the_end_follows_the_plan_from_when_the_step_began() -> None:
    file = a_file(*done_before("control-plane-again"), counted("control-plane-again", of=0))
    begun = file.entries[-1].at

    assert progress(file, file.run, begun + 2 * MINUTE).ends_at == begun + 6 * MINUTE
    # It takes longer than planned: the last step is still ahead.
    assert progress(file, file.run, begun + 30 * MINUTE).ends_at == begun + 31 * MINUTE


def test_an_end_that_somebody_knows_counts_instead_of_the_estimate() -> None:
    file = a_file(*done_before(WAIT), counted(WAIT, until=NOW + 3 * HOUR))

    assert progress(file, file.run, NOW + MINUTE).ends_at == NOW + 3 * HOUR + 8 * MINUTE


def test_an_estimate_is_told_to_the_minute_above() -> None:
    file = a_file(steps=(a_step("proof", "x", 1.2),))

    assert progress(file, file.run, NOW).ends_at == NOW + 2 * MINUTE


@pytest.mark.parametrize("event", [held("sentry"), Commanded(way=Way.PAUSE), Commanded(way=Way.ABORT)], ids=["held", "paused", "aborting"])
def test_what_stands_has_no_end_that_is_known(event: Event) -> None:
    file = a_file(*done_before("sentry"), event)

    assert progress(file, file.run, NOW + timedelta(hours=1)).ends_at is None


def test_the_way_back_has_steps_per_cent_and_an_end_of_its_own() -> None:
    file = a_file(*done_before("canary"), Commanded(way=Way.REVERT), StepDone(step="write-back"), counted("sentry-back", number=1, of=2))
    far = progress(file, file.run, file.entries[-1].at)

    assert (far.number, far.of, far.title, far.percent) == (2, 4, "Every sentry signs with the old issuer", 26)
    assert far.ends_at == file.entries[-1].at + 3 * MINUTE


def test_without_steps_it_is_named_after_its_id() -> None:
    file = a_file(counted("wave-3"), steps=())
    far = progress(file, file.run, NOW)

    assert (far.number, far.title) == (0, "wave 3")
    assert named("") == "the start"


def test_going_back_means_what_the_last_step_left() -> None:
    drop = Intended(step="drop-old-root", effect="write-pair new", pair="new")

    assert undone(*done_before("write-pair")) is Undo.UNCHANGED
    assert undone(*done_before("write-pair"), Intended(step="write-pair", effect="write-pair both", pair="both")) is Undo.OLD_ISSUER
    assert undone(*done_before("drop-old-root")) is Undo.OLD_ISSUER
    assert undone(*done_before("drop-old-root"), drop) is Undo.NO_MORE
    assert undone(*done_before("proof")) is Undo.NO_MORE


def test_people_may_choose_what_helps_as_it_stands() -> None:
    pause, back = Commanded(way=Way.PAUSE), Commanded(way=Way.REVERT)

    assert offered() == (Way.PAUSE, Way.ABORT)
    assert offered(pause) == (Way.RESUME, Way.ABORT)
    assert offered(*done_before("sentry"), pause) == (Way.RESUME, Way.REVERT)
    assert offered(*done_before("proof"), pause) == (Way.RESUME,)
    assert offered(*done_before("proof")) == (Way.PAUSE,)
    assert offered(*done_before("sentry"), back) == (Way.PAUSE,)
    assert offered(*done_before("sentry"), back, pause) == (Way.RESUME,)
    assert offered(*done_before("sentry"), Commanded(way=Way.ABORT)) == ()
    assert offered(StepDone(step="preflight"), finished(Stand.ABORTED)) == ()


def test_a_hold_says_itself_what_helps_and_the_way_back_is_open_while_it_is() -> None:
    assert offered(held("preflight", ways=(Way.RETRY,))) == (Way.RETRY, Way.ABORT)
    assert offered(*done_before("sentry"), held(ways=(Way.RESUME,))) == (Way.RESUME, Way.REVERT)
    assert offered(*done_before("drop-old-root"), question()) == (Way.RETRY, Way.LOSE, Way.REVERT)
    assert offered(*done_before("proof"), held("proof", ways=(Way.RETRY,))) == (Way.RETRY,)
