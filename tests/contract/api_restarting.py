"""A restart as ``kubectl rollout restart`` asks for it: what the API server alone makes of it, before any controller has looked."""

from typing import Final

from playground.kubernetes import Rule
from tests.contract.api_world import MERGE, STRATEGIC, Api, Case, Object, a_deployment

MARK: Final = "dapr-warden.io/restarted"
KINDS: Final = (("deployments", "Deployment"), ("statefulsets", "StatefulSet"), ("daemonsets", "DaemonSet"))


def restarted(mark: str) -> Object:
    return {"spec": {"template": {"metadata": {"annotations": {MARK: mark}}}}}


def a_workload(kind: str) -> Object:
    spec = a_deployment("w")["spec"]
    spec = {key: value for key, value in spec.items() if key != "replicas"} if kind == "DaemonSet" else spec
    service = {"serviceName": "w"} if kind == "StatefulSet" else {}
    return {"apiVersion": "apps/v1", "kind": kind, "metadata": {"name": "w", "annotations": {"own": "1"}}, "spec": {**spec, **service}}


async def a_mark_on_the_template_is_a_new_generation_and_the_same_one_again_is_none(api: Api) -> None:
    for resource, kind in KINDS:
        for format_ in (MERGE, STRATEGIC):
            await api.create(resource, a_workload(kind))
            first = (await api.patch(resource, "w", restarted("run-1/apps"), kind=format_, fieldManager="dapr-warden")).body
            again = (await api.patch(resource, "w", restarted("run-1/apps"), kind=format_, fieldManager="dapr-warden")).body
            second = (await api.patch(resource, "w", restarted("run-2/apps"), kind=format_, fieldManager="dapr-warden")).body

            assert (first["metadata"]["generation"], second["metadata"]["generation"]) == (2, 3)
            assert again == first
            assert second["spec"]["template"]["metadata"]["annotations"] == {MARK: "run-2/apps"}
            assert second["metadata"]["annotations"]["own"] == "1"
            assert "dapr-warden" in {entry["manager"] for entry in second["metadata"]["managedFields"]}
            await api.delete(resource, "w")


async def a_mark_leaves_the_rest_of_the_template_and_its_status_alone(api: Api) -> None:
    created = await api.create("deployments", a_workload("Deployment"))
    template = created["spec"]["template"]
    patched = (await api.patch("deployments", "w", restarted("run-1/apps"), kind=STRATEGIC)).body

    annotated = {**template["metadata"], "annotations": {MARK: "run-1/apps"}}
    assert patched["spec"] == {**created["spec"], "template": {**template, "metadata": annotated}}
    # Nobody has noticed yet.
    assert "observedGeneration" not in patched["status"]


async def a_status_that_was_observed_is_behind_after_a_mark(api: Api) -> None:
    await api.create("deployments", a_workload("Deployment"))
    await api.patch("deployments", "w/status", {"status": {"observedGeneration": 1, "replicas": 1, "updatedReplicas": 1}})

    patched = (await api.patch("deployments", "w", restarted("run-1/apps"))).body

    assert (patched["metadata"]["generation"], patched["status"]["observedGeneration"]) == (2, 1)
    assert patched["status"]["updatedReplicas"] == 1


async def a_mark_on_an_older_version_of_the_workload_is_a_conflict(api: Api) -> None:
    version = (await api.create("deployments", a_workload("Deployment")))["metadata"]["resourceVersion"]
    await api.patch("deployments", "w", {"spec": {"replicas": 3}})

    late = {**restarted("run-1/apps"), "metadata": {"resourceVersion": version}}
    answer = await api.patch("deployments", "w", late)

    assert (answer.status, answer.reason) == (409, "Conflict")
    assert (await api.get("deployments", "w")).body["metadata"]["generation"] == 2


async def a_mark_on_a_workload_that_is_gone_is_not_found(api: Api) -> None:
    answer = await api.patch("deployments", "w", restarted("run-1/apps"), kind=STRATEGIC)

    assert (answer.status, answer.message) == (404, 'deployments.apps "w" not found')


async def who_may_patch_needs_no_right_to_update(api: Api) -> None:
    rule = Rule(verbs=("get", "patch"), resources=("deployments",), groups=("apps",), namespace=api.namespace)
    token = await api.ground.grant(api.namespace, (rule,))
    await api.create("deployments", a_workload("Deployment"))
    path = api.at("deployments", "w")

    patched = await api.ask("PATCH", path, restarted("run-1/apps"), kind=STRATEGIC, token=token)
    replaced = await api.ask("PUT", path, a_workload("Deployment"), token=token)

    assert (patched.status, replaced.status) == (200, 403)


CASES: Final[tuple[Case, ...]] = (
    a_mark_on_the_template_is_a_new_generation_and_the_same_one_again_is_none,
    a_mark_leaves_the_rest_of_the_template_and_its_status_alone,
    a_status_that_was_observed_is_behind_after_a_mark,
    a_mark_on_an_older_version_of_the_workload_is_a_conflict,
    a_mark_on_a_workload_that_is_gone_is_not_found,
    who_may_patch_needs_no_right_to_update,
)
