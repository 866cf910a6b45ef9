"""A kind of hazard: one question about a Situation, asked before anybody is asked to approve."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from bot.model.rotation import Hazard
from bot.rotation.situation import Situation


@dataclass(frozen=True, slots=True, kw_only=True)
class HazardKind:
    """``id``: kebab-case, names the trouble; a heading of docs/rotation.md. ``look``: pure; nothing when there is none."""

    id: str
    look: Callable[[Situation], Iterable[Hazard]]
