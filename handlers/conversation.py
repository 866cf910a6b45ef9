"""What every handler may use, in one frozen value. Bootstrap makes it; :func:`handlers.registration.register` hands it on."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol, TypeAlias

from slack_sdk.web.async_client import AsyncWebClient

from bot.config import Settings
from bot.diagnosis.digesting import Digest
from bot.errors import SettingsError
from bot.model.access import AccessPolicy, Verb
from bot.model.alert import Backlog
from bot.model.diagnosis import Diagnosis
from bot.model.examination import Examined
from bot.model.inventory import Inventory
from bot.model.report import Report
from bot.model.rotation import Plan, Unplannable
from bot.model.targets import Unresolved
from bot.ports import Clock, Store
from bot.usecases.accept import Accepted, NotAccepted
from bot.usecases.trial import Tried
from handlers.actors import People
from handlers.board import Board
from handlers.carrying import Carrying
from handlers.supervision import Supervisor

Diagnose: TypeAlias = Callable[[str], Awaitable[Diagnosis | Unresolved]]
Printed: TypeAlias = Callable[[str, timedelta], Awaitable[Digest | Unresolved]]
Certificates: TypeAlias = Callable[[], Awaitable[Inventory]]
Examine: TypeAlias = Callable[[], Awaitable[Examined]]
TryAlert: TypeAlias = Callable[[], Awaitable[Tried]]
Planned: TypeAlias = Callable[[], Awaitable[Plan | Unplannable]]
Accept: TypeAlias = Callable[[str, str], Awaitable[Accepted | NotAccepted]]


class Sweeper(Protocol):
    """The main job, as the conversation needs it."""

    def last_report(self) -> Report | None:
        """The newest report, from memory, at once; None before the first sweep has finished."""
        ...

    async def sweep_now(self) -> Report:
        """Look afresh. Callers that come while a sweep runs share its result. Raises :mod:`bot.errors`."""
        ...


class Channel(Protocol):
    """The delivery of cards, as the conversation needs it."""

    def backlog(self) -> Backlog:
        """What was not told yet."""
        ...

    def troubles(self) -> tuple[str, ...]:
        """Why, for people; () when nothing is wrong."""
        ...


class Offer(Protocol):
    """What help tells of a subcommand."""

    @property
    def usage(self) -> str:
        """As it is typed."""
        ...

    @property
    def summary(self) -> str:
        """What it does, in one line."""
        ...

    @property
    def verb(self) -> Verb:
        """What it takes."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """``cluster``: its name as people say it. ``offers``: filled at registration.

    ``accept`` takes who accepts (a Slack id) and which CA they were shown (``Finding.binding``); ``diagnose`` what is asked about, as it
    was typed; ``printed`` the same, and how far to look back; ``certificates`` nothing.
    was typed; ``printed`` the same, and how far to look back. ``examine`` looks at what the bot lives on; ``try_alert`` sends a test card.
    ``carrying``: what carries approved rotations out; None where nothing does.
    """

    settings: Settings
    access: AccessPolicy
    cluster: str
    store: Store
    sweeper: Sweeper
    client: AsyncWebClient
    people: People
    clock: Clock
    supervisor: Supervisor
    accept: Accept
    diagnose: Diagnose
    printed: Printed
    certificates: Certificates
    examine: Examine
    try_alert: TryAlert
    planned: Planned
    channel: Channel
    board: Board | None = None
    carrying: Carrying | None = None
    offers: tuple[Offer, ...] = ()

    @property
    def approvals(self) -> Board:
        """The board, for whoever wants to ask or decide. Raises SettingsError where nobody may."""
        if self.board is None:
            raise SettingsError(
                "Nobody can be asked to approve a rotation here: DAPR_WARDEN_ROTATION is off. Nothing was changed.",
                hint="Whoever runs the bot may set it to ask: docs/rotation.md",
            )
        return self.board
