"""What keeps the bot itself from carrying a plan out, and what is said where no bot looked."""

from datetime import timedelta
from typing import Any

import msgspec
import pytest

from bot.model.observed import Unobserved, Why
from bot.model.rotation import Force, Hazard, Kind, Plan
from bot.model.snapshot import Snapshot
from bot.model.standing import STANDING_NOT_LOOKED_AT, Standing
from bot.model.vitals import ApiServer, Purpose, Skew
from tests.builders import a_bare_pod, a_ca, a_pod, days
from tests.certificates import NOW
from tests.examined import a_condition, a_permission
from tests.rotation.plans import a_plan, forces, hazards, surrounded
from tests.standing import RIGHTS, a_standing

LOST = Unobserved(Why.TIMED_OUT, "The API server took longer than 15 s.", "Try again.")
OUTSIDE = ApiServer(version="v1.34.3", date=NOW, in_pod=False)
PODS = [a_pod(app, number=number) for app in ("orders", "checkout") for number in (0, 1)]
A_CANARY = a_pod("dapr-warden-canary", namespace="dapr-warden")
IDS = ("not-allowed", "clock-skew", "store-not-lasting", "canary-missing")


def seen(standing: Standing | Unobserved, *, canary: Any = A_CANARY, **parts: Any) -> Snapshot:
    return surrounded(pods=[*PODS, *([canary] if canary else [])], standing=standing, **parts)


def planned(canary: Any = A_CANARY, **parts: Any) -> Plan:
    return a_plan(seen(a_standing(**parts), canary=canary))


def only(plan: Plan, id_: str) -> Hazard:
    (found,) = hazards(plan, id_)
    return found


def test_a_bot_that_could_carry_it_out_is_no_hazard() -> None:
    assert not {one.id for one in planned().hazards} & {*IDS, "standing-unseen"}


def test_rights_that_are_missing_block_it_and_are_named_with_what_grants_them() -> None:
    missing = a_permission("get leases dapr-warden-rotation in namespace dapr-system", Purpose.ROTATION, allowed=False)

    found = only(planned(rights=(*RIGHTS, missing)), "not-allowed")

    assert (found.force, found.affected) == (Force.BLOCKS, (missing.words,))
    assert found.fact == "The bot lacks 1 of 3 rights that a rotation needs"
    assert "deploy/kustomize/components/rotation" in found.advice


@pytest.mark.parametrize(("seconds", "fact"), [(6, "6 s behind the API server's"), (-7200, "7,200 s ahead of the API server's")])
def test_a_clock_that_is_wrong_blocks_it(seconds: int, fact: str) -> None:
    found = only(planned(skew=Skew(timedelta(seconds=seconds))), "clock-skew")

    assert found.force is Force.BLOCKS
    assert fact in found.fact


@pytest.mark.parametrize("seconds", [-5, 0, 5])
def test_five_seconds_are_nothing(seconds: int) -> None:
    assert not hazards(planned(skew=Skew(timedelta(seconds=seconds))), "clock-skew")


@pytest.mark.parametrize("filesystem", ["tmpfs", "overlay", "emptyDir"])
def test_a_memory_that_goes_with_the_pod_blocks_it(filesystem: str) -> None:
    found = only(planned(memory=a_condition(filesystem=filesystem)), "store-not-lasting")

    assert found.force is Force.BLOCKS
    assert f"is on {filesystem}, which is gone with its pod" in found.fact


@pytest.mark.parametrize(
    "parts",
    [{}, {"server": OUTSIDE, "memory": a_condition(filesystem="overlay")}, {"server": OUTSIDE, "memory": a_condition(filesystem="")}],
    ids=["a volume", "no pod", "no pod, on who knows what"],
)
def test_a_memory_that_stays_is_no_hazard(parts: dict[str, Any]) -> None:
    assert not hazards(planned(**parts), "store-not-lasting")


def test_a_memory_in_a_pod_on_who_knows_what_is_asked_about() -> None:
    assert forces(planned(memory=a_condition(filesystem="")), "store-not-lasting") == [Force.ASKS]


def test_without_a_canary_nobody_would_go_first() -> None:
    found = only(planned(canary=None), "canary-missing")

    assert found.force is Force.BLOCKS
    assert found.fact == "There is no pod with Dapr of the canary dapr-warden/deployment/dapr-warden-canary"


@pytest.mark.parametrize(
    "other",
    [
        a_pod("dapr-warden-canary"),
        a_pod("dapr-warden-canary", namespace="dapr-warden").made(workload="StatefulSet/dapr-warden-canary"),
        a_pod("dapr-warden-canary", namespace="dapr-warden", phase="Failed"),
    ],
    ids=["elsewhere", "of another kind", "ended"],
)
def test_what_only_looks_like_it_is_no_canary(other: Any) -> None:
    assert forces(planned(canary=other), "canary-missing") == [Force.BLOCKS]


BARE = a_bare_pod("dapr-warden-canary", namespace="dapr-warden")


def test_a_canary_without_its_sidecar_would_prove_nothing() -> None:
    found = only(planned(canary=BARE), "canary-missing")

    assert found.force is Force.BLOCKS
    assert "kubectl -n dapr-warden rollout restart deployment/dapr-warden-canary" in found.advice


def test_a_recovery_gives_the_canary_its_sidecar_back() -> None:
    plan = a_plan(seen(a_standing(), canary=BARE, ca=a_ca(expires_in=days(-3))))

    assert plan.kind is Kind.RECOVERY
    assert not hazards(plan, "canary-missing")


@pytest.mark.parametrize(
    ("part", "id_"),
    [("rights", "not-allowed"), ("skew", "clock-skew"), ("memory", "store-not-lasting"), ("server", "store-not-lasting")],
)
def test_what_could_not_be_seen_of_the_bot_is_asked_about_with_the_reason(part: str, id_: str) -> None:
    found = only(planned(**{part: LOST}), id_)

    assert found.force is Force.ASKS
    assert LOST.detail in found.fact
    assert found.advice == LOST.hint


@pytest.mark.parametrize(("standing", "force"), [(STANDING_NOT_LOOKED_AT, Force.INFORMS), (LOST, Force.ASKS)], ids=["by choice", "in vain"])
def test_where_no_bot_looked_that_is_told_and_blocks_nothing(standing: Unobserved, force: Force) -> None:
    plan = a_plan(seen(standing, canary=None))

    assert [(one.id, one.force) for one in plan.hazards if one.id in (*IDS, "standing-unseen")] == [("standing-unseen", force)]
    assert standing.detail in only(plan, "standing-unseen").fact
    assert not plan.is_blocked


def test_a_snapshot_from_before_there_was_a_standing_can_be_read() -> None:
    told = msgspec.to_builtins(seen(a_standing()))
    del told["standing"]

    assert msgspec.convert(told, Snapshot).standing == STANDING_NOT_LOOKED_AT


def test_a_standing_survives_a_snapshot_file() -> None:
    whole = seen(a_standing(skew=LOST))

    assert msgspec.json.decode(msgspec.json.encode(whole), type=Snapshot).standing == whole.standing
