"""What a scenario is made of: words for people, and plain functions that do it to a World."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TypeAlias

from playground.stage.world import World

Act: TypeAlias = Callable[[World], None]


def nothing(_: World) -> None:
    """Nothing happens."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """What somebody may do to the cluster. ``explains``: one sentence on who does it, and what comes of it."""

    id: str
    title: str
    explains: str
    do: Act


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """``begin`` is the cluster as it was before; the bot looks at it once; then ``happen`` happens, and time moves by ``later``.

    ``is_kept``: before that the bot has put the CA away, sealed, as it does with every good one within a minute.

    ``look_for``: one sentence on what to look for. ``settings``: of the bot, in lower case, where it needs others.
    ``shows_certificates``: the control plane listens with real TLS on this machine, and the bot asks it (Dapr 1.12 and later).
    """

    id: str
    title: str
    summary: str
    look_for: str
    begin: Act
    happen: Act = nothing
    later: timedelta = timedelta()
    deeds: tuple[Deed, ...] = ()
    settings: Mapping[str, str] = field(default_factory=dict)
    shows_certificates: bool = False
    is_kept: bool = False
