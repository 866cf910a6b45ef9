"""Whatever goes wrong between us and Loki, as one of :mod:`bot.errors`. Loki's refusals are plain text; gateways send JSON or HTML."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
from typing import Final
from urllib.parse import urlsplit

import httpx
import msgspec

from bot.errors import BotError, Forbidden, Malformed, Missing, Throttled, TimedOut, Unauthenticated, Unreachable
from bot.model.redaction import excerpt

ADDRESS: Final = "Check DAPR_WARDEN_LOKI_URL: scheme, host, port, and the path prefix if a gateway has one."
NETWORK: Final = "Check DAPR_WARDEN_LOKI_URL and the network policy; the bot tries again by itself."
AUTHORITY: Final = "Check that DAPR_WARDEN_LOKI_CA names the CA of Loki's certificate, and DAPR_WARDEN_LOKI_URL the host it was issued for."
LOGIN: Final = "Check DAPR_WARDEN_LOKI_USER and DAPR_WARDEN_LOKI_PASSWORD, or DAPR_WARDEN_LOKI_TOKEN: they must allow reading logs."
TENANT: Final = "Set DAPR_WARDEN_LOKI_TENANT to the one tenant (X-Scope-OrgID) that holds Dapr's logs."
NARROWER: Final = "Set DAPR_WARDEN_LOKI_SELECTOR to the matchers that this Loki asks for."
BUG: Final = (
    "Check DAPR_WARDEN_LOKI_SELECTOR and DAPR_WARDEN_LOKI_LABELS if they are set; else this is a bug of dapr-warden: please report it."
)
SLOW: Final = "Loki or the network is slow; the bot tries again by itself."
SEVERAL: Final = (
    "DAPR_WARDEN_LOKI_TENANT names several tenants; a Loki without multi_tenant_queries_enabled leaves such questions unanswered: name one."
)
STRANGE: Final = "Check that DAPR_WARDEN_LOKI_URL is Loki's address, and of no other program or login page in front of it."
PAGE: Final = (
    "DAPR_WARDEN_LOKI_URL must be Loki's own address, or a gateway's that takes DAPR_WARDEN_LOKI_TOKEN, or DAPR_WARDEN_LOKI_USER and "
    "DAPR_WARDEN_LOKI_PASSWORD. A browser's login page, or Grafana itself, is none."
)
WAIT: Final = "Nothing to do: the bot tries again by itself."

_MOST_SAID = 200
_WAIT_SECONDS = re.compile(r"[0-9]{1,4}")
_ENTRIES = re.compile(r"max entries limit per query exceeded, limit > max_entries_limit\w* \(\d{1,12} > (\d{1,9})\)")


class AskLess(Malformed):
    """The request was too much, as one of these: asking for less may do."""


class TooLarge(AskLess):
    """An answer is larger than we, or Loki's own parts among each other, are willing to carry: ask for fewer lines."""


class RangeTooLong(AskLess):
    """Loki refuses the query for the length of its range, or for what it would have to read: ask for a shorter one."""


class TooManyEntries(AskLess):
    """Loki allows fewer lines in one answer: ``most``."""

    def __init__(self, message: str, *, hint: str = "", most: int) -> None:
        super().__init__(message, hint=hint)
        self.most = most


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """An answer other than 200: ``where`` it came from, its ``status``, the beginning of its ``body``."""

    where: str
    status: int
    headers: Mapping[str, str]
    body: bytes | bytearray

    @property
    def said(self) -> str:
        """The other side's own words in one line, redacted and cut; of HTML only that it is HTML."""
        text = self.body.decode("utf-8", "replace").strip()
        if is_page(self.body) or "html" in self.headers.get("Content-Type", "").lower():
            return "a page of HTML"
        return excerpt(_message(self.body) or text, _MOST_SAID) if text else ""


class _Told(msgspec.Struct, frozen=True):
    """How gateways wrap a refusal."""

    message: str | None = None
    error: str | None = None


_Build = Callable[[str], BotError]
_Known = tuple[re.Pattern[str], _Build]

_KNOWN: Final[tuple[_Known, ...]] = (
    (
        re.compile(r"no org id|tenant id|multiple org ids", re.IGNORECASE),
        lambda said: Unauthenticated(said, hint=TENANT),
    ),
    (
        re.compile(r"missing required matchers|less label matchers|query blocked by policy", re.IGNORECASE),
        lambda said: Forbidden(said, hint=NARROWER),
    ),
    (
        re.compile(r"time range exceeds the limit|exceeded maximum resolution|would read too many bytes", re.IGNORECASE),
        lambda said: RangeTooLong(said, hint=BUG),
    ),
    (
        re.compile(r"received message larger than max|trying to send message larger than max", re.IGNORECASE),
        lambda said: TooLarge(said, hint=SLOW),
    ),
    (
        re.compile(r"request timed out|context deadline exceeded|context canceled", re.IGNORECASE),
        lambda said: TimedOut(said, hint=SLOW),
    ),
    (
        re.compile(r"parse error|queries require at least one|pipeline error|invalid query", re.IGNORECASE),
        lambda said: Malformed(said, hint=BUG),
    ),
)
_BY_STATUS: Final[Mapping[int, _Build]] = {
    HTTPStatus.UNAUTHORIZED: lambda said: Unauthenticated(said, hint=LOGIN),
    HTTPStatus.FORBIDDEN: lambda said: Forbidden(said, hint=LOGIN),
    HTTPStatus.PROXY_AUTHENTICATION_REQUIRED: lambda said: Unauthenticated(said, hint=LOGIN),
    HTTPStatus.NOT_FOUND: lambda said: Missing(said, hint=ADDRESS),
    HTTPStatus.METHOD_NOT_ALLOWED: lambda said: Missing(said, hint=ADDRESS),
    HTTPStatus.REQUEST_TIMEOUT: lambda said: TimedOut(said, hint=SLOW),
    499: lambda said: TimedOut(said, hint=SLOW),
    HTTPStatus.GATEWAY_TIMEOUT: lambda said: TimedOut(said, hint=SLOW),
}


def refused(refusal: Refusal) -> BotError:
    """The error for an answer other than 200."""
    status, said = refusal.status, refusal.said
    if HTTPStatus.MULTIPLE_CHOICES <= status < HTTPStatus.BAD_REQUEST:
        return _redirected(refusal)
    sentence = f'{refusal.where}: refused with {status}: "{said}".' if said else f"{refusal.where}: refused with {status}."
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return Throttled(sentence, hint=WAIT, retry_after=_retry_after(refusal.headers))
    if entries := _ENTRIES.search(said):
        return TooManyEntries(sentence, hint=BUG, most=int(entries.group(1)))
    known = next((build for pattern, build in _KNOWN if pattern.search(said)), _BY_STATUS.get(status))
    if known:
        return known(sentence)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return Unreachable(sentence, hint=WAIT, retry_after=_retry_after(refusal.headers))
    return Malformed(sentence, hint=STRANGE)


def broken(where: str, error: httpx.HTTPError | httpx.InvalidURL) -> BotError:
    """The error for an exchange that did not come to an end."""
    why = excerpt(str(error), _MOST_SAID) or type(error).__name__
    match error:
        case httpx.ConnectTimeout():
            return Unreachable(f"{where}: no connection in time.", hint=NETWORK)
        case httpx.TimeoutException():
            return TimedOut(f"{where}: no answer in time ({type(error).__name__}).", hint=SLOW)
        case httpx.ConnectError() if "ssl" in why.lower():
            hint = AUTHORITY if "certificate" in why.lower() else ADDRESS
            return Unreachable(f"{where}: no TLS connection ({why}).", hint=hint)
        case httpx.RemoteProtocolError() if "disconnected" not in why and "closed connection" not in why:
            return Malformed(f"{where}: the answer is no HTTP ({why}).", hint=STRANGE)
        case httpx.RemoteProtocolError() | httpx.ReadError():
            # Loki's server closes the connection under a query that outlasts http_server_write_timeout; it says nothing first.
            return TimedOut(f"{where}: the connection was closed before the answer was complete.", hint=SLOW)
        case _:
            return Unreachable(f"{where}: no connection ({why}).", hint=NETWORK)


def too_slow(where: str, seconds: float, *, hint: str = SLOW) -> TimedOut:
    """The error for what does not end in time."""
    return TimedOut(f"{where}: no complete answer within {seconds:g} s.", hint=hint)


def too_large(where: str, most: int) -> TooLarge:
    """The error for an answer that is larger than we read."""
    return TooLarge(f"{where}: the answer is larger than {most} bytes.", hint=STRANGE)


def is_page(body: bytes | bytearray) -> bool:
    """Whether it begins as a web page does, or as XML: no answer of Loki's does."""
    return bytes(body[:_MOST_SAID]).lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<")


def page(where: str) -> Malformed:
    """The error for a web page in place of an answer."""
    return Malformed(f"{where}: the address answers with a web page (a login?), not as Loki does.", hint=PAGE)


def malformed(where: str, problem: str) -> Malformed:
    """The error for an answer that is not what Loki promises."""
    return Malformed(f"{where}: {excerpt(problem, _MOST_SAID)}.", hint=STRANGE)


def _redirected(refusal: Refusal) -> Malformed:
    try:
        host = urlsplit(refusal.headers.get("Location", "")).hostname or "the same host"
    except ValueError:
        host = "an address that is none"
    return Malformed(
        f"{refusal.where}: it redirects to {excerpt(host, 80)} ({refusal.status}), which is not followed.",
        hint="Set DAPR_WARDEN_LOKI_URL to Loki's final address; a redirect often leads to a login page.",
    )


def _message(body: bytes | bytearray) -> str:
    try:
        told = msgspec.json.decode(body, type=_Told)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return ""
    return told.message or told.error or ""


def _retry_after(headers: Mapping[str, str]) -> timedelta | None:
    text = headers.get("Retry-After", "")
    return timedelta(seconds=int(text)) if _WAIT_SECONDS.fullmatch(text) else None
