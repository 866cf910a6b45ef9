"""The HTTP side of the simulated API server: who asks, may they, what for, and the verbs."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec
from aiohttp import web

from playground.kubernetes import answers, faulty, selectors, status
from playground.kubernetes.access import Ask, User
from playground.kubernetes.faults import Fault
from playground.kubernetes.kinds import Kind, Target, target
from playground.kubernetes.store import ObjectStore, merged
from playground.kubernetes.watching import Inbox, watch

VERBS: Mapping[str, str] = {"POST": "create", "PUT": "update", "PATCH": "patch", "DELETE": "delete"}
MERGE_PATCHES = ("application/merge-patch+json", "application/strategic-merge-patch+json")


@dataclass(slots=True, kw_only=True)
class Server:
    """State of the HTTP side. ``pages``: what pods serve through pods/proxy, by (namespace, "name:port", path)."""

    store: ObjectStore
    users: dict[str, User] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    missing_kinds: set[str] = field(default_factory=set)
    pages: dict[tuple[str, str, str], Callable[[], str]] = field(default_factory=dict)
    logs: dict[tuple[str, str, str, bool], str] = field(default_factory=dict)
    watches: set[Inbox] = field(default_factory=set)
    requests: list[tuple[str, str, str]] = field(default_factory=list)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Any request. Remembers (verb, path with query, user agent)."""
        where = target(request.path)
        if where is None or where.kind.resource in self.missing_kinds:
            return answers.unknown_kind()
        verb = _verb(request, where)
        self.requests.append((verb, request.path_qs, request.headers.get("User-Agent", "")))
        try:
            for fault in self.faults:
                if fault.strikes(verb, where.kind.resource):
                    return await faulty.struck(fault, request, lambda: self._serve(request, verb, where))
            return await self._serve(request, verb, where)
        except status.Refusal as error:
            return answers.refusal(error)

    async def _serve(self, request: web.Request, verb: str, where: Target) -> web.StreamResponse:
        self._admit(request, verb, where)
        if where.rest:
            return self._proxied(where)
        match verb:
            case "get":
                return answers.single(self.store.get(where.kind, where.namespace, where.name), request)
            case "list":
                return self._list(request, where)
            case "watch":
                return await self._watch(request, where)
            case "delete":
                return answers.single(self.store.delete(where.kind, where.namespace, where.name), request)
            case _:
                return await self._write(request, verb, where)

    def _admit(self, request: web.Request, verb: str, where: Target) -> None:
        user = self._user(request)
        resource = where.kind.resource + (f"/{where.rest.split('/', 1)[0]}" if where.rest else "")
        name = where.name.partition(":")[0] or selectors.named(request.query.get("fieldSelector", ""))
        if not user.may(Ask(verb=verb, group=where.kind.group, resource=resource, name=name, namespace=where.namespace)):
            raise status.forbidden(user.name, verb, where)

    def _user(self, request: web.Request) -> User:
        if request.transport is not None and request.transport.get_extra_info("peercert"):
            return User("client-certificate")
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer" or token not in self.users:
            raise status.unauthorized()
        return self.users[token]

    def _list(self, request: web.Request, where: Target) -> web.Response:
        accepts = _accepts(request)
        rows = tuple(stored for stored in self.store.list(where.kind, where.namespace) if accepts(stored.object))
        return answers.page(self.store, where.kind, rows, request)

    async def _watch(self, request: web.Request, where: Target) -> web.StreamResponse:
        inbox: Inbox = asyncio.Queue()
        self.watches.add(inbox)
        try:
            return await watch(self.store, where, _accepts(request), request, inbox)
        finally:
            self.watches.discard(inbox)

    async def _write(self, request: web.Request, verb: str, where: Target) -> web.Response:
        manager = request.query.get("fieldManager") or request.headers.get("User-Agent", "").split("/", 1)[0] or "unknown"
        sent = _decoded(await request.read())
        if verb == "create":
            return answers.single(self.store.create(where.kind, _placed(sent, where), manager=manager), request, code=201)
        if verb == "patch":
            if request.content_type not in MERGE_PATCHES:
                raise status.Refusal(415, "UnsupportedMediaType", f"the simulation does not do {request.content_type}")
            sent = merged(self.store.get(where.kind, where.namespace, where.name).object, sent)
        return answers.single(self.store.update(where.kind, _placed(sent, where), manager=manager), request)

    def _proxied(self, where: Target) -> web.Response:
        subresource, _, path = where.rest.partition("/")
        page = self.pages.get((where.namespace, where.name, path)) if subresource == "proxy" else None
        if page is None:
            raise status.Refusal(503, "ServiceUnavailable", "error trying to reach service: dial tcp: connect: connection refused")
        return web.Response(text=page())


def _verb(request: web.Request, where: Target) -> str:
    if request.method != "GET":
        return VERBS[request.method]
    if where.name:
        return "get"
    return "watch" if request.query.get("watch") in ("true", "1") else "list"


def _accepts(request: web.Request) -> selectors.Accepts:
    return selectors.selects(request.query.get("labelSelector", ""), request.query.get("fieldSelector", ""))


def _decoded(body: bytes) -> dict[str, Any]:
    try:
        return msgspec.json.decode(body, type=dict[str, Any])
    except msgspec.MsgspecError as error:
        raise status.Refusal(400, "BadRequest", f"the body cannot be decoded: {error}") from None


def _placed(sent: dict[str, Any], where: Target) -> dict[str, Any]:
    """The sent object with the namespace and name of the path, and its kind filled in."""
    metadata = {**sent.get("metadata", {})}
    if where.kind.namespaced:
        metadata["namespace"] = where.namespace
    if where.name:
        metadata["name"] = where.name
    if "name" not in metadata:
        raise status.Refusal(422, "Invalid", "name or generateName is required")
    return {**sent, **_identity(where.kind), "metadata": metadata}


def _identity(kind: Kind) -> dict[str, Any]:
    return {"apiVersion": kind.api_version, "kind": kind.name}
