"""What an explanation is: a cause's id and title, and a pure function that looks for it in what was seen."""

import enum
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from bot.diagnosis.clues import Clues
from bot.model.diagnosis import Cause


class Reach(enum.Enum):
    """What a cause has to do with what is asked about; declared from the most to the least.

    ``TARGET``: the target suffers by it now. ``ELSEWHERE``: others do, or a part of Dapr that the target does not need at present.
    ``LATER``: nobody suffers by it yet. ``HERRING``: it looks like a cause and almost never is one.
    """

    TARGET = "target"
    ELSEWHERE = "elsewhere"
    LATER = "later"
    HERRING = "herring"


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A cause that was found, before it is ranked."""

    cause: Cause
    reach: Reach = Reach.TARGET


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """One thing that may be the matter.

    ``id``      kebab-case, stable; also the heading in docs/causes.md
    ``title``   what it is, as docs/causes.md says it
    ``find``    pure; yields what it found, nothing when it is not so; at most one cause of this id
    ``claims``  ids of signatures that this explanation answers for; a line that nobody claims is told as it stands
    ``counts``  names of counters (:mod:`bot.model.counters`) that bear it out: what they counted is told beside it, and decides nothing
    """

    id: str
    title: str
    find: Callable[[Clues], Iterable[Candidate]]
    claims: tuple[str, ...] = ()
    counts: tuple[str, ...] = ()
