"""The objects of a simulated installation."""

from playground.kubernetes import AppPod
from playground.kubernetes.dapr import app_pod


def test_a_pod_that_was_handed_out_shares_nothing_with_the_next() -> None:
    first = app_pod(AppPod(name="orders-1", anchors=b"roots"))
    first["spec"]["containers"][0]["args"] = ["x"]
    first["spec"]["containers"][1]["env"].clear()

    second = app_pod(AppPod(name="orders-1", anchors=b"roots"))

    assert "args" not in second["spec"]["containers"][0]
    assert second["spec"]["containers"][1]["env"][-1] == {"name": "DAPR_TRUST_ANCHORS", "value": "roots"}
