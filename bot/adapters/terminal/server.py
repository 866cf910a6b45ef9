"""The loopback port of the running bot: JSON over HTTP, for the command line alone, behind ``kubectl port-forward``.

Whoever reaches it is nobody until the API server has said whose their token is. Browsers are turned away: by the Host (DNS rebinding),
by whatever only browsers send, and by the token itself, which no page has. What is answered to nobody is constant.
"""

import asyncio
import re
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, Protocol, TypeVar

import msgspec
import structlog
from aiohttp import web

from bot.errors import BotError, SettingsError
from bot.model.run import Way
from bot.model.terminal import WAYS, Refusal, Standing
from bot.model.trust_pair import SecretBytes
from bot.ports import Clock

log = structlog.get_logger(__name__)

HOST: Final = "127.0.0.1"
LONGEST_BODY: Final = 4096
LONGEST_REASON: Final = 500
SECONDS: Final = 30.0
"""So long one request may take, a look at the cluster included."""
BODY_SECONDS: Final = 5.0
AT_ONCE: Final = 4
A_MINUTE: Final = 60
"""So many requests are looked at per minute: each costs the API server a review, and the record an entry where it is refused."""
_HOSTS: Final = re.compile(r"(127\.0\.0\.1|localhost|\[::1\])(:[0-9]{1,5})?")
_BEARER: Final = "bearer "
_BROWSERS: Final = ("Origin", "Referer", "Cookie", "Sec-Fetch-Site", "Sec-Fetch-Mode")
_STATUS: Final = {"unauthenticated": 401, "forbidden": 403, "conflict": 409}

Answer = Standing | Refusal
B = TypeVar("B")


class Deciding(Protocol):
    """What stands behind the port: :class:`bot.usecases.terminal.Terminal`. All of it raises :mod:`bot.errors`."""

    async def standing(self, token: SecretBytes) -> Answer:
        """How rotations stand."""
        ...

    async def command(self, token: SecretBytes, way: Way, reason: str = "") -> Answer:
        """What somebody decides about the newest run."""
        ...

    async def approve(self, token: SecretBytes, digest: str) -> Answer:
        """Approve the request of this digest."""
        ...


class _Approval(msgspec.Struct, forbid_unknown_fields=True):
    digest: str


class _Command(msgspec.Struct, forbid_unknown_fields=True):
    reason: str = ""


class _Turned(Exception):
    """Turned away before anything was done: an HTTP status and constant words."""

    def __init__(self, status: int, error: str, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.error = error


@asynccontextmanager
async def served(deciding: Deciding, clock: Clock, port: int) -> AsyncGenerator[int]:
    """Serve on 127.0.0.1 while inside; yields the port. Raises SettingsError when it cannot be had."""
    door = _Door(deciding=deciding, clock=clock)
    app = web.Application(client_max_size=LONGEST_BODY, middlewares=[_guarded])
    app.add_routes(
        [
            web.get("/rotation", door.standing, allow_head=False),
            web.post("/approve", door.approve),
            *(web.post(f"/rotation/{way.value}", door.of(way)) for way in WAYS),
        ]
    )
    runner = web.AppRunner(app, access_log=None, keepalive_timeout=5.0, max_line_size=LONGEST_BODY, max_field_size=32_768)
    await runner.setup()
    try:
        try:
            await web.TCPSite(runner, HOST, port).start()
        except OSError as error:
            raise SettingsError(
                f"Cannot listen on {HOST}, port {port}: {error.strerror or type(error).__name__}.",
                hint="DAPR_WARDEN_TERMINAL_PORT is a free port, and not that of DAPR_WARDEN_HTTP_PORT.",
            ) from error
        yield int(runner.addresses[0][1])
    finally:
        await runner.cleanup()


@dataclass(slots=True, kw_only=True)
class _Door:
    deciding: Deciding
    clock: Clock
    _seats: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))
    _since: datetime | None = field(default=None)
    _count: int = field(default=0)

    async def standing(self, request: web.Request) -> web.Response:
        token = self._token(request)
        async with self._seats:
            return _answered(await self.deciding.standing(token))

    async def approve(self, request: web.Request) -> web.Response:
        token = self._token(request)
        body = await _body(request, _Approval)
        async with self._seats:
            return _answered(await self.deciding.approve(token, body.digest.strip().lower()))

    def of(self, way: Way) -> Callable[[web.Request], Awaitable[web.Response]]:
        async def command(request: web.Request) -> web.Response:
            token = self._token(request)
            body = await _body(request, _Command)
            async with self._seats:
                return _answered(await self.deciding.command(token, way, body.reason[:LONGEST_REASON]))

        return command

    def _token(self, request: web.Request) -> SecretBytes:
        """The bearer token. Counted, as whatever is done with it costs others something."""
        now = self.clock.now()
        if self._since is None or now - self._since >= timedelta(minutes=1) or now < self._since:
            self._since, self._count = now, 0
        self._count += 1
        if self._count > A_MINUTE:
            raise _Turned(429, "throttled", f"More than {A_MINUTE} requests within a minute. Nothing was changed; please wait a minute.")
        given = request.headers.getall("Authorization", [])
        if len(given) != 1:
            # The same way as a token that is nobody's: refused, and recorded.
            return SecretBytes(b"")
        scheme, token = given[0][: len(_BEARER)], given[0][len(_BEARER) :]
        return SecretBytes(token.strip().encode("ascii", "replace") if scheme.lower() == _BEARER else b"")


@web.middleware
async def _guarded(request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]) -> web.StreamResponse:
    """Everything that comes, and everything that goes wrong."""
    try:
        _refuse_browsers(request)
        async with asyncio.timeout(SECONDS):
            return await handler(request)
    except _Turned as turned:
        return _refused(turned.status, Refusal(error=turned.error, reason=str(turned)))
    except web.HTTPException as error:
        return _refused(error.status, Refusal(error="malformed", reason="There is no such thing here. Nothing was changed."))
    except TimeoutError:
        reason = f"It took longer than {SECONDS:.0f} s. Whether it counts is not known: ask `dapr-warden rotation status`."
        return _refused(504, Refusal(error="late", reason=reason))
    except BotError as error:
        return _refused(503, Refusal(error="unable", reason=str(error), hint=error.hint))
    except Exception as error:  # noqa: BLE001 - the border; without the error's words, which may quote what came
        log.error("the terminal's port broke", error=type(error).__name__)  # noqa: TRY400 - nor its frames, which hold the token
        return _refused(500, Refusal(error="bug", reason="This is a bug; please report it. Ask `dapr-warden rotation status`."))


def _refuse_browsers(request: web.Request) -> None:
    hosts = request.headers.getall("Host", [])
    if len(hosts) != 1 or not _HOSTS.fullmatch(hosts[0]) or any(name in request.headers for name in _BROWSERS):
        raise _Turned(403, "misdirected", "This port answers dapr-warden's command line on this machine, and no browser.")


async def _body(request: web.Request, type_: type[B]) -> B:
    if request.content_type != "application/json":
        raise _Turned(415, "malformed", "The body is to be application/json. Nothing was changed.")
    try:
        async with asyncio.timeout(BODY_SECONDS):
            # Not chained further on: what msgspec says may quote what came.
            return msgspec.json.decode(await request.read(), type=type_)
    except TimeoutError:
        raise _Turned(408, "late", "The body did not come in time. Nothing was changed.") from None
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        raise _Turned(400, "malformed", "The body is not what is asked for here. Nothing was changed.") from None


def _answered(answer: Answer) -> web.Response:
    if isinstance(answer, Refusal):
        return _refused(_STATUS[answer.error], answer)
    return web.Response(body=msgspec.json.encode(answer), content_type="application/json", headers={"Cache-Control": "no-store"})


def _refused(status: int, refusal: Refusal) -> web.Response:
    headers = {"Cache-Control": "no-store"} | ({"WWW-Authenticate": "Bearer"} if status == _STATUS["unauthenticated"] else {})
    return web.Response(status=status, body=msgspec.json.encode(refusal), content_type="application/json", headers=headers)
