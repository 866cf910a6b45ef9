"""The HTTP side of the simulated API server: who asks, may they, what for, and the verbs."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from aiohttp import web

from playground.kubernetes import answers, faulty, reviews, selectors, status, writing
from playground.kubernetes.access import Ask, User
from playground.kubernetes.faults import Fault
from playground.kubernetes.kinds import ADDED, GROUPS, Target, target
from playground.kubernetes.logs import Logs
from playground.kubernetes.store import ObjectStore, Wish
from playground.kubernetes.watching import Inbox, watch

VERBS: Mapping[str, str] = {"POST": "create", "PUT": "update", "PATCH": "patch", "DELETE": "delete"}
ANONYMOUS: Final = User("system:anonymous", ())
VERSION: Final = {"major": "1", "minor": "34", "gitVersion": "v1.34.3"}
_HEALTH: Final = frozenset({"/healthz", "/livez", "/readyz"})
# Their deletion answers with the object, that of all others with a Status.
_RETURNED: Final = frozenset({"Pod", "Namespace"})


@dataclass(slots=True, kw_only=True)
class Server:
    """State of the HTTP side. ``pages``: what pods serve through pods/proxy, by (namespace, "name:port", path)."""

    store: ObjectStore
    logs: Logs
    users: dict[str, User] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    missing_kinds: set[str] = field(default_factory=lambda: set(ADDED))
    pages: dict[tuple[str, str, str], Callable[[], str]] = field(default_factory=dict)
    watches: set[Inbox] = field(default_factory=set)
    requests: list[tuple[str, str, str]] = field(default_factory=list)
    written: list[writing.Written] = field(default_factory=list)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Any request. Remembers (verb, path with query, user agent)."""
        where = target(request.path)
        if where is None:
            return _about_itself(request.path)
        verb = _verb(request, where)
        noted = reviews.VERB if where.kind.resource in reviews.RESOURCES else verb
        self.requests.append((noted, request.path_qs, request.headers.get("User-Agent", "")))
        try:
            for fault in self.faults:
                if fault.strikes(verb, where.kind.resource):
                    return await faulty.struck(fault, request, lambda: self._serve(request, verb, where))
            return await self._serve(request, verb, where)
        except status.Refusal as error:
            return answers.refusal(error)

    async def _serve(self, request: web.Request, verb: str, where: Target) -> web.StreamResponse:
        self._admit(request, verb, where)
        if not self._serves(where):
            return answers.no_such_page()
        if where.kind.resource in reviews.RESOURCES:
            return await self._review(request, verb, where)
        if where.rest and where.subresource != "status":
            return self._below(request, where)
        if verb == "watch":
            return await self._watch(request, where)
        if verb in ("delete", "deletecollection"):
            return await self._delete(request, verb, where)
        return self._list(request, where) if verb == "list" else await self._one(request, verb, where)

    def _serves(self, where: Target) -> bool:
        """Whether the group is there. Refusal 404 when only the resource is not."""
        if where.kind.resource in self.missing_kinds or (where.kind.group, where.kind.version) not in GROUPS:
            return False
        if not where.known:
            raise status.nothing_there()
        return True

    async def _review(self, request: web.Request, verb: str, where: Target) -> web.Response:
        if verb != "create":
            raise status.not_allowed()
        if where.kind.resource == reviews.TOKEN:
            return await reviews.identified(self.users, request)
        return await reviews.reviewed(self._user(request), request)

    async def _one(self, request: web.Request, verb: str, where: Target) -> web.Response:
        match verb:
            case "update" if where.kind.upserted and not self.store.has(where.kind, where.namespace, where.name):
                # Who may replace may not make, by that alone.
                self._admit(request, "create", where)
                return answers.single(await writing.upserted(self.store, where, request), request, code=201)
            case "get":
                return answers.single(self.store.get(where.kind, where.namespace, where.name), request)
            case "create":
                return answers.single(await writing.created(self.store, where, request), request, code=201)
            case _:
                write = writing.patched if verb == "patch" else writing.replaced
                stored = await write(self.store, where, request)
                self.written.append(writing.Written(verb, where, await writing.is_conditional(request), stored.object))
                return answers.single(stored, request)

    def _admit(self, request: web.Request, verb: str, where: Target) -> None:
        user = self._user(request)
        # Only what asks for a collection by a single name counts as asking for that name.
        asked = selectors.named(request.query.get("fieldSelector", ""))
        named = where if where.name or not asked else Target(where.kind, where.namespace, asked, known=where.known)
        ask = Ask(verb=verb, group=where.kind.group, resource=where.resource, name=named.name, namespace=where.namespace)
        if not (user.may(ask) or (where.kind.resource == reviews.ACCESS and user is not ANONYMOUS)):
            raise status.forbidden(user.name, verb, named)

    def _user(self, request: web.Request) -> User:
        if request.transport is not None and request.transport.get_extra_info("peercert"):
            return User("client-certificate")
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if not scheme:
            return ANONYMOUS
        if scheme.lower() != "bearer" or token not in self.users:
            raise status.unauthorized()
        return self.users[token]

    def _list(self, request: web.Request, where: Target) -> web.Response:
        # Of a list that goes on, the rows were kept.
        rows = () if request.query.get("continue") else self.store.list(where.kind, where.namespace)
        labels, fields = (request.query.get(name, "") for name in ("labelSelector", "fieldSelector"))
        if labels or fields:
            accepts = selectors.selects(where.kind, labels, fields)
            rows = tuple(stored for stored in rows if accepts(stored.object))
        return answers.page(self.store, where.kind, rows, request)

    async def _watch(self, request: web.Request, where: Target) -> web.StreamResponse:
        accepts = selectors.selects(where.kind, *(request.query.get(name, "") for name in ("labelSelector", "fieldSelector")))
        inbox: Inbox = asyncio.Queue()
        self.watches.add(inbox)
        try:
            return await watch(self.store, where, accepts, request, inbox)
        finally:
            self.watches.discard(inbox)

    async def _delete(self, request: web.Request, verb: str, where: Target) -> web.Response:
        if verb == "deletecollection":
            answer = self._list(request, where)
            for stored in self.store.list(where.kind, where.namespace):
                metadata = stored.object["metadata"]
                self.store.delete(where.kind, metadata.get("namespace", ""), metadata["name"], Wish())
            return answer
        gone = await writing.deleted(self.store, where, request)
        metadata = gone.object["metadata"]
        if where.kind.name in _RETURNED or "deletionTimestamp" in metadata:
            return answers.single(gone, request)
        return answers.plain(status.success(where.kind, where.name, metadata["uid"]))

    def _below(self, request: web.Request, where: Target) -> web.Response:
        """A pod's log, or what it serves itself."""
        if where.subresource == "log":
            pod = self.store.get(where.kind, where.namespace, where.name)
            text = self.logs.read(pod.object, request.query)
            return web.Response(status=204) if text is None else web.Response(body=text, content_type="text/plain")
        page = self.pages.get((where.namespace, where.name, where.rest.partition("/")[2])) if where.subresource == "proxy" else None
        if page is not None:
            return web.Response(text=page())
        self.store.get(where.kind, where.namespace, where.name.partition(":")[0])
        raise status.Refusal(503, "ServiceUnavailable", "error trying to reach service: dial tcp: connect: connection refused")


def _about_itself(path: str) -> web.Response:
    if path in _HEALTH:
        return web.Response(text="ok")
    return answers.plain(VERSION) if path == "/version" else answers.no_such_page()


def _verb(request: web.Request, where: Target) -> str:
    if request.method != "GET":
        verb = VERBS[request.method]
        return "deletecollection" if verb == "delete" and not where.name else verb
    if where.name:
        return "get"
    return "watch" if request.query.get("watch") in ("true", "1") else "list"
