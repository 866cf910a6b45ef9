"""Lines that a container runtime cut into pieces, put together again: CRI marks each piece of a long line with P, and the last one with F.

Collectors that know CRI do this themselves, and so does the API server. What is bounded here: a line, its pieces, lines begun at once.
"""

import re
from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

from msgspec.structs import replace

from bot.diagnosis.unwrapping import LONGEST
from bot.model.logs import LogLine

T = TypeVar("T")

MOST_PIECES: Final = 64
"""Runtimes cut at 16 KiB, so that no program's line has more, unless it is a megabyte long."""
MOST_BEGUN: Final = 100

_PIECE: Final = re.compile(r"(\s{0,8}(?:\[pod/[^\]\s]{1,500}\] )?)\d{4}-\d\d-\d\dT\S{1,40} (std(?:out|err)) ([FP]) ")


@dataclass(slots=True)
class _Begun(Generic[T]):
    """A line of which pieces have come. ``texts``: the first with what stands before it, the others without."""

    first: T
    texts: list[str]


def joined(items: Iterable[T], text: Callable[[T], str], whose: Callable[[T], Hashable], made: Callable[[T, str], T]) -> Iterator[T]:
    """The items with the pieces of a line joined into one, which is ``made`` of its first piece; all others as they are, in their order.

    ``whose``: what pieces of one line share beside their stream, such as the container. A line whose last piece never comes is there as
    far as it came. Never raises.
    """
    begun: dict[tuple[Hashable, str, str], _Begun[T]] = {}
    for item in items:
        line = text(item)
        found = _PIECE.match(line)
        if found is None:
            yield item
            continue
        key = whose(item), found[1], found[2]
        if key in begun:
            begun[key].texts.append(line[found.end() :])
        else:
            begun[key] = _Begun(item, [line])
        if found[3] == "F" or len(begun[key].texts) >= MOST_PIECES:
            yield _whole(begun.pop(key), made)
        elif len(begun) > MOST_BEGUN:
            yield _whole(begun.pop(next(iter(begun))), made)
    yield from (_whole(one, made) for one in begun.values())


def joined_lines(lines: Iterable[LogLine]) -> Iterator[LogLine]:
    """The same of collected lines, oldest first."""
    return joined(lines, _text, lambda line: (line.namespace, line.pod, line.container), lambda line, text: replace(line, text=text))


def _whole(one: _Begun[T], made: Callable[[T, str], T]) -> T:
    return one.first if len(one.texts) == 1 else made(one.first, "".join(one.texts)[: LONGEST + 1])


def _text(line: LogLine) -> str:
    return line.text
