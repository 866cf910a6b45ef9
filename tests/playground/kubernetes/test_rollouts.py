"""How the simulated controllers replace pods: as many at a time as the workload allows, in its order, and what its status says."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from playground.kubernetes import kubelet
from playground.kubernetes.births import revision
from playground.kubernetes.dapr import NAMESPACE
from tests.towns import Town

SENTRY = ("Deployment", "dapr-sentry")
PLACEMENT = ("StatefulSet", "dapr-placement-server")


def counts(here: Town, kind: str, name: str, namespace: str = NAMESPACE) -> tuple[int, int, int]:
    """Existing, of the newest template, ready."""
    status = here.status(kind, name, namespace)
    return status["replicas"], status["updatedReplicas"], status["readyReplicas"]


def course(here: Town, kind: str, name: str, namespace: str = NAMESPACE) -> list[tuple[int, int, int]]:
    """What the status says one after the other, until nothing is due for a minute."""
    seen = [counts(here, kind, name, namespace)]
    for _ in range(60):
        here.pass_time(seconds=1)
        if (now := counts(here, kind, name, namespace)) != seen[-1]:
            seen.append(now)
    return seen


def test_a_deployment_of_one_has_its_new_pod_ready_before_the_old_one_goes() -> None:
    here = Town()
    here.restart(*SENTRY)

    assert course(here, *SENTRY) == [(2, 1, 1), (1, 1, 1)]


def test_a_deployment_of_four_keeps_three_ready_and_never_has_more_than_five() -> None:
    here = Town(apps={"orders": 4})
    here.restart("Deployment", "orders", "shop")

    seen = course(here, "Deployment", "orders", "shop")
    assert seen[0] == (4 + 1, 2, 3)
    assert (max(one[0] for one in seen), min(one[2] for one in seen), seen[-1]) == (5, 3, (4, 4, 4))


@pytest.mark.parametrize(
    ("rolling", "first"),
    [
        ({"maxSurge": 0, "maxUnavailable": 1}, (4, 1, 3)),
        ({"maxSurge": 2, "maxUnavailable": 0}, (6, 2, 4)),
        ({"maxSurge": "100%", "maxUnavailable": 0}, (8, 4, 4)),
        ({"maxSurge": 0, "maxUnavailable": "50%"}, (4, 2, 2)),
        ({"maxSurge": 0, "maxUnavailable": 0}, (4, 1, 3)),
    ],
)
def test_the_margins_are_the_workloads(rolling: dict[str, Any], first: tuple[int, int, int]) -> None:
    here = Town(apps={"orders": 4})
    here.reform("Deployment", "orders", "shop", strategy={"type": "RollingUpdate", "rollingUpdate": rolling})
    here.restart("Deployment", "orders", "shop")

    seen = course(here, "Deployment", "orders", "shop")
    assert (seen[0], seen[-1]) == (first, (4, 4, 4))


def test_recreate_removes_all_before_the_first_new_one_comes() -> None:
    here = Town()
    here.reform("Deployment", "orders", "shop", strategy={"type": "Recreate"})
    here.restart("Deployment", "orders", "shop")

    assert course(here, "Deployment", "orders", "shop") == [(3, 3, 0), (3, 3, 3)]


def test_a_paused_deployment_notices_its_template_and_replaces_nobody_until_it_goes_on() -> None:
    here = Town()
    here.reform("Deployment", "orders", "shop", paused=True)
    here.restart("Deployment", "orders", "shop")

    assert course(here, "Deployment", "orders", "shop") == [(3, 0, 3)]
    found = here.kube.get("Deployment", "orders", "shop")
    assert found["status"]["observedGeneration"] == found["metadata"]["generation"] == 3
    here.reform("Deployment", "orders", "shop", paused=False)
    assert course(here, "Deployment", "orders", "shop")[-1] == (3, 3, 3)


def test_a_stateful_set_goes_from_the_highest_ordinal_to_the_lowest_one_by_one() -> None:
    here = Town(replicas=3)
    born = {name: created(here, name) for name in here.names(PLACEMENT[1])}
    here.restart(*PLACEMENT)
    order: list[str] = []
    for _ in range(30):
        order += [name for name in here.names(PLACEMENT[1]) if name not in order and created(here, name) != born[name]]
        assert counts(here, *PLACEMENT)[2] >= 2
        here.pass_time(seconds=1)

    # The first one was replaced in the very moment of the write.
    assert order == [f"{PLACEMENT[1]}-{ordinal}" for ordinal in (2, 1, 0)]
    assert counts(here, *PLACEMENT) == (3, 3, 3)


def created(here: Town, name: str) -> str:
    uid: str = here.kube.get("Pod", name, NAMESPACE)["metadata"]["uid"]
    return uid


def test_a_stateful_set_waits_behind_a_pod_that_does_not_get_ready() -> None:
    here = Town(replicas=3)
    here.town.keep_unready(PLACEMENT[1])
    here.restart(*PLACEMENT)

    assert course(here, *PLACEMENT) == [(3, 1, 2)]
    here.town.let_ready(PLACEMENT[1])
    assert course(here, *PLACEMENT)[-1] == (3, 3, 3)


def test_below_its_partition_a_stateful_set_stays_as_it_is() -> None:
    here = Town(replicas=3)
    here.reform(*PLACEMENT, updateStrategy={"type": "RollingUpdate", "rollingUpdate": {"partition": 2}})
    here.restart(*PLACEMENT)

    assert course(here, *PLACEMENT)[-1] == (3, 1, 3)


def test_on_delete_waits_until_somebody_deletes() -> None:
    here = Town(replicas=2)
    here.reform(*PLACEMENT, updateStrategy={"type": "OnDelete"})
    here.restart(*PLACEMENT)
    assert course(here, *PLACEMENT) == [(2, 0, 2)]

    here.kube.delete("Pod", f"{PLACEMENT[1]}-0", NAMESPACE)
    here.town.settle()
    assert course(here, *PLACEMENT) == [(2, 1, 1), (2, 1, 2)]


def test_a_daemon_set_goes_one_by_one_and_counts_in_its_own_words() -> None:
    here = Town(apps={})
    found = here.kube.get("Deployment", "dapr-operator", NAMESPACE)
    labels = {"app": "agent"}
    template = {"metadata": {"labels": labels}, "spec": found["spec"]["template"]["spec"]}
    metadata = {"name": "agent", "namespace": NAMESPACE}
    here.kube.put(
        {
            "apiVersion": "apps/v1",
            "kind": "DaemonSet",
            "metadata": metadata,
            "spec": {"selector": {"matchLabels": labels}, "template": template},
        }
    )
    here.pass_time(seconds=10)
    before = here.names("agent")
    here.restart("DaemonSet", "agent")
    during = here.status("DaemonSet", "agent")
    here.pass_time(seconds=10)
    after = here.status("DaemonSet", "agent")

    names = ("desiredNumberScheduled", "currentNumberScheduled", "updatedNumberScheduled", "numberReady")
    assert [during[name] for name in names] == [1, 1, 1, 0]
    assert [after[name] for name in names] == [1, 1, 1, 1]
    assert before != here.names("agent")


def test_pods_that_never_get_ready_hold_a_deployment_where_it_is_until_they_may() -> None:
    here = Town()
    here.town.keep_unready("orders", "shop")
    here.restart("Deployment", "orders", "shop")

    assert course(here, "Deployment", "orders", "shop") == [(4, 1, 3)]
    waiting = [one for one in here.pods("orders", "shop") if not kubelet.is_ready(one)]
    assert [one["status"]["phase"] for one in waiting] == ["Running"]
    here.town.let_ready("orders", "shop")
    assert course(here, "Deployment", "orders", "shop")[-1] == (3, 3, 3)


def test_a_sentry_that_never_gets_ready_signs_for_nobody_and_the_old_one_stays() -> None:
    here = Town()
    here.town.keep_unready("dapr-sentry")
    here.restart(*SENTRY)

    assert course(here, *SENTRY) == [(2, 1, 1)]
    here.town.let_ready("dapr-sentry")
    assert course(here, *SENTRY)[-1] == (1, 1, 1)


def test_the_same_mark_again_replaces_nobody() -> None:
    here = Town()
    here.restart("Deployment", "orders", "shop", mark="run-1/apps")
    here.pass_time(minutes=1)
    before = here.names("orders", "shop")
    here.restart("Deployment", "orders", "shop", mark="run-1/apps")
    here.pass_time(minutes=1)

    assert here.names("orders", "shop") == before
    assert here.kube.get("Deployment", "orders", "shop")["metadata"]["generation"] == 2


def test_a_second_restart_in_the_middle_of_the_first_ends_with_the_newest_template_everywhere() -> None:
    here = Town(apps={"orders": 4})
    here.restart("Deployment", "orders", "shop", mark="1")
    here.pass_time(seconds=6)
    here.restart("Deployment", "orders", "shop", mark="2")
    here.pass_time(minutes=2)

    newest = revision(here.kube.get("Deployment", "orders", "shop"))
    assert {one["metadata"]["labels"]["pod-template-hash"] for one in here.pods("orders", "shop")} == {newest}
    assert counts(here, "Deployment", "orders", "shop") == (4, 4, 4)


def test_between_a_write_and_the_next_settling_the_controller_has_not_noticed_yet() -> None:
    here = Town()
    found = here.kube.get("Deployment", "orders", "shop")
    here.kube.put({**found, "spec": {**found["spec"], "replicas": 5}})

    before = here.kube.get("Deployment", "orders", "shop")
    assert (before["metadata"]["generation"], before["status"]["observedGeneration"]) == (2, 1)
    assert here.town.due_at == here.clock.now()
    assert here.town.settle()
    assert here.status("Deployment", "orders", "shop")["observedGeneration"] == 2


def test_new_pods_have_fresh_names_the_clocks_time_and_the_marks_of_their_template() -> None:
    here = Town()
    before = set(here.names("orders", "shop"))
    here.pass_time(hours=1)
    here.restart("Deployment", "orders", "shop", mark="run-7/apps")
    here.pass_time(minutes=1)

    pods = here.pods("orders", "shop")
    assert not before & {one["metadata"]["name"] for one in pods}
    born = [datetime.fromisoformat(one["metadata"]["creationTimestamp"]) for one in pods]
    assert all(timedelta() <= here.clock.now() - at <= timedelta(minutes=1) for at in born)
    assert {one["metadata"]["annotations"]["dapr-warden.io/restarted"] for one in pods} == {"run-7/apps"}
    assert {one["metadata"]["annotations"]["dapr.io/app-id"] for one in pods} == {"orders"}
    assert {len(one["status"]["containerStatuses"]) for one in pods} == {2}


def test_a_pod_is_ready_no_sooner_than_it_takes() -> None:
    here = Town(ready_after=timedelta(seconds=30))
    here.restart(*SENTRY)
    here.pass_time(seconds=29)
    before = counts(here, *SENTRY)
    here.pass_time(seconds=1)

    assert (before, counts(here, *SENTRY)) == ((2, 1, 1), (1, 1, 1))


def test_more_and_fewer_replicas_are_a_matter_of_moments() -> None:
    here = Town(replicas=2)
    here.reform("Deployment", "orders", "shop", replicas=1)
    here.reform(*PLACEMENT, replicas=3)
    here.pass_time(minutes=1)

    assert counts(here, "Deployment", "orders", "shop") == (1, 1, 1)
    assert here.names(PLACEMENT[1]) == [f"{PLACEMENT[1]}-{ordinal}" for ordinal in range(3)]


def test_after_its_end_nothing_happens_any_more() -> None:
    here = Town()
    here.town.stop()
    here.restart("Deployment", "orders", "shop")
    here.pass_time(hours=30)

    assert here.names("orders", "shop") == [f"orders-5d9c7b6f8-{number}" for number in range(3)]
    assert here.town.due_at is None
