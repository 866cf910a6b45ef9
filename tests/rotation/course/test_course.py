"""Every step of a run: what it does first, what it waits for, when it is done, and when people have to decide."""

from dataclasses import replace as with_
from datetime import datetime, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from bot.model.observed import Unobserved, Why
from bot.model.rotation import Kind
from bot.model.run import Commanded, Counted, Effected, Event, Held, Intended, Reopened, StepDone, Way
from bot.model.snapshot import Snapshot
from bot.model.trust_pair import BACK, BOTH, NEW, OLD
from bot.rotation import course, intrusion, steps
from bot.rotation.going import next_
from bot.rotation.outcome import Doing, Done, Holding, KeepBackup, Mend, Outcome, Restart, Retreating, Stage, Tidy, Waiting, WritePair
from tests.builders import (
    A_CA,
    ANOTHER_CA,
    a_bare_pod,
    a_budget,
    a_ca,
    a_census,
    a_component,
    a_configmap,
    a_live_chain,
    a_pod,
    a_secret,
    a_surrounding,
    a_webhook,
    live_chains,
    some_facts,
    some_surroundings,
)
from tests.cards import HOUR, MINUTE, NOW
from tests.rotation.course.sights import (
    WRITTEN_AT,
    a_look,
    a_run,
    a_sight,
    apps,
    chains,
    control_plane,
    fresh,
    held,
    rotation,
    the_canary,
    written,
)

TO_SENTRY = ("preflight", "backup", "vouch", "write-pair")
ADMISSION = f"admission-{WRITTEN_AT + MINUTE:%H%M%S}"
TO_WAVES = (*TO_SENTRY, "sentry", "control-plane", "admission")


def look(step: str, *args: Any, **parts: Any) -> Outcome:
    return course.of(step).look(a_sight(*args, **parts), step)


def told(outcome: Outcome) -> str:
    assert isinstance(outcome, Waiting | Holding), outcome
    return outcome.told if isinstance(outcome, Waiting) else outcome.reason


def restarts(outcome: Outcome) -> list[str]:
    assert isinstance(outcome, Doing), outcome
    assert isinstance(outcome.effect, Restart), outcome
    return [one.name for one in outcome.effect.workloads]


def effect(step: str, name: str) -> Effected:
    return Effected(step=step, effect=name)


def restarted(step: str, component: str = "") -> Effected:
    return effect(step, f"restart 0123456789ab/{step}{f'/{component}' if component else ''}")


def test_the_first_thing_is_a_backup_and_then_the_cross_certificate_and_then_the_pair() -> None:
    begun = a_run(StepDone(step="preflight"), staged=False)
    assert next_(a_sight(begun, **before())).outcome == Doing(KeepBackup(), "keeping the present pair, sealed")

    kept = a_run(StepDone(step="preflight"), effect("backup", "backup"), StepDone(step="backup"), staged=False)
    found = next_(a_sight(kept, **before()))
    assert isinstance(found.outcome, Doing)
    assert found.outcome.effect == Stage()

    staged = a_run(*(StepDone(step=one) for one in TO_SENTRY[:3]))
    assert next_(a_sight(staged, **before())).outcome == Doing(WritePair(BOTH), "writing the ConfigMap, then the Secret")


def before(**parts: Any) -> dict[str, Any]:
    """The cluster before anything was written."""
    usual = {**held(OLD, secret_by="sentry"), "chains": chains(*("sentry", "operator", "sidecar-injector", "placement-server"))}
    return {"pods": [*apps(), the_canary()], "webhook": a_webhook()} | usual | parts


def test_nothing_is_written_while_a_sentry_starts_and_after_ten_minutes_people_are_called() -> None:
    crashing = control_plane(instead={"sentry": a_component("sentry", ready=0, waiting="CrashLoopBackOff")})
    run = a_run(*(StepDone(step=one) for one in TO_SENTRY[:3]), Counted(step="write-pair", told="…"), at=NOW - MINUTE)

    assert "dapr-sentry-0" in told(look("write-pair", run, **before(components=crashing)))
    late = a_run(Counted(step="write-pair", told="…"), at=NOW - HOUR)
    assert isinstance(look("write-pair", late, **before(components=crashing)), Holding)


def test_in_a_recovery_the_pair_is_written_while_a_crashing_sentry_is_far_from_its_next_start() -> None:
    def sentry(ended: timedelta) -> Any:
        found = a_component("sentry", ready=0, waiting="CrashLoopBackOff", restarts=6)
        return control_plane(instead={"sentry": replace(found, pods=tuple(replace(pod, ended_at=NOW - ended) for pod in found.pods))})

    run = a_run(kind=Kind.RECOVERY)
    found = look("write-pair", run, **before(components=sentry(MINUTE)))
    assert isinstance(found, Doing)
    # It starts again five minutes after its end; two requests have to be through by then.
    assert found.effect == WritePair(NEW, before=NOW + 4 * MINUTE - timedelta(seconds=5))
    assert isinstance(look("write-pair", run, **before(components=sentry(timedelta(seconds=295)))), Waiting)


def test_a_written_pair_is_seen_at_both_objects() -> None:
    assert isinstance(look("write-pair", written(), a_look(BOTH)), Done)
    assert not isinstance(look("write-pair", written(), a_look(BOTH, **held(BOTH, ca=OLD))), Done)


def test_sentry_is_given_time_to_reload_and_then_restarted_once() -> None:
    old = {"chains": chains("sentry"), "components": control_plane("sentry")}
    just = written(BOTH, effect("write-pair", "write-pair both"), at=NOW - timedelta(seconds=20))
    assert isinstance(look("sentry", just, a_look(**old)), Waiting)

    late = written(BOTH, effect("write-pair", "write-pair both"), at=NOW - 3 * MINUTE)
    assert restarts(look("sentry", late, a_look(**old))) == ["dapr-sentry"]

    again = written(BOTH, effect("write-pair", "write-pair both"), restarted("sentry", "sentry"), at=NOW - MINUTE)
    assert isinstance(look("sentry", again, a_look(**old)), Waiting)
    assert isinstance(look("sentry", again, a_look()), Done)


def test_when_no_sentry_starts_with_the_new_pair_the_run_goes_back_by_itself() -> None:
    dead = control_plane(instead={"sentry": fresh("sentry", ready=0, waiting="CrashLoopBackOff")})
    run = written(BOTH, effect("write-pair", "write-pair both"), restarted("sentry", "sentry"), at=NOW - 3 * MINUTE)

    assert isinstance(look("sentry", run, a_look(components=dead, chains=chains("sentry"))), Retreating)


def test_one_sentry_of_two_that_does_not_sign_with_the_new_issuer_is_named() -> None:
    half = control_plane(instead={"sentry": fresh("sentry", ready=1, desired=2)})
    run = written(BOTH, effect("write-pair", "write-pair both"), restarted("sentry", "sentry"), at=NOW - HOUR)

    found = look("sentry", run, a_look(components=half))
    assert isinstance(found, Holding)
    assert found.affected == ("dapr-sentry-1",)
    assert Way.REVERT in found.ways


def test_the_control_plane_is_restarted_in_turn_and_only_what_was_created_since_counts() -> None:
    run = written(done=TO_SENTRY)
    assert restarts(look("control-plane", run, a_look(components=control_plane("sidecar-injector", "operator")))) == [
        "dapr-sidecar-injector"
    ]

    injector = written(BOTH, restarted("control-plane", "sidecar-injector"), at=NOW - MINUTE)
    assert "sidecar-injector" in told(look("control-plane", injector, a_look(components=control_plane("sidecar-injector", "operator"))))
    assert restarts(look("control-plane", injector, a_look(components=control_plane("operator")))) == ["dapr-operator"]
    assert isinstance(look("control-plane", injector, a_look()), Done)


def test_a_part_of_the_control_plane_with_an_old_certificate_is_not_through() -> None:
    found = look("control-plane", written(done=TO_SENTRY), a_look(chains=chains("placement-server")))

    assert restarts(found) == ["dapr-placement-server"]


def test_no_application_is_restarted_before_a_freshly_admitted_pod_shows_the_new_root() -> None:
    run = written(done=TO_WAVES[:-1])
    assert "webhook" in told(look("admission", run, a_look(webhook=a_webhook(A_CA.roots_pem))))
    assert restarts(look("admission", run, a_look())) == ["dapr-warden-canary"]

    after = written(BOTH, restarted(ADMISSION), at=NOW - MINUTE)
    both = rotation().pairs[BOTH].ca
    assert isinstance(look("admission", after, a_look(pods=[*apps(), the_canary(both)])), Done)
    assert isinstance(look("admission", after, a_look(pods=[*apps(), the_canary(A_CA.roots_pem)])), Waiting)
    assert isinstance(look("admission", after, a_look(pods=[*apps(), the_canary(both, created_at=NOW - HOUR)])), Waiting)


def test_a_canary_without_a_sidecar_holds_at_once() -> None:
    found = look(
        "admission",
        written(BOTH, restarted(ADMISSION), at=NOW - MINUTE),
        a_look(pods=[*apps(), the_canary(injected=False)]),
    )

    assert isinstance(found, Holding)
    assert "no sidecar" in found.reason


def test_without_a_canary_people_are_called() -> None:
    assert isinstance(look("admission", written(BOTH, Counted(step="admission", told="…"), at=NOW - HOUR), a_look(pods=apps())), Holding)


def test_a_wave_restarts_what_does_not_trust_the_new_root_and_waits_for_all_of_its_pods() -> None:
    run = written(done=TO_WAVES)
    (workload,) = a_sight(run).wave("canary")
    assert restarts(look("canary", run, a_look(pods=[*apps(), the_canary()]))) == [workload.name]
    assert isinstance(look("canary", run, a_look()), Done)

    going = written(BOTH, restarted("canary"), at=NOW - MINUTE)
    half = [one for one in apps(rotation().pairs[BOTH].ca) if one.pod.name.endswith("0") or one.pod.app_id != workload.name]
    missing = [one for one in apps() if one.pod.app_id == workload.name and not one.pod.name.endswith("0")]
    found = look("canary", going, a_look(pods=[*half, *missing]))
    assert isinstance(found, Waiting)
    assert (found.done, found.of) == (1, 2)


def test_the_first_workload_that_does_not_come_back_holds_the_run_by_name() -> None:
    run = written(BOTH, restarted("canary"), Counted(step="canary", told="…"), at=NOW - HOUR)
    (workload,) = a_sight(run).wave("canary")

    found = look("canary", run, a_look(pods=[*apps(), the_canary()]))
    assert isinstance(found, Holding)
    assert str(workload) in found.affected


def test_a_pod_that_comes_back_without_a_sidecar_holds_the_run() -> None:
    run = written(BOTH, restarted("canary"), at=NOW - 2 * MINUTE)
    (workload,) = a_sight(run).wave("canary")
    bare = a_bare_pod(workload.name).made(created_at=NOW - MINUTE, workload=f"Deployment/{workload.name}")

    found = look("canary", run, a_look(pods=[*apps(), the_canary(), bare]))
    assert isinstance(found, Holding)
    assert "without a sidecar" in found.reason


def test_a_wave_waits_for_a_disruption_budget_that_lets_nobody_go() -> None:
    run = written(done=TO_WAVES)
    (workload,) = a_sight(run).wave("canary")
    seen = a_surrounding(workload.name, max_unavailable=1, max_surge=0)
    pods = [*apps(), the_canary()]
    full = some_surroundings(seen, among=pods, budgets=(a_budget(seen, allowed=0),))
    free = some_surroundings(seen, among=pods, budgets=(a_budget(seen, allowed=1),))
    assert "budget" in told(look("canary", run, a_look(pods=pods, surroundings=full)))
    assert isinstance(look("canary", run, a_look(pods=pods, surroundings=free)), Doing)


def test_the_wait_ends_when_the_last_old_certificate_has_and_counts_from_the_last_sentry() -> None:
    run = written(done=TO_WAVES, at=NOW - HOUR)
    found = look("wait-for-old-leaves", run, a_look())
    assert isinstance(found, Waiting)
    assert found.until == NOW - HOUR + rotation().dossier.plan.leaves_for

    long_ago = written(done=TO_WAVES, at=NOW - timedelta(days=2))
    assert isinstance(look("wait-for-old-leaves", long_ago, a_look()), Done)


def test_the_old_root_stays_while_one_pod_trusts_it_alone() -> None:
    pods = [*apps(rotation().pairs[BOTH].ca), the_canary(rotation().pairs[BOTH].ca), a_bare_pod("job").made(daprd=apps()[0].pod.daprd)]
    run = written(done=TO_WAVES)

    found = look("drop-old-root", run, a_look(pods=pods))
    assert isinstance(found, Holding)
    assert len(found.affected) == 1
    assert Way.LOSE in found.ways

    agreed = written(
        BOTH, Held(step="drop-old-root", reason="…", advice="", ways=found.ways), Commanded(way=Way.LOSE, named=found.affected)
    )
    assert look("drop-old-root", agreed, a_look(pods=pods)) == Doing(WritePair(NEW), "writing the ConfigMap, then the Secret")


def ending(at: datetime = NOW + HOUR, **made: Any) -> Snapshot:
    """Everybody trusts the new root, but for a pod that is being deleted and is gone ``at`` then."""
    pods = apps(rotation().pairs[BOTH].ca)
    return a_look(census=a_census(*pods, leaving=[a_pod("slow").made(ends_at=at, **made)]))


def test_a_pod_that_is_being_deleted_with_the_old_root_alone_is_waited_for_by_name() -> None:
    found = look("drop-old-root", written(BOTH), ending())

    assert isinstance(found, Waiting)
    assert "shop/slow-7f9c-0" in found.told
    assert "by force" in found.told
    assert found.until == NOW + HOUR
    over = look("drop-old-root", written(BOTH), ending(NOW - MINUTE))
    assert isinstance(over, Waiting)
    assert over.until is None


def test_a_pod_that_takes_more_than_an_hour_to_end_is_asked_about_at_once_and_retry_waits_for_it() -> None:
    far = ending(NOW + 60 * HOUR)
    found = look("drop-old-root", written(BOTH), far)

    assert isinstance(found, Holding)
    assert found.affected == ("shop/slow-7f9c-0",)
    assert "2 days more" in found.reason
    assert "by force" in found.advice
    hold = Held(step="drop-old-root", reason="…", advice="", ways=found.ways)
    agreed = written(BOTH, hold, Commanded(way=Way.LOSE, named=found.affected))
    assert isinstance(look("drop-old-root", agreed, far), Doing)
    waits = look("drop-old-root", written(BOTH, hold, Commanded(way=Way.RETRY)), far)
    assert isinstance(waits, Waiting)
    assert waits.until == NOW + 60 * HOUR


def test_who_agrees_to_lose_a_slow_pod_agrees_to_lose_no_other() -> None:
    leaving = [a_pod("slow").made(ends_at=NOW + 60 * HOUR), a_pod("quick").made(ends_at=NOW + MINUTE)]
    both = a_look(census=a_census(*apps(rotation().pairs[BOTH].ca), leaving=leaving))
    found = look("drop-old-root", written(BOTH), both)
    assert isinstance(found, Holding)
    assert found.affected == ("shop/slow-7f9c-0",)

    hold = Held(step="drop-old-root", reason="…", advice="", ways=found.ways)
    waits = look("drop-old-root", written(BOTH, hold, Commanded(way=Way.LOSE, named=found.affected)), both)
    assert isinstance(waits, Waiting)
    assert "shop/quick-7f9c-0" in waits.told
    assert "slow" not in waits.told


def test_a_pod_that_ends_only_after_the_old_ca_does_is_asked_about_however_often_somebody_says_retry() -> None:
    ends_at = rotation().dossier.plan.expires_at
    assert ends_at is not None
    pods = apps(rotation().pairs[BOTH].ca)
    census = a_census(*pods, leaving=[a_pod("slow").made(ends_at=ends_at + MINUTE)])
    hold = Held(step="drop-old-root", reason="…", advice="", ways=(Way.RETRY,))

    for run in (written(BOTH), written(BOTH, hold, Commanded(way=Way.RETRY))):
        found = look("drop-old-root", run, a_look(census=census, now=ends_at - MINUTE))
        assert isinstance(found, Holding)
        assert Way.LOSE in found.ways
        assert "the old CA ends before" in found.reason


@pytest.mark.parametrize("made", [{"phase": "Failed"}, {"phase": "Succeeded"}, {"daprd": None}])
def test_a_pod_that_is_being_deleted_and_has_no_sidecar_that_runs_is_not_waited_for(made: dict[str, Any]) -> None:
    assert isinstance(look("drop-old-root", written(BOTH), ending(**made)), Doing)


def test_a_pod_that_is_being_deleted_and_trusts_the_new_root_is_not_waited_for() -> None:
    pods = apps(rotation().pairs[BOTH].ca)
    census = a_census(*pods[1:], leaving=[pods[0].made(ends_at=NOW + HOUR)])

    assert isinstance(look("drop-old-root", written(BOTH), a_look(census=census)), Doing)


def test_a_pod_that_should_have_ended_long_ago_is_asked_about_and_may_be_lost_by_name() -> None:
    found = look("drop-old-root", written(BOTH), ending(NOW - 11 * MINUTE))

    assert isinstance(found, Holding)
    assert found.affected == ("shop/slow-7f9c-0",)
    assert "should have ended" in found.reason
    held_for = Held(step="drop-old-root", reason="…", advice="", ways=found.ways)
    agreed = written(BOTH, held_for, Commanded(way=Way.LOSE, named=found.affected))
    assert isinstance(look("drop-old-root", agreed, ending(NOW - 11 * MINUTE)), Doing)


def test_after_the_drop_sentry_stops_sending_the_old_chain_before_anything_else_is_restarted() -> None:
    run = written(NEW, effect("drop-old-root", "write-pair new"), at=NOW - timedelta(seconds=30))

    assert isinstance(look("control-plane-again", run, a_look(NEW)), Waiting)
    alone = live_chains(*(a_live_chain(ANOTHER_CA, one.name) for one in control_plane()))
    assert isinstance(look("control-plane-again", run, a_look(NEW, chains=alone)), Done)


def test_the_proof_names_what_is_missing() -> None:
    run = written(NEW, done=TO_WAVES)
    assert isinstance(look("proof", run, a_look(NEW)), Done)

    stale = [*apps(rotation().pairs[NEW].ca), a_bare_pod("late").made(daprd=apps()[0].pod.daprd)]
    assert "late" in told(look("proof", run, a_look(NEW, pods=stale)))
    assert "another issuer" in told(look("proof", run, a_look(NEW, chains=chains("operator"))))


# The two objects.


def test_a_pair_that_is_half_written_is_closed_also_while_the_run_is_paused() -> None:
    for command in ((), (Commanded(way=Way.PAUSE),), (Held(step="sentry", reason="…", advice="", ways=(Way.RETRY,)),)):
        found = next_(a_sight(written(BOTH, *command), a_look(BOTH, **held(OLD, ca=BOTH, secret_by="sentry"))))
        assert isinstance(found.outcome, Doing)
        assert found.outcome.effect == WritePair(BOTH)


def test_a_write_that_was_intended_and_not_begun_chooses_its_moment_again() -> None:
    assert intrusion.look(a_sight(written(), **before())) is None


def test_a_ca_of_sentrys_own_making_is_replaced_by_ours_three_times_at_most() -> None:
    own = {"secret": a_secret(facts=some_facts("sentry", NOW - MINUTE)), "configmap": a_configmap()}
    foreign = replace_known(own)
    wrote = [effect("write-pair", "write-pair both")]
    found = next_(a_sight(written(BOTH, *wrote, done=TO_WAVES), a_look(BOTH, **foreign)))
    assert found.outcome == Doing(
        WritePair(BOTH, over=True),
        "putting our pair back in place of sentry's own",
        step="sentry",
        reason="sentry had replaced the CA by one of its own making",
    )

    thrice = written(BOTH, *wrote, *(Reopened(step="sentry", reason="…") for _ in range(3)))
    assert isinstance(next_(a_sight(thrice, a_look(BOTH, **foreign))).outcome, Holding)


THRICE = [Reopened(step="sentry", reason="…") for _ in range(3)]
HELD_FOR_IT = Held(step=intrusion.ID, reason="…", advice="", ways=(Way.RETRY,))


@pytest.mark.parametrize("way_back", [[], [Commanded(way=Way.REVERT)]])
def test_whoever_says_retry_after_three_times_has_ours_put_back_once_more_and_then_it_holds_again(way_back: list[Commanded]) -> None:
    third = replace_known({"secret": a_secret(facts=some_facts("sentry", NOW - MINUTE))})
    pair = BACK if way_back else BOTH
    asked: list[Event] = [*way_back, effect("write-pair", f"write-pair {pair}"), *THRICE, HELD_FOR_IT, Commanded(way=Way.RETRY)]
    found = next_(a_sight(written(pair, *asked), a_look(pair, **third))).outcome
    assert isinstance(found, Doing)
    assert found.effect == WritePair(pair, over=True)
    assert found.step == ("sentry-back" if way_back else "sentry")

    again: list[Event] = [
        *asked,
        Intended(step=intrusion.ID, effect=f"write-pair {pair}", pair=pair),
        Reopened(step=found.step, reason=found.reason),
    ]
    assert isinstance(next_(a_sight(written(pair, *again), a_look(pair, **third))).outcome, Holding)


def test_after_three_times_what_sentry_left_half_written_is_closed_before_people_are_asked() -> None:
    half: dict[str, Any] = {"secret": a_secret(a_ca("third"), facts=some_facts("sentry", NOW - MINUTE))}
    run = written(BOTH, effect("write-pair", "write-pair both"), *THRICE)

    assert next_(a_sight(run, a_look(BOTH, **half))).outcome == Doing(
        Mend(), "making the ConfigMap equal to the Secret that somebody wrote"
    )


def replace_known(parts: dict[str, Any]) -> dict[str, Any]:
    """The same objects with a CA that is none of the rotation's."""
    third = a_ca("third")
    return {"secret": a_secret(third, facts=parts["secret"].facts), "configmap": a_configmap(third.roots_pem)}


def test_sentry_is_left_to_finish_its_two_writes_first() -> None:
    half: dict[str, Any] = {"secret": a_secret(a_ca("third"), facts=some_facts("sentry", NOW - timedelta(seconds=2)))}
    assert isinstance(next_(a_sight(written(), a_look(BOTH, **half))).outcome, Waiting)


def test_what_somebody_else_wrote_is_never_overwritten_without_being_asked() -> None:
    foreign = replace_known({"secret": a_secret(facts=some_facts("helm", NOW - MINUTE))})
    wrote = effect("write-pair", "write-pair both")
    found = next_(a_sight(written(BOTH, wrote), a_look(BOTH, **foreign)))
    assert isinstance(found.outcome, Holding)
    assert "helm" in found.outcome.reason

    holding = Held(step=intrusion.ID, reason="…", advice="", ways=(Way.RETRY,))
    asked = written(BOTH, wrote, holding, Commanded(way=Way.RETRY))
    again = next_(a_sight(asked, a_look(BOTH, **foreign))).outcome
    assert isinstance(again, Doing)
    assert again.effect == WritePair(BOTH, over=True)


def test_two_objects_that_differ_because_somebody_wrote_one_are_made_equal_first() -> None:
    foreign: dict[str, Any] = {"secret": replace_known({"secret": a_secret(facts=some_facts("helm", NOW - MINUTE))})["secret"]}
    found = next_(a_sight(written(), a_look(BOTH, **foreign)))

    assert isinstance(found.outcome, Doing)
    assert found.outcome.effect == Mend()


# Going back, stopping, ending.


def test_the_way_back_writes_the_old_issuer_at_once_and_restarts_sentry_without_waiting_for_kubelets() -> None:
    back = written(BOTH, Commanded(way=Way.REVERT), at=NOW - MINUTE)
    assert next_(a_sight(back, a_look(BOTH))).outcome == Doing(WritePair(BACK), "writing the old issuer back")

    wrote = written(BOTH, Commanded(way=Way.REVERT), Intended(step="write-back", effect="write-pair back", pair=BACK), at=NOW - MINUTE)
    done = replace(wrote, done=wrote.done | {"write-back": NOW})
    found = next_(a_sight(done, a_look(BACK, pods=[*apps(), the_canary()])))
    assert found.step == "sentry-back"
    assert isinstance(found.outcome, Doing)
    assert restarts(found.outcome) == ["dapr-sentry"]


def test_the_saved_pair_returns_only_when_no_certificate_of_the_new_issuer_lives() -> None:
    run = replace(written(BACK, Commanded(way=Way.REVERT)), done={"write-back": NOW - HOUR, "sentry-back": NOW - HOUR})
    found = next_(a_sight(run, a_look(BACK, chains=chains("sentry"))))
    assert isinstance(found.outcome, Waiting)
    assert found.step == "wait-for-new-leaves"

    later = replace(run, done={**run.done, "wait-for-new-leaves": NOW})
    assert next_(a_sight(later, a_look(BACK))).outcome == Doing(WritePair(OLD), "writing the saved pair")


def test_abort_before_the_first_write_ends_with_nothing_changed_and_after_it_holds() -> None:
    early = a_run(StepDone(step="preflight"), Commanded(way=Way.ABORT))
    assert next_(a_sight(early, **before())).outcome == Doing(Tidy(OLD), "tidying up")

    late = next_(a_sight(written(BOTH, Commanded(way=Way.ABORT)), a_look(BOTH)))
    assert isinstance(late.outcome, Holding)
    assert late.outcome.ways == (Way.RESUME, Way.REVERT)


def test_what_cannot_be_seen_is_waited_for() -> None:
    blind = a_look(BOTH, census=Unobserved(Why.UNREACHABLE, "no connection"))

    assert "no connection" in told(next_(a_sight(written(), blind)).outcome or Done())


def test_a_step_of_another_version_is_held_and_never_guessed_at() -> None:
    sight = a_sight(a_run(), **before())
    plan = replace(sight.plan, steps=(replace(sight.plan.steps[0], id="dance"),))
    found = next_(with_(sight, dossier=replace(sight.dossier, plan=plan))).outcome
    assert isinstance(found, Holding)
    assert "dance" in found.reason


def test_every_step_of_a_plan_and_of_the_way_back_has_somebody_who_looks_at_it() -> None:
    for one in (*rotation().dossier.plan.steps, *steps.back()):
        assert course.of(one.id) in course.STEPS


def test_a_workload_that_is_gone_or_scaled_to_none_is_not_waited_for() -> None:
    run = written(BOTH, done=TO_WAVES)
    (workload,) = a_sight(run).wave("canary")
    others = [one for one in apps() if one.pod.app_id != workload.name]

    assert isinstance(look("canary", run, a_look(pods=others)), Done)


def test_once_the_old_root_is_dropped_nothing_before_that_is_begun_again_whoever_forgot_that_it_was_done() -> None:
    """A bot that lost its memory and found the run in the cluster: to write the cross-signed pair again would bring the old root back."""
    found = next_(a_sight(written(NEW), a_look(NEW)))

    assert found.step == "drop-old-root"
    assert isinstance(found.outcome, Done)


def test_a_dead_pair_does_not_take_the_place_of_the_last_good_one() -> None:
    found = look("backup", a_run(StepDone(step="preflight"), kind=Kind.RECOVERY, staged=False), a_look(OLD, **before()))

    assert isinstance(found, Doing)
    assert found.effect == Stage()


def test_a_workload_whose_only_pod_is_on_its_way_is_waited_for() -> None:
    run = written(BOTH, restarted("canary"), at=NOW - MINUTE)
    (workload,) = a_sight(run).wave("canary")
    others = [one for one in apps(rotation().pairs[BOTH].ca) if one.pod.app_id != workload.name]
    seen = some_surroundings(a_surrounding(workload.name), among=others)

    assert isinstance(look("canary", run, a_look(pods=others, surroundings=seen)), Waiting)


def test_an_injector_that_came_after_the_canary_makes_the_canary_come_again() -> None:
    both = rotation().pairs[BOTH].ca
    run = written(BOTH, restarted(ADMISSION), at=NOW - 10 * MINUTE)
    later = replace(fresh("sidecar-injector"), pods=tuple(replace(pod, created_at=NOW) for pod in fresh("sidecar-injector").pods))

    found = look("admission", run, a_look(pods=[*apps(), the_canary(both)], components=control_plane(instead={"sidecar-injector": later})))
    assert restarts(found) == ["dapr-warden-canary"]


def test_a_run_that_voided_itself_writes_nothing_in_the_end() -> None:
    own = replace_known({"secret": a_secret(facts=some_facts("sentry", NOW - MINUTE))})
    void = written(BOTH, Commanded(way=Way.ABORT))

    assert not isinstance(getattr(next_(a_sight(void, a_look(BOTH, **own))).outcome, "effect", None), WritePair)


def test_one_order_to_try_again_is_not_a_standing_order() -> None:
    foreign = replace_known({"secret": a_secret(facts=some_facts("helm", NOW - MINUTE))})
    holding = Held(step=intrusion.ID, reason="…", advice="", ways=(Way.RETRY,))
    wrote = effect("write-pair", "write-pair both")
    long_ago = written(BOTH, wrote, holding, Commanded(way=Way.RETRY), Counted(step="wait-for-old-leaves", told="…"), done=TO_WAVES)

    assert isinstance(next_(a_sight(long_ago, a_look(BOTH, **foreign))).outcome, Holding)


def test_pods_that_somebody_agreed_to_lose_stay_agreed_when_more_are_named() -> None:
    holding = Held(step="drop-old-root", reason="…", advice="", ways=(Way.LOSE,))
    run = written(BOTH, holding, Commanded(way=Way.LOSE, named=("a",)), holding, Commanded(way=Way.LOSE, named=("b",)))

    assert run.lost == ("a", "b")


def test_a_sentry_that_is_scaled_to_none_signs_nothing() -> None:
    none = control_plane(instead={"sentry": fresh("sentry", ready=0, desired=0)})

    assert isinstance(look("sentry", written(), a_look(components=none)), Holding)


def test_what_is_left_to_people_is_not_restarted_for_its_sidecar() -> None:
    bare = a_bare_pod("orders").made(workload="Deployment/orders")
    skipped = some_surroundings(a_surrounding("orders", skip=True))
    run = written(NEW, kind=Kind.RECOVERY)

    assert isinstance(look("pods-without-sidecar", run, a_look(NEW, pods=[bare], surroundings=skipped)), Done)
    assert restarts(look("pods-without-sidecar", run, a_look(NEW, pods=[bare]))) == ["orders"]
