"""An API server as the contract sees it: requests in a namespace of their own, users with few rights, a past that is forgotten."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final, Protocol

import httpx

from playground.kubernetes import Rule

Object = dict[str, Any]

MERGE: Final = "application/merge-patch+json"
STRATEGIC: Final = "application/strategic-merge-patch+json"
JSON_PATCH: Final = "application/json-patch+json"
APPLY: Final = "application/apply-patch+yaml"
AGENT: Final = "contract/1"
# Kinds that live in a namespace, by the name of their resource.
_ROOTS: Final = {
    "configmaps": "/api/v1", "secrets": "/api/v1", "pods": "/api/v1", "events": "/api/v1",
    "deployments": "/apis/apps/v1", "statefulsets": "/apis/apps/v1", "daemonsets": "/apis/apps/v1",
    "leases": "/apis/coordination.k8s.io/v1", "configurations": "/apis/dapr.io/v1alpha1",
}  # fmt: skip


class Ground(Protocol):
    """What differs between a simulated API server and a real one."""

    async def grant(self, namespace: str, rules: tuple[Rule, ...]) -> str:
        """A token of ServiceAccount ``reader`` of that namespace, with these rights and no others."""
        ...

    async def compact(self) -> None:
        """The server's storage forgets the past."""
        ...

    async def ended(self) -> None:
        """The watches that are open end soon, in good order, after what they have to tell."""
        ...


@dataclass(frozen=True)
class Answer:
    """``body`` is the decoded JSON, {} for anything else."""

    status: int
    body: Object
    response: httpx.Response

    @property
    def reason(self) -> str:
        return str(self.body.get("reason", ""))

    @property
    def message(self) -> str:
        return str(self.body.get("message", ""))

    @property
    def names(self) -> list[str]:
        return [item["metadata"]["name"] for item in self.body["items"]]

    @property
    def version(self) -> str:
        return str(self.body["metadata"]["resourceVersion"])


class Api:
    """Everything a case needs. ``namespace`` exists and is empty."""

    def __init__(self, client: httpx.AsyncClient, namespace: str, ground: Ground) -> None:
        self.namespace = namespace
        self.ground = ground
        self._client = client

    def at(self, resource: str, name: str = "") -> str:
        """The path of a collection of this namespace, or of an object in it; any other path begins with a slash and stays."""
        if resource.startswith("/"):
            return resource
        root = f"{_ROOTS[resource]}/namespaces/{self.namespace}/{resource}"
        return f"{root}/{name}" if name else root

    async def ask(
        self, method: str, path: str, body: object = None, *, kind: str = "application/json", token: str | None = None, **query: str
    ) -> Answer:
        """One request. ``body``: a value, or text as it is; ``kind`` its content type; ``token`` "" is no credentials at all."""
        headers = {"Content-Type": kind} if body is not None else {}
        if token is not None:
            headers["Authorization"] = f"Bearer {token}"
        content = body if isinstance(body, str) or body is None else json.dumps(body)
        request = self._client.build_request(method, self.at(path), content=content, headers=headers, params=query)
        if token == "":
            del request.headers["Authorization"]
        response = await self._client.send(request)
        is_json = response.headers.get("content-type", "").startswith("application/json")
        return Answer(response.status_code, response.json() if is_json else {}, response)

    async def get(self, resource: str, name: str = "", *, accept: str = "", token: str | None = None, **query: str) -> Answer:
        headers = {"Accept": accept} if accept else {}
        if token is not None:
            headers["Authorization"] = f"Bearer {token}"
        response = await self._client.get(self.at(resource, name), headers=headers, params=query)
        is_json = response.headers.get("content-type", "").startswith("application/json")
        return Answer(response.status_code, response.json() if is_json else {}, response)

    async def create(self, resource: str, obj: Object, **query: str) -> Object:
        """Created, or the case fails."""
        answer = await self.ask("POST", resource, obj, **query)
        assert answer.status == 201, answer.body
        return answer.body

    async def patch(self, resource: str, name: str, patch: object, *, kind: str = MERGE, **query: str) -> Answer:
        return await self.ask("PATCH", self.at(resource, name), patch, kind=kind, **query)

    async def put(self, resource: str, name: str, obj: Object, **query: str) -> Answer:
        return await self.ask("PUT", self.at(resource, name), obj, **query)

    async def delete(self, resource: str, name: str, body: object = None) -> Answer:
        return await self.ask("DELETE", self.at(resource, name), body)

    async def raw(self, resource: str, name: str, *, encoding: str) -> tuple[str, bytes]:
        """The Content-Encoding and the body as it came over the wire."""
        headers = {"Accept-Encoding": encoding}
        async with self._client.stream("GET", self.at(resource, name), headers=headers) as response:
            return response.headers.get("content-encoding", ""), b"".join([chunk async for chunk in response.aiter_raw()])

    @asynccontextmanager
    async def watching(self, resource: str, *, accept: str = "", **query: str) -> AsyncIterator["Watching"]:
        """A watch that is open; it ends with its time or with the block."""
        headers = {"Accept": accept} if accept else {}
        params = {"watch": "true", "timeoutSeconds": "5", **query}
        async with self._client.stream("GET", self.at(resource), params=params, headers=headers) as response:
            yield Watching(response)

    async def told(self, resource: str, *, accept: str = "", **query: str) -> list[Object]:
        """All that a watch has to tell that ends at once, or after a second."""
        async with self.watching(resource, accept=accept, timeoutSeconds="1", **query) as watching:
            assert watching.status == 200
            await self.ground.ended()
            return [event async for event in watching.events]


class Watching:
    """An open watch: its status, and events one after the other."""

    def __init__(self, response: httpx.Response) -> None:
        self.status = response.status_code
        self.response = response
        self.events = self._read()

    async def next(self) -> Object:
        return await anext(self.events)

    async def _read(self) -> AsyncIterator[Object]:
        async for line in self.response.aiter_lines():
            if line:
                event: Object = json.loads(line)
                yield event


Case = Callable[[Api], Awaitable[None]]


def a_configmap(name: str = "x", *, labels: dict[str, str] | None = None, **data: str) -> Object:
    metadata: Object = {"name": name, **({"labels": labels} if labels else {})}
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": data}


def a_pod(name: str, *, node: str = "", **container: object) -> Object:
    spec: Object = {"containers": [{"name": "app", "image": "i", **container}], **({"nodeName": node} if node else {})}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name, "labels": {"app": name}}, "spec": spec}


def a_deployment(name: str = "d", *containers: Object) -> Object:
    labels = {"app": name}
    template = {"metadata": {"labels": labels}, "spec": {"containers": list(containers) or [{"name": "app", "image": "i"}]}}
    spec = {"replicas": 1, "selector": {"matchLabels": labels}, "template": template}
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": name}, "spec": spec}


def a_configuration(name: str = "c", *, enabled: bool = True) -> Object:
    mtls = {"enabled": enabled, "controlPlaneTrustDomain": "cluster.local", "sentryAddress": "dapr-sentry:443"}
    return {"apiVersion": "dapr.io/v1alpha1", "kind": "Configuration", "metadata": {"name": name}, "spec": {"mtls": mtls}}
