"""How many lines there are per bucket, by Loki's own arithmetic, in pieces that Loki is willing to compute."""

import math
from collections.abc import Awaitable, Callable
from datetime import timedelta

from bot.adapters.loki import errors
from bot.adapters.loki.bounds import Bounds
from bot.errors import TimedOut
from bot.model import nanoseconds
from bot.model.logs import LogQuestion

Ask = Callable[[int, int], Awaitable[tuple[tuple[float, int], ...]]]
"""Points from the nanosecond of the first to that of the last, a bucket apart: seconds since 1970, count."""

_HALF = 0.5


def buckets(question: LogQuestion, bucket: timedelta) -> int:
    """How many buckets the range has. ValueError when they are not whole, or shorter than a millisecond."""
    width, span = nanoseconds.of(bucket), question.until_ns - question.since_ns
    if bucket < timedelta(milliseconds=1) or bucket % timedelta(milliseconds=1) or span < 0 or span % width:
        raise ValueError("the range must be whole buckets, and a bucket whole milliseconds")
    return span // width


async def count(ask: Ask, question: LogQuestion, bucket: timedelta, bounds: Bounds) -> tuple[int, ...]:
    """One number per bucket, the oldest first; a range that is too long for Loki is halved. Raises BotError.

    A point stands at the end of its bucket, and counts that instant but not the one where the bucket begins.
    """
    width, total = nanoseconds.of(bucket), buckets(question, bucket)
    counts = [0] * total
    done, piece, halvings, pages = 0, bounds.points, 0, 0
    while done < total:
        if pages == bounds.pages:
            raise TimedOut(f"counts from Loki: not had within {bounds.pages} requests.", hint=errors.SLOW)
        pages += 1
        most = min(piece, total - done)
        first = question.since_ns + (done + 1) * width
        try:
            points = await ask(first, first + (most - 1) * width)
        except (TimedOut, errors.RangeTooLong) as error:
            if most == 1 or (isinstance(error, TimedOut) and halvings == bounds.halvings):
                raise
            halvings += isinstance(error, TimedOut)
            piece = most // 2
            continue
        for at, number in points:
            # Loki moves points to whole steps since 1970, the first one back and the last one on.
            position = (at - question.since_ns / nanoseconds.SECOND) / (width / nanoseconds.SECOND) - 1
            if done - _HALF <= position < done + most - _HALF:
                counts[math.floor(position + _HALF)] += number
        done += most
        halvings = 0
    return tuple(counts)
