"""Which signature a line looks most like that none knows: another wording, a slip of the pen, a missing piece. A guess, never an answer.

Words are compared, the rare ones counting more, and a word of ours counts too when it is spelt a little otherwise. The time that a line
takes is bounded: so many of its words are looked at, and each against an index.
"""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from typing import Final

from bot.diagnosis.signature import Kind, Signature
from bot.diagnosis.signatures import SIGNATURES

ENOUGH: Final = 0.45
"""From 0 to 1: how much of what a signature is recognised by must stand in the line; few words in common count for less."""
WORDS_READ: Final = 48

# Two or three words that stand everywhere ("not found in namespace") are no resemblance, whatever they are a part of.
_LEAST_WEIGHT: Final = 4.5
_SHORTEST_ALIKE: Final = 5
_WORD: Final = re.compile(r"[a-z][a-z0-9]{2,39}")
# What any program's complaints are made of.
_IDLE: Final = frozenset((
    "again", "and", "are", "but", "can", "cannot", "code", "could", "current", "desc", "did", "does", "err",
    "error", "errors", "fail", "failed", "failing", "failure", "fatal", "file", "for", "found", "from", "get", "had",
    "has", "info", "its", "level", "msg", "not", "read", "rpc", "runtime", "that", "the", "this", "time", "try",
    "trying", "warn", "warning", "was", "were", "with", "yet",
))  # fmt: skip


def nearest(message: str) -> Signature | None:
    """The signature that an unwrapped message looks most like; None when it looks like none. Never a healthy one."""
    said = {word for one in _words(message) if (word := _ours(one))}
    shared: dict[int, float] = defaultdict(float)
    number: Counter[int] = Counter()
    for word in sorted(said):
        for position in _HOLDERS[word]:
            shared[position] += _WEIGHTS[word]
            number[position] += 1
    scores = {
        position: shared[position] / _TOTALS[position] * (1 - 0.5 ** number[position])
        for position in shared
        if shared[position] >= _LEAST_WEIGHT
    }
    best = max(scores, key=lambda position: (scores[position], shared[position], -position), default=None)
    return _CANDIDATES[best] if best is not None and scores[best] >= ENOUGH else None


def _words(text: str) -> tuple[str, ...]:
    """The distinct telling words, in their order, as far as they are looked at."""
    found: dict[str, None] = {}
    for word in _WORD.finditer(text.lower()):
        if word.group() not in _IDLE:
            found[word.group()] = None
            if len(found) == WORDS_READ:
                break
    return tuple(found)


def _ours(word: str) -> str:
    """The word of a signature that is meant, "" when it is none of theirs: with one letter more, less, or another one it is still that."""
    if word in _WEIGHTS or len(word) < _SHORTEST_ALIKE:
        return word if word in _WEIGHTS else ""
    return next((_SPELT_ALIKE[one] for one in _spellings(word) if one in _SPELT_ALIKE), "")


def _spellings(word: str) -> Iterator[str]:
    """The word, and what is left of it without one of its letters."""
    yield word
    yield from (word[:at] + word[at + 1 :] for at in range(len(word)))


def _telling(one: Signature) -> tuple[str, ...]:
    """The words by which it is recognised: of its witness those that its literal or its pattern names."""
    recognised_by = f"{one.literal} {one.pattern.pattern if one.pattern else ''}".lower()
    return tuple(word for word in _words(one.witness) if word in recognised_by)


def _weighed(candidates: tuple[Signature, ...]) -> Mapping[str, float]:
    """How much each word tells: the fewer signatures have it, the more."""
    counts = Counter(word for one in candidates for word in _words(one.witness))
    return {word: math.log(1 + len(candidates) / count) for word, count in counts.items()}


def _held(candidates: tuple[Signature, ...]) -> Mapping[str, tuple[int, ...]]:
    holders: dict[str, list[int]] = defaultdict(list)
    for position, one in enumerate(candidates):
        for word in _telling(one):
            holders[word].append(position)
    return {word: tuple(holders[word]) for word in _WEIGHTS}


# A healthy line is no complaint that somebody misspelt, and what half the world's complaints end with is like everything.
_CANDIDATES: Final = tuple(one for one in SIGNATURES if one.kind is not Kind.STATE and not one.is_common)
_WEIGHTS: Final = _weighed(_CANDIDATES)
_SPELT_ALIKE: Final = {one: word for word in _WEIGHTS if len(word) >= _SHORTEST_ALIKE for one in _spellings(word)}
_HOLDERS: Final = _held(_CANDIDATES)
_TOTALS: Final = tuple(sum(_WEIGHTS[word] for word in _telling(one)) for one in _CANDIDATES)
