"""The commands that recreate what suffers: all of it, or the first few and how much more there is."""

from bot.model.snapshot import DaprPod
from bot.model.workloads import recreation
from tests.builders import a_pod


def a(app_id: str, namespace: str = "shop", number: int = 0, workload: str | None = None) -> DaprPod:
    pod = a_pod(app_id, namespace=namespace, number=number)
    return (pod if workload is None else pod.made(workload=workload)).pod


def test_nothing_needs_no_command() -> None:
    assert recreation([]) == ""


def test_pods_of_one_workload_need_one_command() -> None:
    assert recreation([a("orders"), a("orders", number=1)]) == "kubectl -n shop rollout restart deployment/orders"


def test_workloads_of_one_namespace_stand_in_one_command() -> None:
    pods = [a("orders"), a("cart", workload="StatefulSet/cart"), a("orders", number=1)]

    assert recreation(pods) == "kubectl -n shop rollout restart deployment/orders statefulset/cart"


def test_each_namespace_has_its_own_command() -> None:
    assert recreation([a("orders"), a("ledger", "bank"), a("cart")]) == (
        "kubectl -n shop rollout restart deployment/orders deployment/cart; kubectl -n bank rollout restart deployment/ledger"
    )


def test_what_no_workload_makes_anew_is_deleted() -> None:
    pods = [a("job", workload="Job/job"), a("bare", workload=""), a("orders")]

    assert recreation(pods) == "kubectl -n shop rollout restart deployment/orders; kubectl -n shop delete pod job-7f9c-0 bare-7f9c-0"


def test_of_many_the_first_few_are_named_and_the_rest_is_counted() -> None:
    pods = [a(f"app-{number}") for number in range(7)]

    assert recreation(pods) == (
        "kubectl -n shop rollout restart deployment/app-0 deployment/app-1 deployment/app-2 deployment/app-3 (and 3 workloads more)"
    )
    assert recreation(pods[:5]).endswith(" (and 1 workload more)")


def test_a_name_that_nobody_can_have_is_left_to_be_filled_in() -> None:
    assert recreation([a("orders", workload="Deployment/x; reboot"), a("cart")]) == (
        "kubectl -n shop rollout restart deployment/NAME deployment/cart"
    )
