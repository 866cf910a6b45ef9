"""From what is seen of a cluster to what an approval is bound to, and back to whether it still holds."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from bot.model.binding import Bound, changes
from bot.model.snapshot import Snapshot
from bot.model.surroundings import WorkloadName
from bot.model.vitals import Purpose, Skew
from bot.rotation import authority, planning
from bot.rotation.binding import bound
from tests.builders import a_ca, a_component, a_configmap, a_control_plane, a_pod, a_secret, a_snapshot, days, some_facts
from tests.certificates import NOW
from tests.examined import a_condition, a_permission
from tests.standing import a_standing

NEW = authority.established("cluster.local", "dapr-system", NOW, timedelta(days=365))
SERIAL = 4711


def seen(of: Snapshot) -> Bound:
    """Bound for the one new CA of this file, as at every click."""
    draft = planning.draft(of, NEW, SERIAL)
    assert isinstance(draft, planning.Draft), draft
    return bound(draft, of)


def pods(orders: int = 10, checkout: int = 10, **more: int) -> list[Any]:
    counts = {"orders": orders, "checkout": checkout, **more}
    return [a_pod(app, number=number) for app, count in counts.items() for number in range(count)]


SHOWN = seen(a_snapshot(pods=pods()))


def touched() -> dict[str, Any]:
    """The same objects, after somebody touched a label of each, several times."""
    facts = replace(some_facts("kubectl"), resource_version="99812", owners=("Helm release dapr",))
    return {"secret": a_secret(facts=facts), "configmap": a_configmap(facts=facts)}


def test_the_same_cluster_is_bound_to_the_same_whenever_it_is_looked_at() -> None:
    later = a_snapshot(pods=pods(), taken_at=NOW + timedelta(minutes=20))

    assert changes(SHOWN, seen(later)) == ()
    assert seen(a_snapshot(pods=pods())).digest == SHOWN.digest


def test_labels_that_somebody_touched_are_nothing() -> None:
    now = seen(a_snapshot(pods=pods(), **touched()))

    assert changes(SHOWN, now) == ()
    assert now.digest == SHOWN.digest


def test_hpa_churn_within_the_tolerance_is_nothing() -> None:
    for orders, checkout in ((6, 10), (14, 10), (8, 12), (12, 8), (14, 6), (1, 19), (12, 12), (9, 7)):
        assert changes(SHOWN, seen(a_snapshot(pods=pods(orders, checkout)))) == ()


def test_hpa_churn_beyond_it_is_told() -> None:
    assert changes(SHOWN, seen(a_snapshot(pods=pods(15, 10)))) == ("there are 25 pods instead of 20 (up to 4 more or fewer are nothing)",)


OTHER = a_ca(expires_in=days(200))
RECREATED = replace(some_facts(), uid="9999")

DRIFTS: dict[str, Callable[[], tuple[Snapshot, str]]] = {
    "an app more": lambda: (a_snapshot(pods=pods(10, 8, pay=2)), "workloads changed (shop/pay)"),
    "an app less": lambda: (a_snapshot(pods=pods(18, 0)), "workloads changed (shop/checkout)"),
    "another key in the Secret": lambda: (a_snapshot(pods=pods(), secret=replace(a_secret(), other_keys=("x",))), "the Secret was changed"),
    "a jwt key in the Secret": lambda: (a_snapshot(pods=pods(), secret=replace(a_secret(), jwt=True)), "the Secret was changed"),
    "what another key of the Secret holds": lambda: (
        a_snapshot(pods=pods(), secret=replace(a_secret(), rest="ab")),
        "the Secret was changed",
    ),
    "what another key of the ConfigMap holds": lambda: (
        a_snapshot(pods=pods(), configmap=replace(a_configmap(), rest="ab")),
        "the ConfigMap was changed",
    ),
    "a recreated Secret": lambda: (a_snapshot(pods=pods(), secret=a_secret(facts=RECREATED)), "the Secret was recreated"),
    "a recreated ConfigMap": lambda: (a_snapshot(pods=pods(), configmap=a_configmap(facts=RECREATED)), "the ConfigMap was recreated"),
    "another image": lambda: (
        a_snapshot(pods=pods(), components=a_control_plane({"placement": a_component("placement", version="1.18.4")})),
        "the control plane's images changed (placement)",
    ),
    "another CA": lambda: (a_snapshot(ca=OTHER, pods=pods()), "it would be another new CA"),
}


@pytest.mark.parametrize("drift", DRIFTS)
def test_what_drifts_in_the_cluster_is_told(drift: str) -> None:
    now, words = DRIFTS[drift]()

    assert words in changes(SHOWN, seen(now))


def stood(**parts: Any) -> Snapshot:
    """As the bot sees it that would carry the plan out."""
    orders = WorkloadName("shop", "Deployment", "orders")
    return a_snapshot(pods=pods(), standing=a_standing(canary=orders, **parts))


def test_who_looked_is_nothing_as_long_as_nothing_blocks_it() -> None:
    assert seen(stood()).digest == SHOWN.digest
    assert seen(stood(skew=Skew(timedelta(seconds=4)))).digest == SHOWN.digest


@pytest.mark.parametrize(
    ("parts", "id_"),
    [
        ({"rights": (a_permission("patch deployments.apps (cluster-wide)", Purpose.ROTATION, allowed=False),)}, "not-allowed"),
        ({"skew": Skew(timedelta(minutes=2))}, "clock-skew"),
        ({"memory": a_condition(filesystem="tmpfs")}, "store-not-lasting"),
    ],
)
def test_a_bot_that_could_not_carry_it_out_any_more_voids_it(parts: dict[str, Any], id_: str) -> None:
    assert changes(seen(stood()), seen(stood(**parts))) == (f"something blocks it now ({id_})",)
