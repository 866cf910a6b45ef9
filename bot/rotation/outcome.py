"""What a look at a run comes to: it is done, it waits, something is to be done, or people have to decide. Values; nothing acts in here."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, TypeAlias

from bot.model.run import Way
from bot.model.surroundings import WorkloadName


@dataclass(frozen=True, slots=True)
class Done:
    """The look shows it. ``fact``: what was seen, for people."""

    fact: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """Nothing to do but look again. ``told``: for what or whom; ``until``: when that ends by itself, where that is known.

    ``blind``: for a part of the cluster that cannot be seen.
    """

    told: str
    done: int = 0
    of: int = 0
    until: datetime | None = None
    blind: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """People decide. ``ways``: what they can do; ``affected``: names, outside text."""

    reason: str
    advice: str
    ways: tuple[Way, ...] = (Way.RETRY,)
    affected: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Retreating:
    """The engine puts the old issuer back by itself: no sentry loads the new one."""

    reason: str


@dataclass(frozen=True, slots=True)
class Voiding:
    """The approval does not hold any more, and nothing was written yet: the run ends by itself, with nothing changed. ``reason``: why."""

    reason: str


@dataclass(frozen=True, slots=True)
class KeepBackup:
    """Keep the pair that is there now, sealed, and see that it opens."""

    id: ClassVar[str] = "backup"


@dataclass(frozen=True, slots=True)
class Stage:
    """Make every pair of this run, the cross-certificate included, and put them sealed into the cluster."""

    id: ClassVar[str] = "stage"


@dataclass(frozen=True, slots=True)
class WritePair:
    """Both objects hold the staged pair of this name, the ConfigMap first. ``over``: whatever is there now, as sentry put it there.

    ``before``: when its moment is over, where the first of the two is not written by then; None: never.
    """

    name: str
    over: bool = False
    before: datetime | None = None

    @property
    def id(self) -> str:
        """As the journal has it."""
        return f"write-pair {self.name}"


@dataclass(frozen=True, slots=True)
class Mend:
    """The ConfigMap gets the roots of the Secret, which somebody else wrote: no sentry may meet two that differ."""

    id: ClassVar[str] = "mend"


@dataclass(frozen=True, slots=True)
class Restart:
    """Roll these workloads out anew. ``mark``: run and step, so that a repeat changes nothing."""

    workloads: tuple[WorkloadName, ...]
    mark: str

    @property
    def id(self) -> str:
        """As the journal has it."""
        return f"restart {self.mark}"


@dataclass(frozen=True, slots=True)
class Tidy:
    """The pair of this name becomes the last good one, and nothing of the run stays sealed in cluster and store."""

    name: str
    id: ClassVar[str] = "tidy"


Effect: TypeAlias = KeepBackup | Stage | WritePair | Mend | Restart | Tidy


@dataclass(frozen=True, slots=True)
class Doing:
    """``step``: behind which everything has to be seen anew, "" for nothing; ``reason``: why, then."""

    effect: Effect
    told: str
    step: str = ""
    reason: str = ""


Outcome: TypeAlias = Done | Waiting | Holding | Retreating | Voiding | Doing
