"""Asks servers for their certificates, some at once, each with a deadline: over whatever way there is to them."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import timedelta
from typing import Final

from msgspec.structs import replace

from bot.adapters.tls.direct import connected
from bot.adapters.tls.probe import Wire, shown
from bot.errors import BotError, Malformed, TimedOut
from bot.model import pem
from bot.model.chains import Endpoint, LiveChain, LiveChains, NoChain
from bot.model.observed import Unobserved, unobserved

Way = Callable[[Endpoint], AbstractAsyncContextManager[Wire]]
"""Opens a wire to an endpoint; raises BotError."""

DEADLINE: Final = timedelta(seconds=1.5)
AT_ONCE: Final = 12
# A server of Dapr's shows two to four. Anybody's pod may be asked, and what it shows is judged.
MOST_CERTIFICATES: Final = 16
HINT: Final = (
    "Check that the pod listens there and that no NetworkPolicy is in the way; DAPR_WARDEN_TLS_PROBES=portforward goes through "
    "the API server, =off does without."
)


async def asked(endpoints: Sequence[Endpoint], way: Way, *, deadline: timedelta = DEADLINE, at_once: int = AT_ONCE) -> LiveChains:
    """Of each what it shows, or why nothing, in the order asked. Anything else than a BotError is a bug and comes out."""
    seats = asyncio.Semaphore(at_once)
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(_ask(endpoint, way, deadline.total_seconds(), seats)) for endpoint in endpoints]
    answers = [task.result() for task in tasks]
    return LiveChains(
        shown=tuple(one for one in answers if isinstance(one, LiveChain)),
        silent=tuple(one for one in answers if isinstance(one, NoChain)),
    )


def straight(endpoint: Endpoint) -> AbstractAsyncContextManager[Wire]:
    """To the pod's own address."""
    return connected(endpoint.ip, endpoint.port, str(endpoint))


async def _ask(endpoint: Endpoint, way: Way, seconds: float, seats: asyncio.Semaphore) -> LiveChain | NoChain:
    async with seats:
        limit = asyncio.timeout(seconds)
        try:
            async with limit, way(endpoint) as wire:
                ders = await shown(wire, str(endpoint))
        except BotError as error:
            return NoChain(endpoint=endpoint, why=_why(error))
        except TimeoutError:
            if not limit.expired():
                raise
            return NoChain(endpoint=endpoint, why=_why(TimedOut(f"{endpoint}: no certificate within {seconds:g} s.")))
    if len(ders) > MOST_CERTIFICATES:
        return NoChain(endpoint=endpoint, why=_why(Malformed(f"{endpoint}: it shows {len(ders)} certificates, too many to look at.")))
    chain = pem.of_certificates(ders)
    if all(block.der for block in chain.blocks) and chain.whole and chain.blocks:
        return LiveChain(endpoint=endpoint, chain=chain)
    return NoChain(endpoint=endpoint, why=_why(Malformed(f"{endpoint}: it shows a certificate that cannot be read.")))


def _why(error: BotError) -> Unobserved:
    found = unobserved(error)
    return found if found.hint else replace(found, hint=HINT)
