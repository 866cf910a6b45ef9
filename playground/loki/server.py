"""The HTTP side of the simulated Loki: whose request it is, what it asks, and how the answer is put."""

import json
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from urllib.parse import parse_qs

from aiohttp import web

from bot.model import nanoseconds
from playground.loki import asking, durations, faults, logql, pushing
from playground.loki.evaluation import Evaluator
from playground.loki.faults import Fault
from playground.loki.limits import Limits
from playground.loki.logql import LogQuery
from playground.loki.pushing import Receiver
from playground.loki.refusals import Refusal
from playground.loki.store import LineStore

API: Final = "/loki/api/v1/"
FLAG: Final = "categorize-labels"
NOBODY: Final = "fake"
_VERSION: Final = dict.fromkeys(("version", "revision", "branch", "buildUser", "buildDate", "goVersion"), "")
_TENANT: Final = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!-_.*'()")
_PUSH: Final = f"{API}push"
_POSTED: Final = frozenset({"POST"})
_GOT: Final = frozenset({"GET"})
_READ: Final = _POSTED | _GOT

Form = dict[str, list[str]]
Answerer = Callable[[web.Request, Form], Awaitable[web.Response]]


@dataclass(frozen=True, slots=True)
class Asked:
    """One request as it came: method, path, what stood in form and address (by name, the form's first), and headers."""

    method: str
    path: str
    form: Mapping[str, list[str]]
    headers: Mapping[str, str]


@dataclass(slots=True, kw_only=True)
class Server:
    """State of the HTTP side. ``tenants``: every request must say whose it is, and sees only that one's lines."""

    store: LineStore
    limits: Limits
    now: Callable[[], datetime]
    tenants: bool = False
    faults: list[Fault] = field(default_factory=list)
    requests: list[Asked] = field(default_factory=list)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Any request."""
        posted = await request.text() if request.content_type == "application/x-www-form-urlencoded" else ""
        form = parse_qs(f"{posted}&{request.query_string}", keep_blank_values=True)
        self.requests.append(Asked(request.method, request.path, form, request.headers))
        for fault in self.faults:
            if fault.strikes(request.path):
                return await faults.struck(fault, request, lambda: self._serve(request, form))
        return await self._serve(request, form)

    async def _serve(self, request: web.Request, form: Form) -> web.StreamResponse:
        methods, answer = self._answerer(request.path)
        if answer is None:
            return _text(404, "404 page not found\n")
        if request.method not in methods:
            return web.Response(status=405)
        try:
            return await answer(request, form)
        except Refusal as no:
            # Whoever pushes is told a line, whoever asks a text.
            return _text(no.status, f"{no.text}\n" if request.path == _PUSH else no.text)

    def _answerer(self, path: str) -> tuple[frozenset[str], Answerer | None]:
        """What answers at that path, and to which methods."""
        name = path.removeprefix(API) if path.startswith(API) else path
        if name == "push":
            return _POSTED, self._push
        read = {"query_range": self._query_range, "labels": self._labels, "series": self._series}
        if name.startswith("label/") and name.endswith("/values"):
            return _READ, self._values
        if name in read:
            return _READ, read[name]
        return _GOT, {"/ready": self._ready, "status/buildinfo": self._build, "drilldown-limits": self._drilldown}.get(name)

    async def _push(self, request: web.Request, _: Form) -> web.Response:
        receiver = Receiver(store=self.store, limits=self.limits, tenant=self._tenant(request), now=self.now())
        if request.content_type != "application/json":
            raise Refusal(400, "snappy: corrupt input")
        receiver.take(pushing.read(await request.read()))
        return web.Response(status=204)

    async def _query_range(self, request: web.Request, form: Form) -> web.Response:
        evaluator = Evaluator(store=self.store, tenant=self._tenant(request), limits=self.limits)
        asked = asking.question(_first(form), nanoseconds.since_1970(self.now()))
        query = logql.parsed(asked.query)
        evaluator.check(query, asked)
        categorize = FLAG in request.headers.get("X-Loki-Response-Encoding-Flags", "")
        flags = {"encodingFlags": [FLAG]} if categorize else {}
        if isinstance(query, LogQuery):
            if query.unreadable and not categorize:
                raise query.unreadable
            # With categories, a pattern that Loki cannot read finds nothing, and nobody is told.
            result = [] if query.unreadable else evaluator.lines(query, asked, categorize=categorize)
            return _json(_data("streams", result, flags, sum(len(stream["values"]) for stream in result)))
        result = evaluator.counts(query, asked)
        return _json(_data("matrix", result, flags, len(result)))

    async def _labels(self, request: web.Request, form: Form) -> web.Response:
        return _listed(name for labels in self._streams(request, form, form.get("query", [])) for name in labels)

    async def _values(self, request: web.Request, form: Form) -> web.Response:
        name = request.path.split("/")[-2]
        streams = self._streams(request, form, form.get("query", []))
        return _listed(labels[name] for labels in streams if name in labels)

    async def _series(self, request: web.Request, form: Form) -> web.Response:
        wanted = [*form.get("match[]", []), *form.get("match", [])]
        return _json({"status": "success", "data": [dict(labels) for labels in self._streams(request, form, wanted)]})

    async def _ready(self, _: web.Request, __: Form) -> web.Response:
        return _text(200, "ready\n")

    async def _build(self, _: web.Request, __: Form) -> web.Response:
        return _json(_VERSION)

    async def _drilldown(self, request: web.Request, _: Form) -> web.Response:
        if "X-Scope-OrgID" not in request.headers:
            raise Refusal(401, "no org id")
        limits = self.limits
        told = {
            "max_query_series": limits.series,
            "max_entries_limit_per_query": limits.entries,
            "max_query_length": durations.as_prometheus(limits.length),
            "retention_period": "0s",
        }
        return _json({"limits": told, "pattern_ingester_enabled": False, "version": "unknown"})

    def _streams(self, request: web.Request, form: Form, wanted: Iterable[str]) -> list[Mapping[str, str]]:
        """Labels of the streams that one of the selectors selects (none: all) and that have lines in the asked time."""
        tenant = self._tenant(request)
        span = asking.span(_first(form), nanoseconds.since_1970(self.now()))
        queries: list[LogQuery | None] = [logql.selector(text) for text in wanted if text]
        found = {id(stream): stream for query in queries or [None] for stream in self.store.selected(tenant, query)}
        return [stream.labels for stream in found.values() if stream.between(span.start_ns, span.end_ns + 1)]

    def _tenant(self, request: web.Request) -> str:
        if not self.tenants:
            return NOBODY
        tenant = request.headers.get("X-Scope-OrgID", "")
        if not tenant:
            raise Refusal(401, "no org id")
        if "|" in tenant:
            raise Refusal(400 if request.path == _PUSH else 500, "multiple org IDs present")
        for character in tenant:
            if character not in _TENANT:
                prefix = "rpc error: code = Code(400) desc = " if request.path.endswith("query_range") else ""
                raise Refusal(400, f"{prefix}tenant ID '{tenant}' contains unsupported character '{character}'")
        return tenant


def _first(form: Form) -> dict[str, str]:
    return {name: values[0] for name, values in form.items()}


def _data(kind: str, result: list[dict[str, Any]], flags: Mapping[str, object], returned: int) -> dict[str, object]:
    stats = {"summary": {"execTime": 0.001, "totalBytesProcessed": 0, "totalLinesProcessed": 0, "totalEntriesReturned": returned}}
    return {"status": "success", "data": {"resultType": kind, **flags, "result": result, "stats": stats}}


def _listed(names: Iterable[str]) -> web.Response:
    """Each once, in order; of nothing there is no data."""
    found = sorted(set(names))
    return _json({"status": "success", **({"data": found} if found else {})})


def _json(body: object) -> web.Response:
    return web.Response(body=json.dumps(body, ensure_ascii=False).encode() + b"\n", content_type="application/json", charset="utf-8")


def _text(status: int, text: str) -> web.Response:
    return web.Response(status=status, text=text, headers={"X-Content-Type-Options": "nosniff"})
