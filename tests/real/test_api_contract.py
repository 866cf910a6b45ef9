"""The contract of the Kubernetes API on a real kube-apiserver: the same cases as on the simulated one."""

import asyncio
import secrets
import ssl
from collections.abc import AsyncGenerator, Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from playground.kubernetes import Rule
from tests.contract.api_cases import CASES
from tests.contract.api_world import AGENT, Api, Case
from tests.rig.api_server import ApiServer
from tests.rig.cluster import ApiError, Cluster
from tests.rig.dapr import install_crds
from tests.rig.process import wait_until

READER = "reader"
RBAC = "rbac.authorization.k8s.io"


@dataclass
class RealGround:
    server: ApiServer

    async def grant(self, namespace: str, rules: tuple[Rule, ...]) -> str:
        return await asyncio.to_thread(self._grant, namespace, rules)

    async def compact(self) -> None:
        await asyncio.to_thread(self.server.compact)

    async def ended(self) -> None:
        # They were asked for with a time of one second.
        return

    def _grant(self, namespace: str, rules: tuple[Rule, ...]) -> str:
        hand = self.server.cluster
        hand.apply({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": READER, "namespace": namespace}})
        for number, rule in enumerate(rules):
            for obj in bound(f"{namespace}-{number}", namespace, rule):
                hand.apply(obj)
        token = hand.token_for(namespace, READER)
        with Cluster(self.server.url, ca=self.server.ca, token=token) as reader:
            # The authoriser learns of new roles by watches of its own.
            wait_until(lambda: may(reader, rules[-1]), what="the roles in force")
        return token


def bound(name: str, namespace: str, rule: Rule) -> Iterator[dict[str, Any]]:
    """A role with that rule, and its binding to the reader."""
    kind = "Role" if rule.namespace else "ClusterRole"
    metadata = {"name": name, **({"namespace": rule.namespace} if rule.namespace else {})}
    names = {"resourceNames": list(rule.names)} if rule.names else {}
    spec = {"apiGroups": list(rule.groups), "resources": list(rule.resources), "verbs": list(rule.verbs), **names}
    yield {"apiVersion": f"{RBAC}/v1", "kind": kind, "metadata": metadata, "rules": [spec]}
    subject = {"kind": "ServiceAccount", "name": READER, "namespace": namespace}
    reference = {"apiGroup": RBAC, "kind": kind, "name": name}
    yield {"apiVersion": f"{RBAC}/v1", "kind": f"{kind}Binding", "metadata": metadata, "roleRef": reference, "subjects": [subject]}


def may(reader: Cluster, rule: Rule) -> bool:
    resource, _, subresource = rule.resources[0].partition("/")
    attributes = {
        "verb": rule.verbs[0], "group": rule.groups[0], "resource": resource, "subresource": subresource,
        "name": rule.names[0] if rule.names else "", "namespace": rule.namespace,
    }  # fmt: skip
    review = {"apiVersion": "authorization.k8s.io/v1", "kind": "SelfSubjectAccessReview", "spec": {"resourceAttributes": attributes}}
    allowed: bool = reader.request("POST", "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", body=review)["status"]["allowed"]
    return allowed


def is_watchable(cluster: Cluster) -> bool:
    """A kind that is served has no cache to watch from yet, for as long as the API server is busy (429, storage is initializing)."""
    try:
        cluster.request("GET", "/apis/dapr.io/v1alpha1/configurations", watch="true", timeoutSeconds="1")
    except ApiError as error:
        if error.status != httpx.codes.TOO_MANY_REQUESTS:
            raise
        return False
    return True


@pytest.fixture(scope="module")
def server(api_server: ApiServer) -> Iterator[ApiServer]:
    # One cleaning for all: each case has a namespace of its own.
    install_crds(api_server.cluster)
    wait_until(lambda: is_watchable(api_server.cluster), what="a watch of Configurations can be opened")
    yield api_server
    api_server.cluster.erase_all()


@pytest.fixture
async def api(server: ApiServer) -> AsyncGenerator[Api]:
    namespace = f"case-{secrets.token_hex(4)}"
    await asyncio.to_thread(server.cluster.apply, {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace}})
    headers = {"Authorization": f"Bearer {server.token}", "User-Agent": AGENT}
    trust = ssl.create_default_context(cafile=str(server.ca))
    async with httpx.AsyncClient(base_url=server.url, headers=headers, verify=trust, trust_env=False, timeout=20.0) as client:
        yield Api(client, namespace, RealGround(server))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.__name__)
async def test_a_real_api_server_keeps_the_contract(case: Case, api: Api) -> None:
    await case(api)
