"""How much is measured: the full form, the short one, and the tiny one with which tests see that everything runs."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """Sizes and repetitions of every measure.

    ``pods`` of the clusters that are swept, ascending; the promises are about ``main``, which is one of them. ``processes``
    fresh ones per figure, each with ``rounds`` sweeps; ``typed_processes`` for the typed client, and no cluster larger than
    ``typed_most`` for it. ``commands`` slash commands, ``per_second`` of them. ``starts`` of the bot in each form.
    ``idle_seconds`` of doing nothing, with ``idle_pods`` pods. ``work_seconds`` per piece of computing. ``lines`` of a
    log. ``seconds`` bounds each measure.
    """

    name: str
    pods: Sequence[int]
    main: int
    processes: int
    rounds: int
    typed_processes: int
    typed_most: int
    commands: int
    per_second: float
    starts: int
    idle_seconds: float
    idle_pods: int
    work_seconds: float
    lines: int
    seconds: float


FULL: Final = Scale(
    name="full", pods=(1000, 5000, 20_000), main=5000, processes=3, rounds=5, typed_processes=2, typed_most=20_000,
    commands=400, per_second=10, starts=5, idle_seconds=60, idle_pods=200, work_seconds=0.5, lines=100_000, seconds=300,
)  # fmt: skip
QUICK: Final = Scale(
    name="quick", pods=(1000, 5000), main=5000, processes=1, rounds=3, typed_processes=1, typed_most=5000,
    commands=100, per_second=10, starts=2, idle_seconds=15, idle_pods=200, work_seconds=0.1, lines=20_000, seconds=90,
)  # fmt: skip
TINY: Final = Scale(
    name="tiny", pods=(10, 20), main=20, processes=1, rounds=1, typed_processes=1, typed_most=20,
    commands=3, per_second=20, starts=1, idle_seconds=0.2, idle_pods=5, work_seconds=0.001, lines=2000, seconds=30,
)  # fmt: skip
