"""Asking the running bot over its loopback port, as the command line does. One request, sent once, without proxies and redirects."""

from typing import Final

import httpx
import msgspec

from bot.errors import InputError, Malformed, TimedOut, Unreachable
from bot.loopback import is_here
from bot.model.terminal import Ask, Refusal, Standing
from bot.model.trust_pair import SecretBytes

SECONDS: Final = 40.0
"""More than the other end gives itself."""
CONNECT_SECONDS: Final = 5.0
LONGEST_ANSWER: Final = 1024 * 1024
FORWARD: Final = "kubectl -n dapr-warden port-forward deploy/dapr-warden {port}:{port}"
_OK: Final = 200


def asked(url: str, token: SecretBytes, ask: Ask, *, transport: httpx.BaseTransport | None = None) -> Standing | Refusal:
    """What the bot answers. Raises InputError for an address that is not on this machine, else :mod:`bot.errors`."""
    if not is_here(url):
        # A token must not go over a network in the clear, nor to whoever says that they are the bot.
        raise InputError(f"{url} is not on this machine; nothing was sent.", hint=f"Reach the bot by {forward(url)}")
    try:
        with httpx.Client(trust_env=False, timeout=httpx.Timeout(SECONDS, connect=CONNECT_SECONDS), transport=transport) as client:
            return _exchanged(client, url.rstrip("/"), token, ask)
    except httpx.ConnectError:
        raise Unreachable(f"Nothing answers at {url}; nothing was sent.", hint=_unreached(url)) from None
    except httpx.TimeoutException:
        raise TimedOut(f"{url} did not answer within {SECONDS:.0f} s.", hint=_doubt(ask)) from None
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        # Not chained: its request holds the token.
        raise Unreachable(f"The exchange with {url} broke off ({type(error).__name__}).", hint=_doubt(ask)) from None


def forward(url: str) -> str:
    """The line by which a terminal reaches the bot."""
    try:
        port = httpx.URL(url).port
    except httpx.InvalidURL:
        port = None
    return FORWARD.format(port=port or 8081)


def _exchanged(client: httpx.Client, url: str, token: SecretBytes, ask: Ask) -> Standing | Refusal:
    headers = {"Authorization": f"Bearer {token.revealed().decode('ascii')}", "Accept-Encoding": "identity"}
    content = None if ask.body is None else msgspec.json.encode(ask.body)
    if content is not None:
        headers["Content-Type"] = "application/json"
    with client.stream("GET" if content is None else "POST", f"{url}{ask.path}", headers=headers, content=content) as response:
        body = bytearray()
        for piece in response.iter_raw():
            body += piece
            if len(body) > LONGEST_ANSWER:
                break
        return _read(url, response.status_code, bytes(body))


def _read(url: str, status: int, body: bytes) -> Standing | Refusal:
    try:
        return msgspec.json.decode(body, type=Standing) if status == _OK else msgspec.json.decode(body, type=Refusal)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        raise Malformed(
            f"What answers at {url} is not the bot's port for terminals (HTTP {status}).",
            hint="Forward the port of DAPR_WARDEN_TERMINAL_PORT, not that of DAPR_WARDEN_HTTP_PORT.",
        ) from None


def _unreached(url: str) -> str:
    return f"Is the bot reached? In another terminal: {forward(url)} (the port is DAPR_WARDEN_TERMINAL_PORT, which is off by default)."


def _doubt(ask: Ask) -> str:
    return "Please try again." if ask.body is None else "Whether it counts is not known: ask `dapr-warden rotation status`."
