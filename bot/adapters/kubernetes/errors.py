"""Whatever goes wrong between us and the API server, as one of :mod:`bot.errors`: what was tried, what happened, what to do."""

import re
from collections.abc import Mapping
from datetime import timedelta
from http import HTTPStatus
from typing import Final

import msgspec
from kubernetes.client.exceptions import ApiException
from kubernetes.config import ConfigException
from urllib3 import exceptions as http

from bot.adapters.kubernetes.needs import CHANGING, EVENTS, LEASE, LOG, READING, Need, of_token_review, planning
from bot.errors import (
    BotError,
    Conflicting,
    Forbidden,
    Malformed,
    Missing,
    Permanent,
    Throttled,
    TimedOut,
    Transient,
    Unauthenticated,
    Unreachable,
)
from bot.model.trust_pair import BACKUP, STAGING

GRANT: Final = "Grant it to the bot's service account; deploy/kustomize holds the exact rules (read/rbac.yaml, off/rbac.yaml)."
DIAGNOSIS: Final = "Grant it to the bot's service account: deploy/kustomize/components/diagnosis holds the rule, and says how wide it is."
PLANNING: Final = "Grant it to the bot's service account: deploy/kustomize/components/planning holds the rules, all of them to read."
LOGIN: Final = "Check the token or certificate that the bot uses: the kubeconfig's user, or the mounted service account."
NETWORK: Final = "Check the API server's address, the network policy and the proxy settings; the bot tries again by itself."
SLOW: Final = "The API server or the network is slow; the bot tries again by itself. DAPR_WARDEN_REQUEST_SECONDS allows more time."
STRANGE: Final = "Check that the address in the kubeconfig is that of a Kubernetes API server, and of no proxy in front of it."
WAIT: Final = "Nothing to do: the bot tries again by itself."
ROTATION: Final = "Grant it to the bot's service account: deploy/kustomize/components/rotation holds the rules."
TERMINAL: Final = "Grant it to the bot's service account: deploy/kustomize/components/terminal holds the rule."
DOUBT: Final = "It is not sent again blindly: the bot reads what is there now, and decides then."
POLICY: Final = "RBAC allows it, and an admission policy or webhook of the cluster does not: the API server's audit log says which one."
IMMUTABLE: Final = "Look whether the object is marked immutable, and whether a policy of the cluster forbids it."

# By a policy or a webhook, after RBAC has allowed it.
_DENIED = re.compile(r"denied (the )?request")
_USER = re.compile(r'User "([^"]{1,200})"')
_ANONYMOUS = "system:anonymous"
_MAX_QUOTE = 200
# What a kubelet, or the API server before it, says of a container that has not printed anything that is kept.
_NO_LOG = re.compile(r"previous terminated container .* not found|is waiting to start|is not available|is terminated|is not valid for pod")
_WAIT_SECONDS = re.compile(r"[0-9]{1,4}")


class Gone(Transient):
    """A continue token or a resourceVersion is older than the API server remembers (HTTP 410): begin again."""


class TooLarge(Malformed):
    """An answer is larger than we are willing to read."""


_PLAIN: Final[Mapping[int, tuple[type[BotError], str, str]]] = {
    HTTPStatus.UNAUTHORIZED: (Unauthenticated, "the API server does not accept the credentials", LOGIN),
    HTTPStatus.CONFLICT: (Conflicting, "somebody else wrote in between", WAIT),
    HTTPStatus.GONE: (Gone, "the API server no longer knows that version", WAIT),
    HTTPStatus.UNPROCESSABLE_ENTITY: (Permanent, "the API server refuses the object as it would be", IMMUTABLE),
    HTTPStatus.REQUEST_TIMEOUT: (TimedOut, "the API server gave up", SLOW),
    HTTPStatus.GATEWAY_TIMEOUT: (TimedOut, "the API server gave up", SLOW),
}


class Status(msgspec.Struct, frozen=True):
    """The API server's own words about a refusal (meta/v1 Status)."""

    kind: str
    reason: str | None = None
    message: str | None = None
    code: int | None = None


def refused(need: Need, status: int, headers: Mapping[str, str], body: bytes) -> BotError:
    """The error for an answer other than 200. Only a Status is quoted, cut; nothing at all when Secrets were asked for."""
    return classified(need, status, _status(body), body=body, retry_after=_retry_after(headers))


def classified(need: Need, code: int, status: Status | None, *, body: bytes = b"", retry_after: timedelta | None = None) -> BotError:
    """The error for an HTTP code, or for the code of an ERROR event in a watch."""
    said = status.message or "" if status else ""
    if code == HTTPStatus.FORBIDDEN:
        return _forbidden(need, said)
    if code == HTTPStatus.NOT_FOUND:
        return _missing(need, status, body)
    if code in _PLAIN and not (code == HTTPStatus.UNPROCESSABLE_ENTITY and need.verb in READING):
        error, happened, hint = _PLAIN[code]
        return error(f"{need.words}: {happened} ({code}).", hint=hint)
    if code == HTTPStatus.TOO_MANY_REQUESTS:
        return Throttled(f"{need.words}: the API server asks to wait (429).", hint=WAIT, retry_after=retry_after)
    if code >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return Unreachable(f"{need.words}: the API server failed ({code}){_quoted(need, said)}.", hint=WAIT, retry_after=retry_after)
    return _unexpected(need, code, said)


def broken(need: Need, error: Exception) -> BotError:
    """The error for an exchange that did not come to an end. Never quotes what was received."""
    reason = error.reason if isinstance(error, http.MaxRetryError) and error.reason else error
    match reason:
        case http.NewConnectionError():
            # urllib3 counts a refused connection and an unknown name among the timeouts.
            return Unreachable(f"{need.words}: no connection ({_cut(str(reason))}).", hint=NETWORK)
        case http.TimeoutError():
            return TimedOut(f"{need.words}: no answer in time ({_name(reason)}).", hint=SLOW)
        case http.DecodeError():
            return Malformed(f"{need.words}: the answer is badly compressed.", hint=STRANGE)
        case ConfigException():
            return Unauthenticated(f"{need.words}: no credentials ({config_problem(reason)}).", hint=LOGIN)
        case http.SSLError() | ApiException():
            return Unreachable(f"{need.words}: no TLS connection ({_cut(_why(reason))}).", hint=NETWORK)
        case _:
            return Unreachable(f"{need.words}: the connection failed ({_name(reason)}).", hint=NETWORK)


def overtaken(need: Need) -> Conflicting:
    """The error for an object that is no longer of the version on which a write was decided."""
    return Conflicting(f"{need.words}: somebody else wrote in between, so nothing was sent.", hint=WAIT)


def unsent(need: Need, error: Exception) -> BotError:
    """The error for a write that came to no answer, with its cause; nothing in it leads to what was sent."""
    reason = error.reason if isinstance(error, http.MaxRetryError) and error.reason else error
    problem = broken(need, error)
    if isinstance(reason, http.NewConnectionError | http.ConnectTimeoutError | ConfigException):
        told: BotError = type(problem)(f"{problem} Nothing was sent.", hint=problem.hint)
    else:
        told = in_doubt(problem)
    told.__cause__ = _bare(error)
    return told


def in_doubt(problem: BotError) -> BotError:
    """The same, said of a write that may have been made. What came back and is not understood is as good as no answer."""
    error = TimedOut if isinstance(problem, TimedOut) else Unreachable
    after = problem.retry_after if isinstance(problem, Transient) else None
    return error(f"{problem} Whether it was done is not known.", hint=DOUBT, retry_after=after)


def _bare(error: BaseException) -> BaseException:
    """Without its traceback, and whatever led to it without theirs: the client's frames hold what was sent."""
    left, seen = [error], set[int]()
    while left:
        one = left.pop()
        if id(one) not in seen:
            seen.add(id(one))
            one.__traceback__ = None
            linked = (one.__cause__, one.__context__, getattr(one, "reason", None), *one.args)
            left.extend(each for each in linked if isinstance(each, BaseException))
    return error


def config_problem(error: Exception) -> str:
    """What is wrong with credentials, without what follows in the loader's own words: that may be a whole entry with its token."""
    if isinstance(error, ConfigException):
        return _cut(re.split(r" in |\{", str(error), maxsplit=1)[0].rstrip("."))
    return _cut(f"{error.strerror}") if isinstance(error, OSError) else f"it is not understood ({type(error).__name__})"


def malformed(need: Need, problem: str) -> Malformed:
    """The error for an answer that is not what the API promises. ``problem`` names a path and a type, never a value."""
    return Malformed(f"{need.words}: the answer is not understood: {problem}.", hint=STRANGE)


def too_large(need: Need, cap: int) -> TooLarge:
    """The error for an answer of which we read no more than ``cap`` bytes."""
    return TooLarge(f"{need.words}: the answer is larger than {cap // 1024} KiB.", hint=STRANGE)


def too_slow(need: Need, timeout: timedelta) -> TimedOut:
    """The error for an answer that comes, but not to its end in time."""
    return TimedOut(f"{need.words}: no complete answer within {timeout.total_seconds():g} s.", hint=SLOW)


def _forbidden(need: Need, said: str) -> BotError:
    found = _USER.search(said)
    user = found.group(1) if found else ""
    if user == _ANONYMOUS:
        return Unauthenticated(f"{need.words}: the API server sees no credentials (403 for {_ANONYMOUS}).", hint=LOGIN)
    if _DENIED.search(said):
        told = said.partition(" is forbidden: ")[2] or said
        return Forbidden(f"{need.words}: a policy of the cluster forbids it (403){_quoted(need, told)}.", hint=POLICY)
    return Forbidden(f"Forbidden: {need.words}{f', as {user}' if user else ''} (403).", hint=f"`{need.words}`: {_grant(need)}")


def _grant(need: Need) -> str:
    if need.resource in (LOG, EVENTS):
        return DIAGNOSIS
    if need.verb in CHANGING or need.name in (BACKUP, STAGING, LEASE):
        return ROTATION
    if need == of_token_review():
        return TERMINAL
    return PLANNING if need in planning() else GRANT


def _missing(need: Need, status: Status | None, body: bytes) -> BotError:
    # A kind that is not installed has no Status, and only kinds of others can be missing from a Kubernetes API server.
    unknown_kind = need.group in ("dapr.io", "argoproj.io") and body.startswith(b"404 page not found")
    if unknown_kind or (status is not None and status.reason == "NotFound"):
        return Missing(f"{need.words}: it does not exist (404).")
    return Malformed(f"{need.words}: 404, but not as a Kubernetes API server says it.", hint=STRANGE)


def _unexpected(need: Need, code: int, said: str) -> BotError:
    if code == HTTPStatus.BAD_REQUEST and need.resource == LOG and _NO_LOG.search(said):
        return Missing(f"{need.words}: there is no such log{_quoted(need, said)}.")
    return Malformed(f"{need.words}: unexpected answer {code}{_quoted(need, said)}.", hint=STRANGE)


def _status(body: bytes) -> Status | None:
    try:
        status = msgspec.json.decode(body, type=Status)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return None
    return status if status.kind == "Status" else None


def _retry_after(headers: Mapping[str, str]) -> timedelta | None:
    text = headers.get("Retry-After", "")
    return timedelta(seconds=int(text)) if _WAIT_SECONDS.fullmatch(text) else None


def _quoted(need: Need, said: str) -> str:
    return f': "{_cut(said)}"' if said and need.resource not in ("secrets", of_token_review().resource) else ""


def _why(error: BaseException) -> str:
    return str(getattr(error, "reason", "") or error)


def _cut(text: str) -> str:
    return " ".join(text.split())[:_MAX_QUOTE]


def _name(error: BaseException) -> str:
    cause = error.args[1] if isinstance(error, http.ProtocolError) and len(error.args) > 1 else error
    return type(cause).__name__
