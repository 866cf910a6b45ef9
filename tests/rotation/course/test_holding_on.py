"""When an approval ends before the first write, when nothing can be seen, and what is asked once more: rows of docs/rotation-faults.md."""

import dataclasses
from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from bot.model import approval, commanding
from bot.model.observed import Unobserved, Why
from bot.model.rotation import WAIT, Kind, Undo
from bot.model.run import APPROVAL, Commanded, Counted, Effected, Event, Held, Intended, Stand, StepDone, Unread, Way
from bot.model.trust_pair import BACK, BOTH, NEW, OLD
from bot.rotation import consent, course, intrusion, steps
from bot.rotation.going import Next, next_
from bot.rotation.outcome import Doing, Done, Holding, Mend, Retreating, Tidy, Voiding, Waiting, WritePair
from bot.rotation.progress import undo
from tests.builders import A_CA, a_ca, a_configmap, a_secret, some_facts
from tests.cards import HOUR, MINUTE, NOW
from tests.requests import ANN, BOB, PEOPLE, approved
from tests.rotation.course.sights import a_look, a_run, a_sight, chains, control_plane, fresh, held, rotation, written
from tests.rotation.course.test_course import TO_SENTRY, TO_WAVES, before, effect, restarted

BLIND = Unobserved(Why.UNREACHABLE, "no connection")
UNABLE = "census: no connection"
BACK_STEPS = tuple(one.id for one in steps.back())


def foreign(writer: str) -> dict[str, Any]:
    """A CA that is none of the rotation's, in both objects."""
    third = a_ca("third")
    return {"secret": a_secret(third, facts=some_facts(writer, NOW - MINUTE)), "configmap": a_configmap(third.roots_pem)}


@pytest.mark.parametrize("writer", ["helm", "sentry", "kubectl-edit"])
@pytest.mark.parametrize("done", [(), TO_SENTRY[:1], TO_SENTRY[:2], TO_SENTRY[:3]])
def test_what_anybody_writes_before_the_first_write_ends_the_run_with_nothing_changed(writer: str, done: tuple[str, ...]) -> None:
    found = next_(a_sight(a_run(*(StepDone(step=one) for one in done)), **before(**foreign(writer)))).outcome
    assert isinstance(found, Voiding)

    voided = a_run(*(StepDone(step=one) for one in done), Commanded(way=Way.ABORT, reason=found.reason))
    assert next_(a_sight(voided, **before(**foreign(writer)))).outcome == Doing(Tidy(OLD), "tidying up")


@pytest.mark.parametrize("writer", ["helm", "sentry"])
def test_who_writes_between_the_intent_and_the_first_write_ends_the_run_too(writer: str) -> None:
    assert isinstance(next_(a_sight(written(), a_look(BOTH, **foreign(writer)))).outcome, Voiding)


def test_an_approval_that_is_not_used_within_half_an_hour_is_void() -> None:
    early = a_run(*(StepDone(step=one) for one in TO_SENTRY[:3]), at=NOW - 29 * MINUTE)
    late = a_run(*(StepDone(step=one) for one in TO_SENTRY[:3]), at=NOW - 31 * MINUTE)

    assert isinstance(next_(a_sight(early, **before())).outcome, Doing)
    assert isinstance(next_(a_sight(late, **before())).outcome, Voiding)


def test_an_approval_of_a_bot_that_bound_plans_in_another_way_is_void_and_blames_nobody() -> None:
    sight = a_sight(a_run(*(StepDone(step=one) for one in TO_SENTRY[:3])), **before())
    dossier = sight.dossier

    found = next_(dataclasses.replace(sight, dossier=replace(dossier, bound=replace(dossier.bound, version=1)))).outcome

    assert isinstance(found, Voiding)
    assert "binds plans in another way" in found.reason


def test_an_abort_after_a_write_that_was_intended_and_never_done_ends_with_nothing_changed() -> None:
    aborted = written(BOTH, Commanded(way=Way.ABORT))
    untouched = before(configmap=a_configmap(A_CA.roots_pem))
    assert next_(a_sight(aborted, **untouched)).outcome == Doing(Tidy(OLD), "tidying up")

    half = next_(a_sight(aborted, **before(**held(OLD, ca=BOTH, secret_by="sentry")))).outcome
    assert isinstance(half, Doing)
    assert half.effect == WritePair(BOTH)


def test_an_abort_whose_tidying_up_failed_is_still_one_when_somebody_says_retry() -> None:
    failed = Held(step="tidy", reason="forbidden", advice="", ways=(Way.RETRY,))
    run = a_run(StepDone(step="preflight"), Commanded(way=Way.ABORT), failed, Commanded(way=Way.RETRY))

    assert next_(a_sight(run, **before())).outcome == Doing(Tidy(OLD), "tidying up")


@pytest.mark.parametrize("step", [*TO_SENTRY, "sentry", "control-plane", "admission", "canary", "drop-old-root", "proof"])
def test_what_is_not_seen_for_ten_minutes_holds_at_every_step_and_one_look_ends_the_count(step: str) -> None:
    def outcome(since: timedelta, *more: Event) -> object:
        run = written(BOTH, Counted(step=step, told=UNABLE, blind=True), *more, at=NOW - since)
        return next_(a_sight(run, a_look(BOTH, census=BLIND))).outcome

    waiting = outcome(9 * MINUTE)
    assert isinstance(waiting, Waiting)
    assert waiting.blind
    assert isinstance(outcome(11 * MINUTE), Holding)
    assert isinstance(outcome(11 * MINUTE, Counted(step=step, told="seen")), Waiting)


def test_while_only_time_has_to_pass_nobody_is_called_because_nothing_is_seen() -> None:
    run = written(BOTH, Counted(step=WAIT, told="…", until=NOW + HOUR, blind=True), at=NOW - HOUR)
    found = next_(a_sight(run, a_look(BOTH, census=BLIND))).outcome

    assert isinstance(found, Waiting)
    assert found.until == NOW + HOUR


def test_a_held_or_paused_run_that_sees_nothing_is_not_held_again() -> None:
    for command in (Commanded(way=Way.PAUSE), Held(step="sentry", reason="…", advice="", ways=(Way.RETRY,))):
        assert next_(a_sight(written(BOTH, command, at=NOW - HOUR), a_look(BOTH, census=BLIND))).outcome is None


@pytest.mark.parametrize("done", [(), TO_SENTRY, TO_WAVES])
def test_an_event_of_another_version_holds_at_every_step_and_stays_held(done: tuple[str, ...]) -> None:
    run = written(BOTH, effect("write-pair", "write-pair both"), Unread(text='{"type":"danced"}'), done=done)
    found = next_(a_sight(run, a_look(BOTH))).outcome
    assert isinstance(found, Holding)
    assert "does not know" in found.reason

    stays = replace(run, stand=Stand.HELD)
    assert next_(a_sight(stays, a_look(BOTH))).outcome is None


def test_when_old_sentries_stay_up_and_none_loads_the_new_pair_the_run_goes_back_by_itself() -> None:
    run = written(BOTH, effect("write-pair", "write-pair both"), restarted("sentry", "sentry"), at=NOW - 9 * MINUTE)
    sight = a_sight(run, a_look(components=control_plane(instead={"sentry": fresh("sentry", desired=2)}), chains=chains("sentry")))

    assert isinstance(course.of("sentry").look(sight, "sentry"), Retreating)


def test_a_sentry_that_shows_nothing_is_not_known_to_refuse_the_pair_so_people_look() -> None:
    run = written(BOTH, effect("write-pair", "write-pair both"), restarted("sentry", "sentry"), at=NOW - 9 * MINUTE)
    sight = a_sight(run, a_look(components=control_plane(instead={"sentry": fresh("sentry", desired=2)}), chains=BLIND))

    assert isinstance(course.of("sentry").look(sight, "sentry"), Holding)


def test_an_old_pair_that_ended_on_the_way_back_is_not_put_back_alone() -> None:
    run = replace(written(BACK, Commanded(way=Way.REVERT)), done=dict.fromkeys(("write-back", "sentry-back", "wait-for-new-leaves"), NOW))
    ends_at = rotation().dossier.plan.expires_at
    assert ends_at is not None

    assert isinstance(next_(a_sight(run, a_look(BACK))).outcome, Doing)
    late = next_(a_sight(run, a_look(BACK, now=ends_at))).outcome
    assert isinstance(late, Done)
    assert "recovery" in late.fact


@pytest.mark.parametrize("step", BACK_STEPS)
@pytest.mark.parametrize("pair", [BOTH, BACK, OLD])
@pytest.mark.parametrize("writer", ["", "sentry", "helm"])
def test_a_run_that_goes_back_while_its_old_ca_ends_comes_to_its_end_from_every_step(step: str, pair: str, writer: str) -> None:
    ends_at = rotation().dossier.plan.expires_at
    assert ends_at is not None
    turned = written(pair, Commanded(way=Way.REVERT), at=ends_at - HOUR)
    run = replace(turned, done=dict.fromkeys(BACK_STEPS[: BACK_STEPS.index(step)], ends_at - MINUTE))
    there = BOTH if pair == BOTH else BACK
    found = next_(a_sight(run, a_look(there, now=ends_at, **(foreign(writer) if writer else {}))))

    assert found.step == step
    assert isinstance(found.outcome, Done), found
    assert "the old CA has ended meanwhile" in found.outcome.fact
    assert ("every root stays" in found.outcome.fact) is not bool(writer)


def test_a_pair_that_is_half_written_is_closed_also_when_the_old_ca_has_ended_on_the_way_back() -> None:
    ends_at = rotation().dossier.plan.expires_at
    assert ends_at is not None
    run = written(OLD, Commanded(way=Way.REVERT), done=TO_SENTRY)

    ours = next_(a_sight(run, a_look(BACK, now=ends_at, **held(BACK, ca=OLD)))).outcome
    assert isinstance(ours, Doing)
    assert ours.effect == WritePair(OLD)
    theirs = next_(a_sight(run, a_look(BACK, now=ends_at, secret=foreign("sentry")["secret"]))).outcome
    assert isinstance(theirs, Doing)
    assert theirs.effect == Mend()


def test_nobody_goes_back_once_the_old_pair_has_ended() -> None:
    ends_at = rotation().dossier.plan.expires_at
    assert ends_at is not None

    assert a_sight(written(), a_look()).can_go_back
    assert not a_sight(written(), a_look(now=ends_at)).can_go_back


def test_nobody_chooses_a_way_back_that_would_not_be_over_before_the_old_ca_ends_and_is_told_why() -> None:
    run, plan = written(), rotation().dossier.plan
    assert plan.expires_at is not None
    last = plan.expires_at - plan.leaves_for - commanding.BACK_TAKES

    assert commanding.why_not(run, plan, Way.REVERT, last) == ""
    assert a_sight(run, a_look(now=last)).ways_out == (Way.RETRY, Way.REVERT)
    late = last + MINUTE
    assert Way.REVERT not in (*commanding.ways(run, plan, late), *a_sight(run, a_look(now=late)).ways_out)
    assert "a way back takes 24 hours" in commanding.why_not(run, plan, Way.REVERT, late)
    assert "has ended" in commanding.why_not(run, plan, Way.REVERT, plan.expires_at)
    assert undo(plan, written(done=TO_WAVES), last) is Undo.OLD_ISSUER
    assert undo(plan, written(done=TO_WAVES), late) is Undo.TOO_LATE


@pytest.mark.parametrize(("left", "retreats"), [(HOUR, True), (commanding.BACK_TAKES, False)])
def test_where_no_sentry_starts_the_old_issuer_comes_back_as_long_as_sentry_can_still_load_it(left: timedelta, *, retreats: bool) -> None:
    ends_at = rotation().dossier.plan.expires_at
    assert ends_at is not None
    run = written(BOTH, effect("write-pair", "write-pair both"), restarted("sentry", "sentry"), at=ends_at - left - 3 * MINUTE)
    down = control_plane(instead={"sentry": fresh("sentry", ready=0, waiting="CrashLoopBackOff")})
    sight = a_sight(run, a_look(BOTH, now=ends_at - left, components=down, chains=chains("sentry")))

    assert isinstance(course.of("sentry").look(sight, "sentry"), Retreating) is retreats


@pytest.mark.parametrize(("back", "step"), [(False, "sentry"), (True, "sentry-back")])
def test_after_a_foreign_pair_sentry_is_seen_anew_in_the_direction_of_the_run(back: bool, step: str) -> None:  # noqa: FBT001 - a column
    commands = [Commanded(way=Way.REVERT)] if back else []
    run = written(BACK if back else BOTH, *commands, effect("write-pair", "write-pair both"), done=TO_SENTRY)
    found = intrusion.look(a_sight(run, a_look(BOTH, **foreign("sentry"))))

    assert isinstance(found, Doing)
    assert found.step == step


# What is asked once more.

FIRST = Next("write-pair", Doing(WritePair(BOTH), "…"))
WAITED = Next(WAIT, Done())
DROP = Next("drop-old-root", Doing(WritePair(NEW), "…"))


def test_an_approver_who_left_before_the_first_write_ends_the_run() -> None:
    found = consent.judged(FIRST, a_sight(a_run(), **before()), lapsed="not all may", skewed="")

    assert found.outcome == Voiding("not all may")


def test_an_approver_who_left_before_the_old_root_goes_is_asked_for_anew() -> None:
    sight = a_sight(written(done=TO_WAVES), a_look())
    found = consent.judged(DROP, sight, lapsed="not all may", skewed="")

    assert found.step == APPROVAL
    assert isinstance(found.outcome, Holding)
    assert consent.judged(DROP, sight, lapsed="", skewed="") == DROP


@pytest.mark.parametrize("found", [WAITED, DROP])
def test_clocks_that_differ_hold_where_a_wait_ends_and_where_the_old_root_goes(found: Next) -> None:
    sight = a_sight(written(done=TO_WAVES), a_look())

    assert isinstance(consent.judged(found, sight, lapsed="", skewed="60 s ahead").outcome, Holding)
    assert consent.judged(found, sight, lapsed="", skewed="") == found


@pytest.mark.parametrize("step", ["sentry", "control-plane", "canary", "proof"])
def test_neither_clocks_nor_approvers_matter_between_the_writes(step: str) -> None:
    sight = a_sight(written(done=TO_SENTRY), a_look())

    assert not consent.asks(Next(step, Done()), sight)
    assert not consent.asks(Next(step, Waiting(told="…")), sight)


def test_nothing_is_asked_anew_of_a_recovery_once_it_has_written() -> None:
    first = Next("write-pair", Doing(WritePair(NEW), "…"))

    assert consent.asks(first, a_sight(a_run(kind=Kind.RECOVERY), **before()))
    assert not consent.asks(Next("proof", Done()), a_sight(a_run(Intended(step="write-pair", effect="x", pair=NEW), kind=Kind.RECOVERY)))


def test_whoever_retries_at_the_hold_for_it_approves_and_nobody_else() -> None:
    hold = Held(step=APPROVAL, reason="…", advice="", ways=(Way.RETRY,))
    elsewhere = Held(step="canary", reason="…", advice="", ways=(Way.RETRY,))
    assert a_run(hold, Commanded(way=Way.RETRY, actor=BOB)).vouched == (BOB,)
    assert a_run(elsewhere, Commanded(way=Way.RETRY, actor=BOB)).vouched == ()


def test_an_approval_lapses_with_its_approver_and_holds_again_when_another_vouches() -> None:
    request = approved(ANN)
    without = {actor: person for actor, person in PEOPLE.items() if actor != ANN}

    assert approval.lapsed(request, (), PEOPLE) == ""
    assert "0 of 1" in approval.lapsed(request, (), without)
    assert approval.lapsed(request, (BOB,), without) == ""
    assert approval.lapsed(request, (request.actor,), without)


def test_a_write_that_was_tried_again_and_done_is_no_standing_order() -> None:
    hold = Held(step=intrusion.ID, reason="…", advice="", ways=(Way.RETRY,))
    run = written(BOTH, hold, Commanded(way=Way.RETRY))
    assert run.retried == intrusion.ID

    again = written(BOTH, hold, Commanded(way=Way.RETRY), Effected(step=intrusion.ID, effect="write-pair both"))
    assert again.retried == ""
