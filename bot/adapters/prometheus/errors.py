"""Whatever goes wrong between us and Prometheus, as one of :mod:`bot.errors`."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Final

import httpx

from bot.errors import BotError, Forbidden, Malformed, Missing, Throttled, TimedOut, Unauthenticated, Unreachable
from bot.model.redaction import excerpt

ADDRESS: Final = "Check DAPR_WARDEN_PROMETHEUS_URL: scheme, host, port, and the path prefix if there is one."
AUTHORITY: Final = "Check that DAPR_WARDEN_PROMETHEUS_CA names the CA of its certificate, and DAPR_WARDEN_PROMETHEUS_URL its host."
LOGIN: Final = "Check DAPR_WARDEN_PROMETHEUS_USER and DAPR_WARDEN_PROMETHEUS_PASSWORD, or DAPR_WARDEN_PROMETHEUS_TOKEN."
NETWORK: Final = "Check DAPR_WARDEN_PROMETHEUS_URL and the network policy."
STRANGE: Final = "Check that DAPR_WARDEN_PROMETHEUS_URL is Prometheus' address, and of no other program or login page in front of it."
TENANT: Final = "Set DAPR_WARDEN_PROMETHEUS_TENANT to the one tenant (X-Scope-OrgID) that holds Dapr's metrics."
WAIT: Final = "Nothing to do but to ask again in a minute."

_MOST_SAID: Final = 200
_BY_STATUS: Final[Mapping[int, tuple[type[BotError], str]]] = {
    HTTPStatus.UNAUTHORIZED: (Unauthenticated, LOGIN),
    HTTPStatus.PROXY_AUTHENTICATION_REQUIRED: (Unauthenticated, LOGIN),
    HTTPStatus.FORBIDDEN: (Forbidden, LOGIN),
    HTTPStatus.NOT_FOUND: (Missing, ADDRESS),
    HTTPStatus.METHOD_NOT_ALLOWED: (Missing, ADDRESS),
    HTTPStatus.TOO_MANY_REQUESTS: (Throttled, WAIT),
}


def refused(where: str, status: int, body: bytes | bytearray) -> BotError:
    """The error for an answer other than 200; of HTML only that it is HTML is told."""
    text = bytes(body).decode("utf-8", "replace").strip()
    said = "a page of HTML" if text.startswith("<") else excerpt(text, _MOST_SAID)
    sentence = f'{where}: refused with {status}: "{said}".' if said else f"{where}: refused with {status}."
    if "org id" in said.lower():
        return Unauthenticated(sentence, hint=TENANT)
    known = _BY_STATUS.get(status)
    if known is not None:
        error, hint = known
        return error(sentence, hint=hint)
    return Unreachable(sentence, hint=WAIT) if status >= HTTPStatus.INTERNAL_SERVER_ERROR else Malformed(sentence, hint=STRANGE)


def broken(where: str, error: httpx.HTTPError | httpx.InvalidURL) -> BotError:
    """The error for an exchange that did not come to an end."""
    why = excerpt(str(error), _MOST_SAID) or type(error).__name__
    match error:
        case httpx.TimeoutException():
            return TimedOut(f"{where}: no answer in time ({type(error).__name__}).", hint=NETWORK)
        case httpx.ConnectError() if "ssl" in why.lower():
            return Unreachable(f"{where}: no TLS connection ({why}).", hint=AUTHORITY if "certificate" in why.lower() else ADDRESS)
        case httpx.RemoteProtocolError():
            return Malformed(f"{where}: the answer is no HTTP ({why}).", hint=STRANGE)
        case _:
            return Unreachable(f"{where}: no connection ({why}).", hint=NETWORK)


def too_slow(where: str, seconds: float) -> TimedOut:
    """The error for what does not end in time."""
    return TimedOut(f"{where}: no complete answer within {seconds:g} s.", hint=WAIT)


def malformed(where: str, problem: str) -> Malformed:
    """The error for an answer that is not what Prometheus promises."""
    return Malformed(f"{where}: {excerpt(problem, _MOST_SAID)}.", hint=STRANGE)
