"""What the bot's account may write with the component for rotations, asked of a real API server.

Once with all that is shipped, and once with the policies alone: by the same account, of which somebody has made an administrator.
"""

from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import httpx
import pytest

from bot.adapters.kubernetes import opened
from bot.config import from_env
from bot.model.vitals import Purpose
from tests.contract.api_world import APPLY
from tests.house.manifests import KUSTOMIZE, documents, with_component
from tests.real.rotator_writes import (
    ALLOWED,
    DAPR,
    FORBIDDEN,
    HOME,
    KINDS,
    UNREADABLE,
    VERSIONS,
    Write,
    what_others_made,
)
from tests.rig.api_server import ApiServer
from tests.rig.cluster import AnyObject, ApiError, Cluster, Object
from tests.rig.process import wait_until

APPLIED: Final = (
    "Namespace", "ServiceAccount", "Role", "RoleBinding", "ClusterRole", "ClusterRoleBinding", "Secret", "Lease", "Deployment",
    "ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding",
)  # fmt: skip
# The bot's account, of which somebody has made an administrator: only the policies are left.
GENEROUS: Final = {"Impersonate-User": f"system:serviceaccount:{HOME}:{HOME}", "Impersonate-Group": "system:masters"}


@dataclass(frozen=True)
class Rotator:
    """``admin`` may everything and is nobody's subject; ``account`` is the bot's own, by a token of its ServiceAccount."""

    admin: Cluster
    account: Cluster

    def do(self, write: Write, **query: str) -> Object:
        media = write.media if write.method == "PATCH" else "application/json"
        return self.account.request(write.method, write.path, body=self._body(write), media=media, fieldManager="dapr-warden", **query)

    def now(self, write: Write) -> Object:
        found = self.admin.get(VERSIONS[write.resource], KINDS[write.resource], write.name, write.namespace)
        assert found is not None, write
        return found

    def refusal(self, write: Write) -> ApiError | None:
        # What is not refused must not spoil what comes after it. There is no such thing for a shell, nor a pod to have it in.
        try:
            self.do(write, **({} if write.beneath == "/exec" else {"dryRun": "All"}))
        except ApiError as error:
            return error
        return None

    def is_allowed(self, verb: str, resource: str, **rest: str) -> bool:
        review = {"spec": {"resourceAttributes": {"verb": verb, "resource": resource, **rest}}}
        answer = self.account.request("POST", "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", body=review)
        return bool(answer["status"]["allowed"])

    def _body(self, write: Write) -> AnyObject | None:
        if write.change is None:
            return write.patch
        found = self.now(write)
        changed = deepcopy(found)
        write.change(changed)
        assert changed != found, "this would change nothing"
        return changed


@pytest.fixture(scope="module")
def rotator(api_server: ApiServer) -> Iterator[Rotator]:
    """The shipped objects, as an administrator applies them, in force."""
    admin = api_server.cluster
    for namespace in (DAPR, "shop"):
        admin.apply({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace}})
    shipped = [one for one in with_component("read", "rotation") if one["kind"] in APPLIED]
    for one in (*shipped, *what_others_made()):
        admin.apply(one)
    with Cluster(api_server.url, ca=api_server.ca, token=admin.token_for(HOME, HOME)) as account:
        found = Rotator(admin, account)
        # The authoriser learns of new roles by watches of its own, and admission of new policies.
        wait_until(lambda: found.is_allowed("patch", "daemonsets", group="apps"), what="the ClusterRole in force")
        lease = {"group": "coordination.k8s.io", "namespace": DAPR, "name": "dapr-warden-rotation"}
        wait_until(lambda: found.is_allowed("update", "leases", **lease), what="the Role in force")
        for write in (FORBIDDEN["a label of a workload"], FORBIDDEN["the key of tokens"]):
            wait_until(partial(is_held, found, write), what="the policies in force")
        yield found
    for one in shipped:
        if one["kind"].startswith("ClusterRole"):
            admin.delete(one["apiVersion"], one["kind"], one["metadata"]["name"])
    admin.erase_all()


@pytest.fixture(scope="module")
def generous(api_server: ApiServer, rotator: Rotator) -> Iterator[Rotator]:
    with Cluster(api_server.url, ca=api_server.ca, token=api_server.token, headers=GENEROUS) as account:
        found = Rotator(rotator.admin, account)
        wait_until(partial(is_held, found, FORBIDDEN["a new Secret"]), what="the last policy in force")
        yield found


def is_held(rotator: Rotator, write: Write) -> bool:
    return by_policy(rotator.refusal(write))


def by_policy(refusal: ApiError | None) -> bool:
    """In its own words: an expression that fails refuses as well, but by accident."""
    told = str(refusal)
    return "ValidatingAdmissionPolicy 'dapr-warden-rotation-" in told and "denied request: " in told and "resulted in error" not in told


@pytest.mark.parametrize("write", ALLOWED.values(), ids=ALLOWED)
def test_what_a_rotation_writes_is_written(rotator: Rotator, write: Write) -> None:
    before = rotator.now(write)

    rotator.do(write)

    assert rotator.now(write)["metadata"]["resourceVersion"] != before["metadata"]["resourceVersion"]


@pytest.mark.parametrize("write", FORBIDDEN.values(), ids=FORBIDDEN)
def test_nothing_else_is(rotator: Rotator, write: Write) -> None:
    refusal = rotator.refusal(write)

    assert refusal is not None
    assert refusal.status == httpx.codes.FORBIDDEN or by_policy(refusal), refusal


@pytest.mark.parametrize("write", UNREADABLE.values(), ids=UNREADABLE)
def test_nor_read(rotator: Rotator, write: Write) -> None:
    refusal = rotator.refusal(write)

    assert refusal is not None
    assert refusal.status == httpx.codes.FORBIDDEN


@pytest.mark.parametrize("write", FORBIDDEN.values(), ids=FORBIDDEN)
def test_nothing_else_is_even_when_somebody_made_the_account_an_administrator(generous: Rotator, write: Write) -> None:
    assert by_policy(generous.refusal(write)), generous.refusal(write)


REVIEWS: Mapping[str, AnyObject] = {
    "authentication.k8s.io/v1/tokenreviews": {"kind": "TokenReview", "spec": {"token": "nobody's"}},
    "authentication.k8s.io/v1/selfsubjectreviews": {"kind": "SelfSubjectReview"},
    "authorization.k8s.io/v1/selfsubjectaccessreviews": {
        "kind": "SelfSubjectAccessReview",
        "spec": {"resourceAttributes": {"verb": "get", "resource": "pods"}},
    },
}


@pytest.mark.parametrize("review", REVIEWS)
def test_a_review_is_a_question_which_no_policy_refuses(generous: Rotator, review: str) -> None:
    asked = {"apiVersion": review.rpartition("/")[0], **REVIEWS[review]}

    assert "status" in generous.account.request("POST", f"/apis/{review}", body=asked)


@pytest.mark.parametrize(
    "thing", documents(KUSTOMIZE / "components" / "rotation" / "objects.yaml"), ids=lambda thing: thing["metadata"]["name"]
)
def test_applying_the_component_again_empties_nothing(rotator: Rotator, thing: Object) -> None:
    name, resource = thing["metadata"]["name"], "leases" if thing["kind"] == "Lease" else "secrets"
    write = Write(resource, name)
    rotator.admin.request("PATCH", write.path, body=thing, media=APPLY, fieldManager="kubectl", force="true")
    held = {"spec": {"holderIdentity": "me"}} if thing["kind"] == "Lease" else {"data": {"sealed": "UlVOIDc="}}
    rotator.account.request("PUT", write.path, body={**rotator.now(write), **held}, fieldManager="dapr-warden")

    rotator.admin.request("PATCH", write.path, body=thing, media=APPLY, fieldManager="kubectl", force="true")

    now = rotator.now(write)
    assert {key: now[key] for key in held} == held


async def test_what_the_bot_asks_about_is_what_the_component_grants(rotator: Rotator, api_server: ApiServer) -> None:
    settings = from_env({"DAPR_WARDEN_KUBECONFIG": str(api_server.kubeconfig_for(HOME, HOME)), "DAPR_WARDEN_ROTATION": "ask"})

    async with opened(settings, version="test") as adapter:
        rights, everything = await adapter.access.rotating(), await adapter.access.permissions()

    assert rotator.is_allowed("get", "secrets", namespace=DAPR, name="dapr-warden-staging")
    assert [one.words for one in rights if not one.allowed] == []
    assert [one.words for one in everything if one.purpose is Purpose.EXCESS and one.allowed] == []


def a_canary(*, drops: bool) -> Object:
    """A pod as the Deployment's controller makes it, with the sidecar of Dapr's injector (pkg/injector/patcher of 1.13 to 1.18)."""
    (deployment,) = documents(KUSTOMIZE / "components" / "rotation" / "canary.yaml")
    template = deepcopy(deployment["spec"]["template"])
    security: Any = {"allowPrivilegeEscalation": False, "runAsNonRoot": True, "readOnlyRootFilesystem": True}
    security["seccompProfile"] = {"type": template["metadata"]["annotations"]["dapr.io/sidecar-seccomp-profile-type"]}
    if drops:
        security["capabilities"] = {"drop": ["ALL"]}
    template["spec"]["containers"].append({"name": "daprd", "image": "ghcr.io/dapr/daprd:1.18.3", "securityContext": security})
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {**template["metadata"], "name": "canary"}, "spec": template["spec"]}


@pytest.mark.parametrize(
    ("level", "drops", "is_admitted"), [("baseline", False, True), ("restricted", False, False), ("restricted", True, True)]
)
def test_the_canary_gets_its_sidecar_under_the_shipped_pod_security(
    rotator: Rotator, level: str, *, drops: bool, is_admitted: bool
) -> None:
    (shipped,) = (one for one in with_component("read", "rotation") if one["kind"] == "Namespace")
    shipped["metadata"]["labels"]["pod-security.kubernetes.io/enforce"] = level
    rotator.admin.apply(shipped)

    try:
        rotator.admin.request("POST", f"/api/v1/namespaces/{HOME}/pods", body=a_canary(drops=drops), dryRun="All")
        refusal = ""
    except ApiError as error:
        refusal = str(error)

    assert (refusal == "") is is_admitted, refusal
    assert is_admitted or "violates PodSecurity" in refusal
