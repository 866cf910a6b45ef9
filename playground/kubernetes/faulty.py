"""How each fault looks on the wire."""

import asyncio
import zlib
from collections.abc import Awaitable, Callable
from typing import Final

from aiohttp import web

from playground.kubernetes import answers
from playground.kubernetes.faults import Effect, Fault
from playground.kubernetes.status import Refusal

MIB: Final = 1024 * 1024
DRIP_SECONDS: Final = 0.05

Proper = Callable[[], Awaitable[web.StreamResponse]]

_REFUSALS: Final = {
    Effect.ERROR: (500, "InternalError", "etcdserver: request timed out"),
    Effect.FORBID: (403, "Forbidden", 'pods is forbidden: User "system:serviceaccount:default:warden" cannot do this'),
    Effect.UNAUTHORIZED: (401, "Unauthorized", "Unauthorized"),
    Effect.GONE: (410, "Expired", "too old resource version"),
}


async def struck(fault: Fault, request: web.Request, proper: Proper) -> web.StreamResponse:
    """The answer to a request that a fault has hit; ``proper`` makes the one that it would have had."""
    match fault.effect:
        case Effect.HANG:
            await asyncio.Event().wait()
            raise AssertionError("nobody sets that event")
        case Effect.SLAM:
            _break(request)
            return web.Response()
        case Effect.DRIP | Effect.CUT | Effect.HALF:
            return await _maimed(fault.effect, request, await proper())
        case Effect.BODY | Effect.BOMB | Effect.REDIRECT | Effect.HTML_404:
            return _strange(fault)
        case Effect.THROTTLE:
            return answers.refusal(Refusal(429, "TooManyRequests", "too many requests", retry_after=7))
        case _:
            return answers.refusal(Refusal(*_REFUSALS[fault.effect]))


def _strange(fault: Fault) -> web.Response:
    match fault.effect:
        case Effect.REDIRECT:
            return web.Response(status=302, headers={"Location": "http://127.0.0.1:9/elsewhere"})
        case Effect.HTML_404:
            return web.Response(status=404, text="<html><title>Not found</title></html>", content_type="text/html")
        case Effect.BOMB:
            return web.Response(body=_bomb(int(fault.body)), content_type=answers.JSON, headers={"Content-Encoding": "gzip"})
        case _:
            return web.Response(body=fault.body, content_type=answers.JSON)


async def _maimed(effect: Effect, request: web.Request, proper: web.StreamResponse) -> web.StreamResponse:
    body = proper.body if isinstance(proper, web.Response) and isinstance(proper.body, bytes) else b"{}"
    half = body[: len(body) // 2]
    if effect is Effect.HALF:
        return web.Response(body=half, content_type=answers.JSON)
    response = web.StreamResponse(headers={"Content-Type": answers.JSON, "Content-Length": str(len(body))})
    await response.prepare(request)
    if effect is Effect.CUT:
        await response.write(half)
        _break(request)
        return response
    for position in range(len(body)):
        await response.write(body[position : position + 1])
        await asyncio.sleep(DRIP_SECONDS)
    return response


def _break(request: web.Request) -> None:
    if request.transport is not None:
        request.transport.close()


def _bomb(size: int) -> bytes:
    """``size`` MiB of blanks, in a thousandth of that; made without ever holding them."""
    squeezing = zlib.compressobj(1, zlib.DEFLATED, 16 + zlib.MAX_WBITS)
    return b"".join(squeezing.compress(b" " * MIB) for _ in range(size)) + squeezing.flush()
