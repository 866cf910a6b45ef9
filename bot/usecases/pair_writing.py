"""Writing a pair: the ConfigMap first, then the Secret, at once, each only while it is what was read. Never blindly a second time.

Between the two a sentry that starts throws the CA away. Whoever calls this chooses the moment, and does not let it be cut off.
"""

from collections.abc import Awaitable, Callable, Collection
from typing import Final

import structlog

from bot.errors import Conflicting, TimedOut, Transient
from bot.model.trust_pair import LivePair, PairDigest, TrustPair
from bot.ports import Hands

log = structlog.get_logger(__name__)

TRIES: Final = 6
PAUSE_SECONDS: Final = 0.5
NEXT_MOMENT: Final = "Is the API server well? A retry waits for the next such moment."


class Overtaken(Conflicting):
    """The Secret holds what is none of our pairs: somebody else wrote. What we were about to write was not written over it."""


class Passed(Conflicting):
    """Another bot holds the Lease by now."""


class Belated(Conflicting):
    """The moment in which the pair could be written safely is over, and nothing of it was written."""


async def still_ours(is_ours: Callable[[], Awaitable[bool]]) -> None:
    """Raises Passed when another bot holds the Lease by now."""
    if not await is_ours():
        raise Passed("The Lease has passed to another bot: nothing more is changed here.", hint="It carries the rotation on.")


async def write(  # noqa: PLR0913 - two ways to write, and two that ask or wait
    hands: Hands,
    wanted: TrustPair,
    mark: str,
    known: Collection[PairDigest],
    *,
    over: bool = False,
    is_late: Callable[[], bool] = lambda: False,
    pause: Callable[[float], Awaitable[None]],
    is_ours: Callable[[], Awaitable[bool]],
) -> None:
    """Until both objects hold it. ``known``: the pairs that may be written over; ``over``: any may.

    ``is_late``: whether it is too late to begin, asked right before the first write.

    Raises Passed, Overtaken, Belated; Conflicting when others keep writing; what the API server refuses; TimedOut when nobody knows.
    """
    last: Transient | Conflicting | None = None
    for attempt in range(TRIES):
        if attempt:
            await pause(PAUSE_SECONDS)
        try:
            live = await hands.pair()
            # Asked between the look and the write: whoever was asleep meanwhile writes to versions that are gone.
            await still_ours(is_ours)
            if await _written(hands, live, wanted, mark, known, over=over, is_late=is_late):
                return
        except (Overtaken, Passed, Belated):
            raise
        except (Conflicting, Transient) as error:
            # Whether it was done is seen at the next read, and nowhere else.
            log.warning("a write of the pair has no certain outcome", mark=mark, error=str(error))
            last = error
    raise last or TimedOut("The pair could not be written.", hint="It is tried again.")


async def _written(  # noqa: PLR0913 - as above
    hands: Hands, live: LivePair, wanted: TrustPair, mark: str, known: Collection[PairDigest], *, over: bool, is_late: Callable[[], bool]
) -> bool:
    """What is missing there. False: look once more, to see that it is so."""
    is_secret, is_configmap = live.pair == wanted and live.marks[0] == mark, live.configmap_ca == wanted.ca and live.marks[1] == mark
    if is_secret and is_configmap:
        return True
    if not over and not is_among(live, known):
        raise Overtaken("The Secret holds a pair that is none of this rotation's.", hint="Find out who wrote it.")
    if not is_configmap:
        if not is_secret:
            # What would keep the second half from being written is found before the first is.
            await hands.rehearse_secret(wanted, mark, live.secret)
            if is_late():
                raise Belated(
                    "The API server was too slow: sentry may start again before both objects are written, so neither was.", hint=NEXT_MOMENT
                )
        await hands.write_configmap(wanted.ca, mark, live.configmap)
    if not is_secret:
        await hands.write_secret(wanted, mark, live.secret)
    return False


def is_among(live: LivePair, known: Collection[PairDigest]) -> bool:
    """Whether the Secret holds one of these pairs."""
    found = live.pair.digest()
    return any((one.ca, one.issuer, one.key) == (found.ca, found.issuer, found.key) for one in known)


async def mended(hands: Hands, is_ours: Callable[[], Awaitable[bool]]) -> None:
    """The ConfigMap gets the Secret's roots, whoever wrote those: two that are equal harm nobody. Its mark goes with them."""
    live = await hands.pair()
    if live.is_open:
        await still_ours(is_ours)
        await hands.write_configmap(live.pair.ca, live.marks[0], live.configmap)
