"""One HTTP client for one Loki: a deadline and a cap for every answer, no redirects, no proxy from the environment, nothing inflated."""

import ssl
from base64 import b64encode
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final
from urllib.parse import urlencode

import anyio
import httpx

from bot.adapters.loki import errors
from bot.adapters.loki.bounds import MIB, Bounds
from bot.config import Settings
from bot.errors import InputError, SettingsError
from bot.files import content
from bot.model.redaction import MARK

API: Final = "loki/api/v1/"
TENANT: Final = "X-Scope-OrgID"
REFUSAL_CAP: Final = 64 * 1024
# Servers and gateways accept a request line of 8 KiB; what is longer travels in a form.
LONGEST_QUERY: Final = 4_000
_OK = 200
_CA_HINT = "DAPR_WARDEN_LOKI_CA must be the path of a readable PEM file with at least one certificate."

Form = Sequence[tuple[str, str]]


class Client:
    """Asks Loki. ``host`` is its name in messages: never the whole address."""

    def __init__(self, http: httpx.AsyncClient, base: httpx.URL, bounds: Bounds, *, secrets: Sequence[str] = ()) -> None:
        self.host = base.netloc.decode("ascii", "replace")
        self._http = http
        self._base = str(base).rstrip("/") + "/" + API
        self._bounds = bounds
        self._is_of_several = "|" in http.headers.get(TENANT, "")
        self._secrets = [secret.encode() for secret in secrets]

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
            hint = errors.SEVERAL if self._is_of_several else errors.SLOW
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
            body = await _beginning(response, self._bounds.body_bytes + 1)
            if len(body) > self._bounds.body_bytes:
                raise errors.too_large(where, self._bounds.body_bytes)
            return body

    async def _refusal(self, where: str, response: httpx.Response) -> errors.Refusal:
        body = await _beginning(response, REFUSAL_CAP)
        for secret in self._secrets:
            # Some gateways quote what they refuse.
            body = body.replace(secret, MARK.encode())
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
    context = await anyio.to_thread.run_sync(_trusting, settings.loki_ca, base.scheme)
    async with httpx.AsyncClient(
        trust_env=False,
        follow_redirects=False,
        verify=context,
        auth=_basic(settings),
        headers=_headers(settings, version),
        timeout=httpx.Timeout(bounds.request_seconds, connect=min(bounds.connect_seconds, bounds.request_seconds)),
    ) as http:
        yield Client(http, base, bounds, secrets=_secrets(settings))


async def _beginning(response: httpx.Response, most: int) -> bytearray:
    """As much of the body as ``most``, as it was sent."""
    body = bytearray()
    async for piece in response.aiter_raw():
        body += piece[: most - len(body)]
        if len(body) >= most:
            break
    return body


def _secrets(settings: Settings) -> list[str]:
    given = [secret.get_secret_value() for secret in (settings.loki_token, settings.loki_password) if secret]
    return given + [b64encode(f"{settings.loki_user}:{secret}".encode()).decode() for secret in given]


def _basic(settings: Settings) -> httpx.BasicAuth | None:
    if not settings.loki_user or settings.loki_password is None:
        return None
    return httpx.BasicAuth(settings.loki_user, settings.loki_password.get_secret_value())


def _headers(settings: Settings, version: str) -> dict[str, str]:
    headers = {
        "Accept": "application/json",
        "Accept-Encoding": "identity",
        "User-Agent": f"dapr-warden/{version}",
        # Without it Loki mixes structured metadata into the labels of streams, and splits streams by it.
        "X-Loki-Response-Encoding-Flags": "categorize-labels",
    }
    if settings.loki_tenant:
        headers[TENANT] = settings.loki_tenant
    if settings.loki_token is not None:
        headers["Authorization"] = f"Bearer {settings.loki_token.get_secret_value()}"
    return headers


def _trusting(path: str, scheme: str) -> ssl.SSLContext:
    """The system's CAs, or only those of the file. Chain, dates and host name are verified as ever."""
    if not path:
        # Without TLS nobody's: loading the system's takes longer than a question.
        return ssl.create_default_context() if scheme == "https" else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    try:
        # Not the default context: since Python 3.13 it refuses the CAs of many clusters, for a missing key identifier.
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.load_verify_locations(cadata=content(Path(path), MIB).decode("ascii", "ignore"))
    except InputError as error:
        raise SettingsError(f"DAPR_WARDEN_LOKI_CA: {error}", hint=_CA_HINT) from error
    except (ssl.SSLError, ValueError) as error:
        raise SettingsError(f"DAPR_WARDEN_LOKI_CA: {path} holds no certificate that can be read.", hint=_CA_HINT) from error
    return context
