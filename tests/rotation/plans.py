"""Plans for tests."""

from datetime import timedelta
from typing import Any

from bot.model.rotation import Force, Hazard, Plan, Unplannable
from bot.model.snapshot import Snapshot
from bot.usecases.renew import offer
from tests.builders import a_snapshot

YEAR = timedelta(days=365)


def a_plan(seen: Snapshot | None = None, /, *, lifetime: timedelta = YEAR, **parts: Any) -> Plan:
    """For a healthy cluster unless ``parts`` (of :func:`tests.builders.a_snapshot`) say otherwise."""
    found = offer(seen or a_snapshot(**parts), lifetime=lifetime)
    assert isinstance(found, Plan), found
    return found


def no_plan(**parts: Any) -> Unplannable:
    found = offer(a_snapshot(**parts), lifetime=YEAR)
    assert isinstance(found, Unplannable), found
    return found


def hazards(plan: Plan, id_: str) -> list[Hazard]:
    return [one for one in plan.hazards if one.id == id_]


def forces(plan: Plan, id_: str) -> list[Force]:
    return [one.force for one in hazards(plan, id_)]
