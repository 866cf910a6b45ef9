"""The adapter over a client that needs no network: what an API server said once, damaged anew at every request."""

import asyncio
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any
from urllib.parse import urlsplit

from kubernetes.client import ApiClient
from urllib3 import HTTPResponse

from bot.adapters.kubernetes import KubernetesCluster
from bot.adapters.kubernetes.connection import Connection
from bot.adapters.kubernetes.needs import needs, planning
from bot.config import Settings, from_env
from bot.model.surroundings import Quota
from playground.kubernetes import ADMIN_TOKEN, AppPod, Dapr, SimulatedCluster, install_dapr
from tests.certificates import Files
from tests.contract.surroundings_cases import a_budget, a_workload
from tests.contract.surroundings_objects import budget_object, quota_object
from tests.hostile.mutations import as_json, hostile_body, mutated

STATUS: Mapping[str, Any] = {"kind": "Status", "reason": "Forbidden", "message": 'User "x" cannot do this', "code": 403, "details": {}}
STATUSES = (200,) * 14 + (301, 400, 401, 403, 404, 404, 409, 410, 429, 500, 503, 504, 999)
RETRY_AFTER = ("", "1", "-1", "9" * 400, "NaN", "Wed, 21 Oct 2026 07:28:00 GMT", "٣")


@dataclass(frozen=True)
class Answered:
    """What the client returns for a request."""

    response: HTTPResponse


@dataclass
class LyingClient:
    """``good``: the proper answers by path. ``seed`` None: they are given as they are; else each has its own damage, in any order."""

    good: Mapping[str, Any]
    seed: int | None = None
    requests: int = 0
    asked: list[str] = field(default_factory=list)

    def param_serialize(
        self, method: str, resource_path: str, *, header_params: dict[str, str], auth_settings: list[str]
    ) -> tuple[str, str, dict[str, str], str | None, list[str]]:
        return method, resource_path, header_params, None, []

    def call_api(
        self,
        method: str,
        url: str,
        header_params: dict[str, str],
        body: Mapping[str, object] | None = None,
        *,
        _request_timeout: tuple[float, float],
    ) -> Answered:
        assert (method, body) == ("GET", None)
        self.requests += 1
        path = urlsplit(url).path
        self.asked.append(path)
        dice = None if self.seed is None else Random(f"{self.seed} {path} {self.asked.count(path)}")  # noqa: S311 - damage, not a secret
        return Answered(self._answer(path, dice))

    def _answer(self, path: str, dice: Random | None) -> HTTPResponse:
        tree = self.good.get(path)
        if tree is None:
            return response(404, as_json({"kind": "Status", "reason": "NotFound"}))
        if dice is None:
            return response(200, tree.encode() if isinstance(tree, str) else as_json(tree))
        status = dice.choice(STATUSES)
        body = hostile_body(tree if status == 200 else dict(STATUS), dice)
        return response(status, body, {"Retry-After": dice.choice(RETRY_AFTER)} if status != 200 else {})


def response(status: int, body: bytes, headers: Mapping[str, str] | None = None) -> HTTPResponse:
    return HTTPResponse(io.BytesIO(body), status=status, headers=dict(headers or {}), preload_content=False)


def some_settings() -> Settings:
    return from_env({"DAPR_WARDEN_SENTRY_METRICS": "proxy", "DAPR_WARDEN_CLUSTER": "prod-eu"})


def a_cluster_on(client: LyingClient) -> KubernetesCluster:
    connection = Connection(client=client, name="prod-eu", in_cluster=False, encoding="gzip", another=ApiClient)
    return KubernetesCluster(connection, some_settings(), version="9.9")


async def recorded(files: Files, *, pods: int = 3) -> dict[str, Any]:
    """What a simulated API server answers to each of our questions, by path."""
    apps = [AppPod(name=f"app-{number}", anchors=files.ca) for number in range(pods)]
    async with SimulatedCluster() as kube:
        install_dapr(kube, Dapr(ca=files.ca, issuer=files.issuer, key=files.key, pods=apps, issuer_not_after=1_800_000_000.0))
        orders = a_workload("app")
        for thing in (
            budget_object(a_budget(orders, selector="app=app")),
            quota_object(Quota(namespace="shop", name="q", left={"pods": 1})),
        ):
            kube.put(thing)
        asked = (*(need for some in needs(some_settings()).values() for need in some), *planning())
        paths = dict.fromkeys(need.path for need in asked if need.verb != "watch")
        found = {path: await _get(kube.url, path) for path in paths}
    page = "dapr_sentry_issuercert_expiry_timestamp 1.8e+09\n"
    proxied = {f"/api/v1/namespaces/dapr-system/pods/{name}:9090/proxy/metrics": page for name in _sentries(found)}
    return {path: tree for path, tree in found.items() if tree is not None} | proxied


def _sentries(found: Mapping[str, Any]) -> list[str]:
    pods = found["/api/v1/namespaces/dapr-system/pods"]["items"]
    return [pod["metadata"]["name"] for pod in pods if pod["metadata"]["labels"].get("app") == "dapr-sentry"]


async def _get(url: str, path: str) -> Any:
    host, port = urlsplit(url).hostname, urlsplit(url).port
    reader, writer = await asyncio.open_connection(host, port)
    writer.write(f"GET {path} HTTP/1.0\r\nHost: x\r\nAuthorization: Bearer {ADMIN_TOKEN}\r\n\r\n".encode())
    raw = await reader.read()
    writer.close()
    await writer.wait_closed()
    head, _, body = raw.partition(b"\r\n\r\n")
    return json.loads(body) if head.split()[1] == b"200" else None


__all__ = ["LyingClient", "a_cluster_on", "mutated", "recorded", "some_settings"]
