"""The adapter behind ``ports.Metrics``: three small questions, each with a deadline and a cap. No redirects, nothing inflated."""

import re
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from functools import partial
from typing import Final, TypeVar
from urllib.parse import urlencode

import anyio
import httpx
import msgspec

from bot.adapters import web
from bot.adapters.prometheus import errors
from bot.adapters.web import MIB, Credentials
from bot.config import Settings
from bot.errors import Permanent, SettingsError
from bot.model.redaction import excerpt
from bot.model.vitals import Scraped

API: Final = "api/v1/"
REQUEST_SECONDS: Final = 10.0
CONNECT_SECONDS: Final = 3.0
BODY_CAP: Final = MIB
_OK: Final = 200
_METRIC: Final = re.compile(r"[a-zA-Z_:][a-zA-Z0-9_:]{0,200}")
_LONGEST_VERSION: Final = 40
_MOST_LABELS: Final = 40

T = TypeVar("T")


class _Sample(msgspec.Struct):
    """One point of an instant vector: labels, [seconds, value as text]."""

    metric: dict[str, str]
    value: tuple[float, str]


class _Vector(msgspec.Struct):
    kind: str = msgspec.field(name="resultType")
    result: list[_Sample]


class _Answered(msgspec.Struct):
    status: str
    data: _Vector


class _Build(msgspec.Struct):
    version: str = ""


class _Built(msgspec.Struct):
    status: str
    data: _Build


@asynccontextmanager
async def opened(settings: Settings, *, version: str, request_seconds: float = REQUEST_SECONDS) -> AsyncGenerator["Prometheus"]:
    """Prometheus as the settings say, closed on leaving. Nothing is asked yet. Raises SettingsError when they cannot be used."""
    if not settings.prometheus_url:
        raise SettingsError(
            "There is no Prometheus to ask: DAPR_WARDEN_PROMETHEUS_URL is not set.", hint="Set it to Prometheus' base address."
        )
    try:
        base = httpx.URL(settings.prometheus_url)
    except httpx.InvalidURL as error:
        raise SettingsError("DAPR_WARDEN_PROMETHEUS_URL is no address.", hint=errors.ADDRESS) from error
    credentials = Credentials(
        user=settings.prometheus_user,
        password=settings.prometheus_password,
        token=settings.prometheus_token,
        tenant=settings.prometheus_tenant,
    )
    trusted = partial(web.trusting, settings.prometheus_ca, base.scheme, setting="DAPR_WARDEN_PROMETHEUS_CA", whose="Prometheus")
    async with httpx.AsyncClient(
        trust_env=False,
        follow_redirects=False,
        verify=await anyio.to_thread.run_sync(trusted),
        auth=credentials.auth,
        headers=credentials.headers(version),
        timeout=httpx.Timeout(request_seconds, connect=min(CONNECT_SECONDS, request_seconds)),
    ) as http:
        yield Prometheus(http, base, credentials, request_seconds=request_seconds)


class Prometheus:
    """Implements ``ports.Metrics`` over one open client."""

    def __init__(self, http: httpx.AsyncClient, base: httpx.URL, credentials: Credentials, *, request_seconds: float) -> None:
        self._http = http
        self._base = str(base).rstrip("/") + "/" + API
        self._host = base.netloc.decode("ascii", "replace")
        self._credentials = credentials
        self._seconds = request_seconds

    async def version(self) -> str:
        """After a question that it must answer; its build only says so where it is passed on (Thanos and gateways may not)."""
        await self._vector("vector(1)")
        where = self._where("its version")
        try:
            body = await self._ask(where, "status/buildinfo", [])
            return excerpt(_decoded(where, body, _Built).data.version, _LONGEST_VERSION)
        except Permanent:
            return ""

    async def scraped(self, metric: str) -> Scraped:
        """How many series there are now, and the labels of one of them: two questions, whatever the number."""
        if not _METRIC.fullmatch(metric):
            raise ValueError("no name of a metric")
        counted = await self._vector(f"count({metric})")
        sample = await self._vector(f"topk(1, {metric})") if counted else ()
        labels = sorted(name for one in sample[:1] for name in one.metric if name != "__name__")
        series = _count(self._where(metric), counted[0]) if counted else 0
        return Scraped(metric=metric, series=series, labels=tuple(labels[:_MOST_LABELS]))

    async def _vector(self, query: str) -> Sequence[_Sample]:
        where = self._where(query)
        data = _decoded(where, await self._ask(where, "query", [("query", query)]), _Answered).data
        if data.kind != "vector" or len(data.result) > 1:
            raise errors.malformed(where, "more than one sample, or something else than a vector")
        return data.result

    async def _ask(self, where: str, path: str, form: Sequence[tuple[str, str]]) -> bytearray:
        try:
            with anyio.fail_after(self._seconds):
                return await self._answer(where, f"{self._base}{path}?{urlencode(form)}")
        except TimeoutError as error:
            raise errors.too_slow(where, self._seconds) from error
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise errors.broken(where, error) from error

    async def _answer(self, where: str, url: str) -> bytearray:
        async with self._http.stream("GET", url) as response:
            body = await web.beginning(response, BODY_CAP + 1)
            if response.status_code != _OK:
                raise errors.refused(where, response.status_code, self._credentials.redacted(body))
            if response.headers.get("Content-Encoding", "identity").lower() != "identity" or len(body) > BODY_CAP:
                raise errors.malformed(where, "the answer is compressed, or larger than 1 MiB")
            return body

    def _where(self, what: str) -> str:
        return f"{what} from Prometheus at {self._host}"


def _decoded(where: str, body: bytes | bytearray, shape: type[T]) -> T:
    try:
        return msgspec.json.decode(body, type=shape)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise errors.malformed(where, f"not what Prometheus promises ({error})") from error


def _count(where: str, sample: _Sample) -> int:
    try:
        return int(float(sample.value[1]))
    except (ValueError, OverflowError) as error:
        raise errors.malformed(where, "a count is no number") from error
