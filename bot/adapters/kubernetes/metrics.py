"""Sentry's metrics endpoint: the one number that tells which issuer *runs*. Read from the pod, or through the API server."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Final, Protocol

import anyio
import httpx

from bot.adapters.kubernetes.api import MIB, Api
from bot.adapters.kubernetes.needs import Need
from bot.errors import BotError, Malformed, TimedOut, Unreachable
from bot.model.snapshot import Component, ComponentPod, IssuerGauge

GAUGE: Final = "dapr_sentry_issuercert_expiry_timestamp"
CAP: Final = 4 * MIB
_OK = 200
_HINT = (
    "Check that sentry serves metrics on the port of its annotation prometheus.io/port and that no NetworkPolicy is in the way; "
    "DAPR_WARDEN_SENTRY_METRICS=proxy goes through the API server, =off does without."
)


class Source(Protocol):
    """One way to a pod's metrics."""

    async def text(self, pod: ComponentPod) -> str:
        """The page. Raises BotError."""
        ...


class Direct:
    """Over the pod network: no redirects, no proxy from the environment, nothing inflated, a cap and a deadline."""

    def __init__(self, timeout: timedelta, *, user_agent: str) -> None:
        self._timeout = timeout.total_seconds()
        self._headers = {"Accept": "text/plain", "Accept-Encoding": "identity", "User-Agent": user_agent}

    async def text(self, pod: ComponentPod) -> str:
        """The page at the pod's own address."""
        host = f"[{pod.ip}]" if ":" in pod.ip else pod.ip
        where = f"metrics of pod {pod.name} at {host}:{pod.metrics_port}"
        try:
            with anyio.fail_after(self._timeout):
                return await self._get(f"http://{host}:{pod.metrics_port}/metrics", where)
        except (TimeoutError, httpx.TimeoutException) as error:
            raise TimedOut(f"{where}: no complete answer within {self._timeout:g} s.", hint=_HINT) from error
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise Unreachable(f"{where}: no connection ({type(error).__name__}).", hint=_HINT) from error

    async def _get(self, url: str, where: str) -> str:
        async with (
            httpx.AsyncClient(trust_env=False, follow_redirects=False, timeout=self._timeout, headers=self._headers) as client,
            client.stream("GET", url) as response,
        ):
            if response.status_code != _OK or "Content-Encoding" in response.headers:
                raise Malformed(f"{where}: unexpected answer {response.status_code}.", hint=_HINT)
            page = bytearray()
            async for chunk in response.aiter_raw():
                page += chunk
                if len(page) > CAP:
                    raise Malformed(f"{where}: the answer is larger than {CAP // MIB} MiB.", hint=_HINT)
            return page.decode("utf-8", "replace")


class Proxied:
    """Through the API server (pods/proxy): works from anywhere, needs one more permission."""

    def __init__(self, api: Api, need: Need) -> None:
        self._api = api
        self._need = need

    async def text(self, pod: ComponentPod) -> str:
        """The page as the API server passes it on."""
        need = replace(self._need, name=f"{pod.name}:{pod.metrics_port}")
        return await self._api.run(partial(self._api.read, need, _utf8, accept="text/plain", cap=CAP))


async def issuer_gauges(source: Source, components: Sequence[Component]) -> tuple[IssuerGauge, ...]:
    """Of every sentry pod that answers. Raises what the first one raised when none does; () when no sentry pod runs."""
    pods = [pod for component in components if component.name == "sentry" for pod in component.pods if pod.ip and not pod.waiting]
    answers = [await _ask(source, pod) for pod in pods]
    gauges = tuple(answer for answer in answers if isinstance(answer, IssuerGauge))
    failures = [answer for answer in answers if isinstance(answer, BotError)]
    if failures and not gauges:
        raise failures[0]
    return gauges


async def _ask(source: Source, pod: ComponentPod) -> IssuerGauge | BotError:
    try:
        return IssuerGauge(pod.name, expiry(await source.text(pod), pod.name))
    except BotError as error:
        return error


def expiry(page: str, pod: str) -> datetime:
    """The issuer's NotAfter from a page in Prometheus' text format. Malformed when it is not there or no instant."""
    for line in page.splitlines():
        name, _, rest = line.partition("{") if "{" in line else line.partition(" ")
        if name.strip() == GAUGE:
            return _instant((rest.rpartition("}")[2] or rest).split(), pod)
    raise Malformed(f"metrics of pod {pod}: no {GAUGE} among them.", hint=_HINT)


def _instant(words: Sequence[str], pod: str) -> datetime:
    try:
        instant = datetime.fromtimestamp(float(words[0]), UTC)
    except (ValueError, IndexError, OverflowError, OSError) as error:
        raise Malformed(f"metrics of pod {pod}: {GAUGE} is no instant.", hint=_HINT) from error
    if instant.timestamp() <= 0:
        raise Malformed(f"metrics of pod {pod}: {GAUGE} is not set.", hint=_HINT)
    return instant


def _utf8(body: bytes) -> str:
    return body.decode("utf-8", "replace")
