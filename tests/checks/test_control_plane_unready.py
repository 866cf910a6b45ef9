from datetime import timedelta

import pytest

from bot.model.finding import Severity
from bot.model.snapshot import Component
from tests.asking import ask, the_finding
from tests.builders import a_ca, a_component, a_control_plane, a_snapshot, days
from tests.certificates import NOW

JUST_NOW = NOW - timedelta(minutes=1)
TABLE = [
    ("sentry", a_component("sentry", ready=0), Severity.CRITICAL),
    ("sidecar-injector", a_component("sidecar-injector", ready=0), Severity.CRITICAL),
    ("operator", a_component("operator", ready=0), Severity.WARNING),
    ("placement-server", a_component("placement-server", ready=2, desired=3), Severity.WARNING),
    ("sentry", a_component("sentry", ready=2, desired=3, waiting="CrashLoopBackOff"), Severity.WARNING),
    ("operator", a_component("operator", ready=0, started_at=JUST_NOW), Severity.NOTICE),
    ("operator", a_component("operator", ready=0, started_at=JUST_NOW, waiting="CrashLoopBackOff"), Severity.WARNING),
    ("sentry", a_component("sentry", desired=0, ready=0), Severity.CRITICAL),
    ("scheduler-server", a_component("scheduler-server", desired=0, ready=0), Severity.NOTICE),
    ("scheduler-server", None, Severity.OK),
    ("placement-server", None, Severity.OK),
    ("sentry", None, Severity.CRITICAL),
]


@pytest.mark.parametrize(("name", "component", "severity"), TABLE)
def test_a_part_that_is_not_ready(name: str, component: Component | None, severity: Severity) -> None:
    assert ask("control-plane-unready", a_snapshot(components=a_control_plane({name: component}))).severity is severity


def test_several_parts_are_one_finding() -> None:
    down = {name: a_component(name, ready=0) for name in ("sentry", "operator")}
    finding = the_finding("control-plane-unready", a_snapshot(components=a_control_plane(down)))

    assert finding.fact == "Not ready: dapr-sentry (0 of 1) and dapr-operator (0 of 1)"
    assert [one.name for one in finding.affected] == ["dapr-sentry", "dapr-operator"]


def test_it_says_what_is_lost_and_why_it_waits() -> None:
    crashing = a_component("operator", ready=0, waiting="CrashLoopBackOff", restarts=7)
    evidence = the_finding("control-plane-unready", a_snapshot(components=a_control_plane({"operator": crashing}))).evidence

    assert evidence == (
        "Without dapr-operator sidecars that start get no components.",
        "dapr-operator-0: CrashLoopBackOff, restarted 7 times.",
    )


def test_a_crash_loop_that_a_broken_ca_explains_is_told_by_its_card() -> None:
    down = a_control_plane({"sentry": a_component("sentry", ready=0, waiting="CrashLoopBackOff")})

    assert the_finding("control-plane-unready", a_snapshot(ca=a_ca(expires_in=days(-1)), components=down)).next_step == "See root-expiry."


def test_an_image_that_cannot_be_pulled_is_a_cause_of_its_own() -> None:
    down = a_control_plane({"operator": a_component("operator", ready=0, waiting="ImagePullBackOff")})
    finding = the_finding("control-plane-unready", a_snapshot(ca=a_ca(expires_in=days(-1)), components=down))

    assert finding.severity is Severity.WARNING
    assert finding.next_step.startswith("Do NOT restart sentry")
