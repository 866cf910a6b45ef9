"""A Kubernetes API server that is not one: same paths, same answers, same refusals, on loopback, in this process.

``async with SimulatedCluster() as kube:`` gives ``kube.url``; any client that can be pointed at a kubeconfig can talk to it.
"""

import json
import ssl
from collections.abc import Callable, Iterable
from datetime import datetime
from email.utils import format_datetime
from pathlib import Path
from typing import Any, Final, Self

from aiohttp import web

from bot.adapters.clock import SystemClock
from playground.kubernetes import kinds, watching, writing
from playground.kubernetes.access import Rule, User
from playground.kubernetes.faults import Effect, Fault
from playground.kubernetes.logs import Logs
from playground.kubernetes.server import Server
from playground.kubernetes.store import Hand, ObjectStore

Object = dict[str, Any]

ADMIN_TOKEN: Final = "simulated-admin-token"
CONTEXT: Final = "simulated"
HOST: Final = "127.0.0.1"


class SimulatedCluster:
    """Use as an async context manager. Objects are plain dicts as in YAML; ``now`` dates what is written."""

    def __init__(self, now: Callable[[], datetime] | None = None, *, tls: ssl.SSLContext | None = None) -> None:
        self.now = now or SystemClock().now
        self.store = ObjectStore(self.now)
        self._server = Server(store=self.store, logs=Logs(self.now), users={ADMIN_TOKEN: User("simulated-admin")})
        self._tls = tls
        self._runner: web.AppRunner | None = None
        self.url = ""

    async def __aenter__(self) -> Self:
        """Listen on a free port of the loopback."""
        app = web.Application(client_max_size=writing.LARGEST)
        app.router.add_route("*", "/{path:.*}", self._server.handle)
        app.on_response_prepare.append(self._dated)
        self._runner = web.AppRunner(app, access_log=None, handler_cancellation=True, shutdown_timeout=0.05)
        await self._runner.setup()
        site = web.TCPSite(self._runner, HOST, 0, ssl_context=self._tls)
        await site.start()
        self.url = f"{'https' if self._tls else 'http'}://{HOST}:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        """Break the watches and stop."""
        self.drop_watches()
        if self._runner is not None:
            await self._runner.cleanup()

    async def _dated(self, _: web.Request, response: web.StreamResponse) -> None:
        response.headers["Date"] = format_datetime(self.now(), usegmt=True)

    @property
    def requests(self) -> tuple[tuple[str, str, str], ...]:
        """Everything asked so far: (verb, path with query, user agent)."""
        return tuple(self._server.requests)

    @property
    def written(self) -> tuple[writing.Written, ...]:
        """Every PUT and PATCH that was not refused, in order; the objects as they were then."""
        return tuple(self._server.written)

    @property
    def open_watches(self) -> int:
        """How many watches are being served now."""
        return len(self._server.watches)

    def kubeconfig(self, path: Path, *, token: str = ADMIN_TOKEN, cluster: Object | None = None, user: Object | None = None) -> Path:
        """Write a kubeconfig (JSON is YAML) and return its path. ``cluster`` and ``user`` add to or replace what stands in it."""
        config = {
            "apiVersion": "v1",
            "kind": "Config",
            "current-context": CONTEXT,
            "contexts": [{"name": CONTEXT, "context": {"cluster": CONTEXT, "user": CONTEXT}}],
            "clusters": [{"name": CONTEXT, "cluster": {"server": self.url, **(cluster or {})}}],
            "users": [{"name": CONTEXT, "user": user if user is not None else {"token": token}}],
        }
        path.write_text(json.dumps(config), encoding="utf-8")
        return path

    def token(self, name: str, *rules: Rule) -> str:
        """A bearer token for a user of this name (as RBAC prints it) that may do what the rules allow, and nothing else."""
        token = f"simulated-token-of-{name}"
        self._server.users[token] = User(name, rules)
        return token

    def put(self, obj: Object, *, manager: str = "kubectl") -> Object:
        """Create or replace an object, whoever it belongs to; returns it as stored. A new version only if something changed."""
        kind = kinds.by_name(obj["apiVersion"], obj["kind"])
        obj = {**obj, "metadata": {key: value for key, value in obj["metadata"].items() if key != "resourceVersion"}}
        metadata = obj["metadata"]
        known = self.store.has(kind, metadata.get("namespace", ""), metadata["name"])
        return (self.store.update if known else self.store.create)(kind, obj, Hand(manager=manager)).object

    def get(self, kind: str, name: str, namespace: str = "") -> Object:
        """An object by kind ("Secret") and name. Refusal (404) when there is none."""
        return self.store.get(_kind(kind), namespace, name).object

    def delete(self, kind: str, name: str, namespace: str = "") -> None:
        """Remove an object. Refusal (404) when there is none."""
        self.store.delete(_kind(kind), namespace, name)

    def all(self, kind: str, namespace: str = "") -> tuple[Object, ...]:
        """Every object of a kind, of one namespace or of all."""
        return tuple(stored.object for stored in self.store.list(_kind(kind), namespace))

    def uninstall(self, *resources: str) -> None:
        """Forget kinds ("configurations"), as if their CRD were not there."""
        self._server.missing_kinds.update(resources)

    def install(self, *resources: str) -> None:
        """Serve kinds that only some clusters have ("rollouts"), as if their CRD were there."""
        self._server.missing_kinds.difference_update(resources)

    def serve(self, pod: str, port: int, page: Callable[[], str], *, namespace: str, path: str = "metrics") -> None:
        """What a pod answers through the API server's pods/proxy."""
        self._server.pages[(namespace, f"{pod}:{port}", path)] = page

    def silence(self, pod: str, *, namespace: str) -> None:
        """The pod answers nothing any more."""
        pages = self._server.pages
        for place in [place for place in pages if place[0] == namespace and place[1].partition(":")[0] == pod]:
            del pages[place]

    def log(self, pod: str, text: str, *, namespace: str, container: str, previous: bool = False) -> None:
        """What a container's log holds from now on; ``previous``: the log of the try before this one."""
        self._server.logs.write((namespace, pod, container, previous), text)

    def fault(self, effect: Effect, *, verb: str = "*", resource: str = "*", **how: Any) -> Fault:
        """From now on, requests of this verb and resource go wrong. ``how``: skip, times, body of a Fault. The oldest strikes first."""
        fault = Fault(effect=effect, verb=verb, resource=resource, **how)
        self._server.faults.append(fault)
        return fault

    def heal(self, *faults: Fault) -> None:
        """End these faults, or all. What hangs already goes on hanging."""
        self._server.faults = [fault for fault in self._server.faults if faults and fault not in faults]

    def bookmark(self) -> None:
        """Tell every watch how far it has come; a real server does it once a minute."""
        self._post(self._server.watches, watching.Bookmark(self.store.version))

    def drop_watches(self) -> None:
        """Break the connection of every watch."""
        self._post(self._server.watches, watching.DROP)

    def end_watches(self) -> None:
        """End every watch in good order, as a real server does when its time is up."""
        self._post(self._server.watches, watching.END)

    def mute_watches(self) -> None:
        """From now on the open watches hear nothing of changes: what happens is what a client misses that was away."""
        for inbox in self._server.watches:
            self.store.listeners.discard(inbox.put_nowait)

    def compact(self) -> None:
        """Forget the past: continue tokens and old resourceVersions answer 410 from now on."""
        self.store.compact()

    @staticmethod
    def _post(inboxes: Iterable[watching.Inbox], item: object) -> None:
        for inbox in tuple(inboxes):
            inbox.put_nowait(item)


def _kind(name: str) -> kinds.Kind:
    return next(kind for kind in kinds.KINDS if kind.name == name)
