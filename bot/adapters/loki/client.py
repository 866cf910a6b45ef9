"""One HTTP client for one Loki: a deadline and a cap for every answer, no redirects, no proxy from the environment, nothing inflated."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from functools import partial
from typing import Final
from urllib.parse import urlencode

import anyio
import httpx

from bot.adapters import web
from bot.adapters.loki import errors
from bot.adapters.loki.bounds import Bounds
from bot.adapters.web import Credentials
from bot.config import Settings
from bot.errors import SettingsError

API: Final = "loki/api/v1/"
REFUSAL_CAP: Final = 64 * 1024
# Servers and gateways accept a request line of 8 KiB; what is longer travels in a form.
LONGEST_QUERY: Final = 4_000
_OK = 200

Form = Sequence[tuple[str, str]]


class Client:
    """Asks Loki. ``host`` is its name in messages: never the whole address."""

    def __init__(self, http: httpx.AsyncClient, base: httpx.URL, bounds: Bounds, credentials: Credentials) -> None:
        self.host = base.netloc.decode("ascii", "replace")
        self._http = http
        self._base = str(base).rstrip("/") + "/" + API
        self._bounds = bounds
        self._credentials = credentials

    def where(self, what: str) -> str:
        """The beginning of every message about what was asked for."""
        return f"{what} from Loki at {self.host}"

    async def ask(self, what: str, path: str, form: Form) -> bytearray:
        """The body of an answer 200 to ``path`` under Loki's API; ``what`` names it in errors. Raises BotError."""
        where = self.where(what)
        try:
            with anyio.fail_after(self._bounds.request_seconds):
                return await self._answer(where, path, form)
        except TimeoutError as error:
            hint = errors.SEVERAL if "|" in self._credentials.tenant else errors.SLOW
            raise errors.too_slow(where, self._bounds.request_seconds, hint=hint) from error
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise errors.broken(where, error) from error

    async def _answer(self, where: str, path: str, form: Form) -> bytearray:
        query = urlencode(form)
        is_short = len(query) <= LONGEST_QUERY
        opening = (
            self._http.stream("GET", f"{self._base}{path}?{query}")
            if is_short
            else self._http.stream("POST", self._base + path, content=query, headers={"Content-Type": "application/x-www-form-urlencoded"})
        )
        async with opening as response:
            if response.status_code != _OK:
                raise errors.refused(await self._refusal(where, response))
            # We asked for identity: who compresses all the same is no Loki, and refusing is a smaller promise than inflating safely.
            if response.headers.get("Content-Encoding", "identity").lower() != "identity":
                raise errors.malformed(where, "the answer is compressed, although no compression was asked for")
            body = await web.beginning(response, self._bounds.body_bytes + 1)
            if len(body) > self._bounds.body_bytes:
                raise errors.too_large(where, self._bounds.body_bytes)
            return body

    async def _refusal(self, where: str, response: httpx.Response) -> errors.Refusal:
        body = self._credentials.redacted(await web.beginning(response, REFUSAL_CAP))
        return errors.Refusal(where=where, status=response.status_code, headers=response.headers, body=body)


@asynccontextmanager
async def connected(settings: Settings, *, version: str, bounds: Bounds) -> AsyncGenerator[Client]:
    """A client as the settings say; nothing is asked yet. Raises SettingsError when they cannot be used."""
    if not settings.loki_url:
        raise SettingsError("There is no Loki to ask: DAPR_WARDEN_LOKI_URL is not set.", hint="Set it to Loki's base address.")
    try:
        base = httpx.URL(settings.loki_url)
    except httpx.InvalidURL as error:
        raise SettingsError("DAPR_WARDEN_LOKI_URL is no address.", hint=errors.ADDRESS) from error
    credentials = Credentials(
        user=settings.loki_user, password=settings.loki_password, token=settings.loki_token, tenant=settings.loki_tenant
    )
    trusted = partial(web.trusting, settings.loki_ca, base.scheme, setting="DAPR_WARDEN_LOKI_CA", whose="Loki")
    context = await anyio.to_thread.run_sync(trusted)
    async with httpx.AsyncClient(
        trust_env=False,
        follow_redirects=False,
        verify=context,
        auth=credentials.auth,
        # Without the flag Loki mixes structured metadata into the labels of streams, and splits streams by it.
        headers={**credentials.headers(version), "X-Loki-Response-Encoding-Flags": "categorize-labels"},
        timeout=httpx.Timeout(bounds.request_seconds, connect=min(bounds.connect_seconds, bounds.request_seconds)),
    ) as http:
        yield Client(http, base, bounds, credentials)
