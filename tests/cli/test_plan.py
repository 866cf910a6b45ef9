"""A plan at the terminal."""

import json

import click
import msgspec
import pytest

from bot.cli import plan
from bot.config import from_env
from bot.model.rotation import Force, Hazard, Plan
from tests.builders import A_CA, a_ca, a_configmap, a_pod, a_snapshot, a_surrounding, days, hours
from tests.rotation.plans import a_plan, no_plan, surrounded

PAIRS = [a_pod(app, number=number) for app in ("orders", "checkout") for number in (0, 1)]


def a_hazard(force: Force = Force.ASKS, fact: str = "Something is so.") -> Hazard:
    return Hazard(id="single-pods", force=force, fact=fact, advice="Do this.", affected=("shop/deployment/orders",))


def test_a_sound_plan_says_so_and_ends_with_0() -> None:
    found = a_plan(pods=PAIRS)

    assert plan.exit_code(found) == 0
    assert "✓ possible: nothing stands in its way" in plan.as_text(found)


@pytest.mark.parametrize(
    ("forces", "code", "verdict"),
    [
        ((Force.INFORMS,), 0, "✓ possible: nothing stands in its way"),
        ((Force.ASKS, Force.INFORMS), 1, "? possible, with 1 thing to decide"),
        ((Force.BLOCKS,), 2, "✗ one thing blocks it"),
        ((Force.BLOCKS, Force.BLOCKS, Force.ASKS), 2, "✗ 2 things block it"),
    ],
)
def test_the_strongest_hazard_gives_verdict_and_code(forces: tuple[Force, ...], code: int, verdict: str) -> None:
    found = msgspec.structs.replace(a_plan(pods=PAIRS), hazards=tuple(map(a_hazard, forces)))

    assert plan.exit_code(found) == code
    assert verdict in plan.as_text(found)


def test_it_tells_whom_it_touches_how_long_it_takes_and_by_when_it_must_be_over() -> None:
    text = plan.as_text(a_plan(pods=PAIRS, ca=a_ca(expires_in=days(30))))

    assert "touches    2 apps, 4 pods, 1 namespace (shop)" in text
    assert "takes      about 25 hours, of which 24 hours is a wait for old certificates to end" in text
    assert "before     2026-12-23 12:00 UTC, the point of expiry: 30 days from now" in text
    assert "new CA     lives for 365 days" in text


def test_it_tells_from_which_step_on_going_back_means_something_else() -> None:
    text = plan.as_text(a_plan())

    marks = [click.unstyle(line).strip() for line in text.splitlines() if "from here" in line]
    assert marks == [
        "from here, going back means: nothing has changed yet",
        "from here, going back means: the old issuer comes back, every root stays trusted",
        "from here, going back means: no way back, and none needed",
    ]


def test_a_recovery_has_no_point_of_expiry_and_waits_for_nobody() -> None:
    text = plan.as_text(a_plan(ca=a_ca(expires_in=days(-1))))

    assert "recovery: the old CA is dead" in text
    assert "point of expiry" not in text
    assert "wait for old certificates" not in text


def test_outside_text_cannot_move_the_cursor() -> None:
    found = msgspec.structs.replace(a_plan(), hazards=(a_hazard(fact="evil \x1b[2J\u202e"),), cluster="prod\x07")

    text = plan.as_text(found)

    assert "evil \\x1b[2J\\u202e" in text
    assert "prod\\x07" in text


def test_what_is_left_to_people_is_told_with_the_reason() -> None:
    opted_out = plan.as_text(a_plan(surrounded(a_surrounding("orders", skip=True), pods=PAIRS)))
    many = plan.as_text(a_plan(pods=[a_pod(f"loose-{at:02}").made(workload="") for at in range(plan.SHOWN + 2)]))

    assert "     shop/deployment/orders: its annotation says dapr-warden.io/rotation: skip\n" in opted_out
    assert "     shop/pod/loose-00-7f9c-0: nothing brings this pod back\n" in many
    assert "     and 2 more\n" in many


def test_json_has_all_of_it_with_spans_in_iso_8601() -> None:
    body = json.loads(plan.as_json(a_plan(ca=a_ca(expires_in=hours(20)))))

    assert (body["exit_code"], body["is_blocked"], body["kind"], body["leaves_for"]) == (2, True, "cross-signed", "P1DT900S")
    assert [one["id"] for one in body["steps"]][:2] == ["preflight", "backup"]


def test_no_plan_is_an_error_with_what_to_do() -> None:
    refusal = plan.refusal(no_plan(configmap=a_configmap(A_CA.roots_pem + b"\n")))

    assert str(refusal).startswith("No rotation of prod-eu can be planned. Sentry would not start with the CA that is there now")
    assert refusal.hint == "Mend that first: docs/checks.md#bundle-mismatch"


def test_the_lifetime_is_a_setting() -> None:
    found = plan.offered(a_snapshot(), from_env({"DAPR_WARDEN_CA_DAYS": "90"}))

    assert isinstance(found, Plan)
    assert "new CA     lives for 90 days" in plan.as_text(found)
