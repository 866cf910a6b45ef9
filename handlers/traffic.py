"""Counts what is asked of Slack, below every client: each request of the shared session, by method and HTTP status."""

from types import SimpleNamespace

import aiohttp
from prometheus_client import CollectorRegistry, Counter

OTHER = "other"


def counted(registry: CollectorRegistry) -> aiohttp.TraceConfig:
    """A trace for the shared HTTP session. ``outcome`` is the status code, or "error" when there was no answer."""
    requests = Counter("dapr_warden_slack_requests_total", "Requests to Slack's Web API.", ["method", "outcome"], registry=registry)

    async def on_end(_: aiohttp.ClientSession, __: SimpleNamespace, done: aiohttp.TraceRequestEndParams) -> None:
        requests.labels(_method(done.url.path), str(done.response.status)).inc()

    async def on_error(_: aiohttp.ClientSession, __: SimpleNamespace, failed: aiohttp.TraceRequestExceptionParams) -> None:
        requests.labels(_method(failed.url.path), "error").inc()

    trace = aiohttp.TraceConfig()
    trace.on_request_end.append(on_end)
    trace.on_request_exception.append(on_error)
    return trace


def _method(path: str) -> str:
    # response_url and the socket's address carry secrets in their paths, and would make a series each.
    name = path.rpartition("/api/")[2]
    return name if "/api/" in path and "/" not in name else OTHER
