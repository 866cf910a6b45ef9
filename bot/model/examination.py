"""What the doctor says: one Result per examination of what the bot lives on. Unknown is never fine."""

import enum
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any, Generic, TypeVar

import msgspec

from bot.model import phrases
from bot.model.observed import Part, Unobserved

T = TypeVar("T")

REPORT_IT = "Please report this, with the bot's log."


class Outcome(enum.Enum):
    """How an examination ended; declared from the least to the most urgent.

    ``FINE`` seen to be as it should; ``NOT_LOOKED_AT`` by choice; ``UNKNOWN`` could not tell; ``WARNING`` works, but should be mended;
    ``TROUBLE`` does not work.
    """

    FINE = "fine"
    NOT_LOOKED_AT = "not-looked-at"
    UNKNOWN = "unknown"
    WARNING = "warning"
    TROUBLE = "trouble"

    @property
    def rank(self) -> int:
        """Position on the ladder, 0 for FINE; larger is worse."""
        return tuple(Outcome).index(self)


class Subject(enum.Enum):
    """What is examined, in the order in which people read it."""

    KUBERNETES = "Kubernetes"
    LOGS = "Loki"
    METRICS = "Prometheus"
    MEMORY = "Memory"
    SLACK = "Slack"


class Said(msgspec.Struct, frozen=True):
    """``seen``: one sentence; outside text in it is not trusted. ``remedy``: what to do, "" where there is nothing to do."""

    outcome: Outcome
    seen: str
    remedy: str = ""


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """One answer. ``id`` is also the heading in docs/doctor.md; ``title`` is the healthy fact."""

    id: str
    subject: Subject
    title: str
    outcome: Outcome
    seen: str
    remedy: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Examination(Generic[T]):
    """One question about what was gathered; ``judge`` is pure."""

    id: str
    subject: Subject
    title: str
    judge: Callable[[T], Said]


class Examined(msgspec.Struct, frozen=True, kw_only=True):
    """Every answer, in the order of the examinations. ``cluster``: its name as people say it."""

    at: datetime
    cluster: str
    results: tuple[Result, ...]

    @property
    def worst(self) -> Outcome:
        """The most urgent of all; no answer at all is no health."""
        return max((result.outcome for result in self.results), key=lambda outcome: outcome.rank, default=Outcome.UNKNOWN)

    @property
    def to_mend(self) -> tuple[Result, ...]:
        """What a person should do something about, the worst first."""
        found = [result for result in self.results if result.outcome in (Outcome.WARNING, Outcome.TROUBLE)]
        return tuple(sorted(found, key=lambda result: -result.outcome.rank))

    def of(self, outcome: Outcome) -> tuple[Result, ...]:
        """The answers that ended so."""
        return tuple(result for result in self.results if result.outcome is outcome)

    @property
    def verdict(self) -> str:
        """In one line: "everything is in order", "2 things to mend", and what could not be told."""
        mend, unknown = len(self.to_mend), len(self.of(Outcome.UNKNOWN))
        could_not = f"{phrases.count(unknown, 'thing')} could not be told" if unknown else ""
        if mend:
            return ", ".join(part for part in (f"{phrases.count(mend, 'thing')} to mend", could_not) if part)
        return could_not or ("everything is in order" if self.results else "nothing was examined")


def examined(examinations: Sequence[Examination[T]], facts: T) -> tuple[Result, ...]:
    """One Result per examination, in order. One that breaks is UNKNOWN; never raises."""
    return tuple(_result(one, _said(one, facts)) for one in examinations)


def unseen(part: Unobserved, *, missing: Outcome = Outcome.UNKNOWN) -> Said:
    """What is said of a part that was not seen: by choice it was not looked at, else ``missing``."""
    return Said(Outcome.NOT_LOOKED_AT if part.by_choice else missing, part.detail, part.hint)


def unseen_behind(part: Unobserved, source: Part[Any], whose: str, *, missing: Outcome = Outcome.UNKNOWN) -> Said:
    """As :func:`unseen`; but where ``source`` itself was not seen, that is trouble enough, and its reason is not repeated.

    ``whose``: the source at the beginning of a sentence, "Loki".
    """
    if isinstance(source, Unobserved) and not source.by_choice:
        return Said(Outcome.UNKNOWN, f"{whose} does not answer, so this is not known.")
    return unseen(part, missing=missing)


def alike(results: Iterable[Result]) -> Iterator[tuple[Result, ...]]:
    """The results, those together that follow each other and say the same of the same subject."""
    for _, group in groupby(results, key=lambda one: (one.subject, one.outcome, one.seen, one.remedy)):
        yield tuple(group)


def _said(examination: Examination[T], facts: T) -> Said:
    try:
        return examination.judge(facts)
    except Exception as error:  # noqa: BLE001 - one broken examination must not cost the other answers
        return Said(Outcome.UNKNOWN, f"The examination itself broke ({type(error).__name__}).", REPORT_IT)


def _result(examination: Examination[T], said: Said) -> Result:
    return Result(
        id=examination.id,
        subject=examination.subject,
        title=examination.title,
        outcome=said.outcome,
        seen=said.seen,
        remedy=said.remedy,
    )
