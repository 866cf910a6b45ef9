"""Planned misfortune: what shall go wrong with the next calls of a method."""

import asyncio
from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["error", "rate_limit", "server_error", "slow", "no_answer", "no_effect", "unreadable", "lost"]


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One kind of misfortune; make it with the functions below.

    `error` answers `code` and does nothing. `rate_limit` answers 429 and does nothing. `server_error` answers an
    HTTP status and does nothing. `slow` does the work and answers late. `no_answer` does the work and drops the
    connection. `no_effect` drops the connection without doing the work. `unreadable` does the work and answers half
    a document. `lost` is for `envelope`, which is no method:
    the next delivery to the app never arrives, and over Socket Mode its socket is cut.
    """

    kind: Kind
    code: str = ""
    status: int = 200
    seconds: float = 0
    released: asyncio.Event | None = None


def error(code: str) -> Fault:
    """The call is refused with `code` (HTTP 200)."""
    return Fault(kind="error", code=code)


def rate_limit(retry_after_seconds: int = 1) -> Fault:
    """The call is refused with 429 and this Retry-After."""
    return Fault(kind="rate_limit", code="ratelimited", status=429, seconds=retry_after_seconds)


def server_error(status: int = 500) -> Fault:
    """The call ends in an HTML page with this status, as Slack's front door does."""
    return Fault(kind="server_error", code="server_error", status=status)


def slow(seconds: float) -> Fault:
    """The work is done at once, its answer takes that many real seconds."""
    return Fault(kind="slow", seconds=seconds)


def held(released: asyncio.Event) -> Fault:
    """The work is done at once, its answer waits for the event."""
    return Fault(kind="slow", released=released)


def no_answer() -> Fault:
    """Effect but no answer: the work is done, the connection drops."""
    return Fault(kind="no_answer", code="connection_dropped")


def no_effect() -> Fault:
    """Neither effect nor answer: the connection drops before the work is done."""
    return Fault(kind="no_effect", code="connection_dropped")


def unreadable() -> Fault:
    """The work is done, and what is answered is no JSON."""
    return Fault(kind="unreadable")


def lost() -> Fault:
    """The delivery never arrives, and its socket is cut."""
    return Fault(kind="lost", code="connection_dropped")


@dataclass
class Faults:
    """The queue of planned faults of each method; `*` is for whichever method comes next."""

    _planned: dict[str, list[Fault]] = field(default_factory=dict)

    def plan(self, method: str, fault: Fault, times: int = 1) -> None:
        """Let the next `times` calls of `method` (or `*`, or `response_url`) meet this fault."""
        self._planned.setdefault(method, []).extend([fault] * times)

    def take_only(self, key: str) -> Fault | None:
        """The fault planned under exactly this key, used up by the call; `*` does not count."""
        planned = self._planned.get(key)
        return planned.pop(0) if planned else None

    def clear(self) -> None:
        """Forget whatever has not happened yet."""
        self._planned.clear()

    def take(self, method: str) -> Fault | None:
        """The fault that this call meets, used up by it."""
        for key in (method, "*"):
            if planned := self._planned.get(key):
                return planned.pop(0)
        return None


async def wait_out(fault: Fault) -> None:
    """Spend the delay of a slow fault."""
    if fault.released is not None:
        await fault.released.wait()
    else:
        await asyncio.sleep(fault.seconds)
