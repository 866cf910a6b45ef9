"""Plans for tests."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from bot.model.rotation import Force, Hazard, Plan, Unplannable
from bot.model.snapshot import Snapshot
from bot.model.surroundings import Budget, Quota, Surrounding
from bot.model.workloads import owner
from bot.usecases.renew import offer
from tests.builders import a_pod, a_snapshot, some_surroundings
from tests.standing import a_standing

YEAR = timedelta(days=365)


def a_plan(seen: Snapshot | None = None, /, *, lifetime: timedelta = YEAR, **parts: Any) -> Plan:
    """For a healthy cluster unless ``parts`` (of :func:`tests.builders.a_snapshot`) say otherwise; its workloads are those of its pods."""
    found = offer(seen or surrounded(**parts), lifetime=lifetime)
    assert isinstance(found, Plan), found
    return found


def surrounded(*workloads: Surrounding, budgets: Sequence[Budget] = (), quotas: Sequence[Quota] = (), **parts: Any) -> Snapshot:
    """A snapshot with whatever its pods belong to; ``workloads`` in place of those. A bot looked that could carry a plan out."""
    pods = parts.get("pods") or [a_pod(name) for name in ("orders", "checkout")]
    seen = some_surroundings(*workloads, among=pods, budgets=tuple(budgets), quotas=tuple(quotas))
    return a_snapshot(**({"surroundings": seen, "standing": a_standing(canary=owner(pods[0].pod))} | parts))


def no_plan(**parts: Any) -> Unplannable:
    found = offer(a_snapshot(**parts), lifetime=YEAR)
    assert isinstance(found, Unplannable), found
    return found


def hazards(plan: Plan, id_: str) -> list[Hazard]:
    return [one for one in plan.hazards if one.id == id_]


def forces(plan: Plan, id_: str) -> list[Force]:
    return [one.force for one in hazards(plan, id_)]
