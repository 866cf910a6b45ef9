"""What can go wrong on purpose between a client and Loki, and how it looks on the wire."""

import enum
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

from aiohttp import web

from playground.kubernetes import faulty
from playground.kubernetes.faults import Effect as WireEffect
from playground.kubernetes.faults import Fault as WireFault
from playground.loki import refusals

MIB: Final = 1024 * 1024
_PAGE: Final = "<html><head><title>502 Bad Gateway</title></head><body><center><h1>502 Bad Gateway</h1></center></body></html>"
_STRANGE: Final = b'{"status":"success","data":{"resultType":"streams","result":[{"stream":7,"values":[[1795467600000000000,17]]}]}}'

Proper = Callable[[], Awaitable[web.StreamResponse]]


class Effect(enum.Enum):
    """What happens to a request."""

    HANG = "no answer at all, until the client gives up"
    SLAM = "the connection breaks before any answer, as Loki's does when a query takes too long"
    DRIP = "headers at once, then one byte every 50 ms"
    CUT = "half of the answer, then the connection breaks"
    HALF = "half of the answer, well-framed: broken JSON"
    BODY = "another body instead, with status 200"
    BOMB = "a small gzip body that inflates to the size of ``body`` in MiB"
    HUGE = "the answer behind ``body`` MiB of blanks, which JSON allows"
    WRONG_TYPES = "200, and numbers where texts belong"
    THROTTLE = "429 in plain text, without Retry-After: Loki gives none"
    TIMEOUT = "504 in plain text: Loki's own deadline"
    PROXY = "502 as a page of HTML"
    GATEWAY = "403 in JSON, as a gateway says it that asks for a token"
    REDIRECT = "302 to somewhere else"


# What breaks on the wire breaks as it does between a client and an API server.
_WIRE: Final = {
    Effect.HANG: WireEffect.HANG,
    Effect.SLAM: WireEffect.SLAM,
    Effect.DRIP: WireEffect.DRIP,
    Effect.CUT: WireEffect.CUT,
    Effect.HALF: WireEffect.HALF,
    Effect.BODY: WireEffect.BODY,
    Effect.BOMB: WireEffect.BOMB,
    Effect.REDIRECT: WireEffect.REDIRECT,
}
_SPOKEN: Final = {
    Effect.THROTTLE: (429, "text/plain", "too many outstanding requests"),
    Effect.TIMEOUT: (504, "text/plain", refusals.TIMED_OUT),
    Effect.PROXY: (502, "text/html", _PAGE),
    Effect.GATEWAY: (403, "application/json", '{"status":"error","errorType":"forbidden","error":"invalid scope requested"}'),
    Effect.WRONG_TYPES: (200, "application/json", _STRANGE.decode()),
}


@dataclass(slots=True, kw_only=True)
class Fault:
    """``endpoint``: how the path ends ("query_range", "labels"), "*" is any.

    ``skip`` lets that many requests pass first; ``times`` counts down, None is until healed.
    """

    effect: Effect
    endpoint: str = "*"
    skip: int = 0
    times: int | None = None
    body: bytes = b""

    def strikes(self, path: str) -> bool:
        """Whether this request is hit; uses up one of ``skip`` or ``times``."""
        if self.times == 0 or self.endpoint not in ("*", path.rpartition("/")[2]):
            return False
        if self.skip:
            self.skip -= 1
            return False
        if self.times is not None:
            self.times -= 1
        return True


async def struck(fault: Fault, request: web.Request, proper: Proper) -> web.StreamResponse:
    """The answer to a request that a fault has hit; ``proper`` makes the one that it would have had."""
    if fault.effect in _WIRE:
        return await faulty.struck(WireFault(effect=_WIRE[fault.effect], body=fault.body), request, proper)
    if fault.effect is Effect.HUGE:
        return await _padded(int(fault.body), request, await proper())
    status, kind, text = _SPOKEN[fault.effect]
    return web.Response(status=status, text=text, content_type=kind)


async def _padded(size: int, request: web.Request, proper: web.StreamResponse) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Type": "application/json"})
    await response.prepare(request)
    for _ in range(size):
        await response.write(b" " * MIB)
    await response.write(proper.body if isinstance(proper, web.Response) and isinstance(proper.body, bytes) else b"{}")
    return response
