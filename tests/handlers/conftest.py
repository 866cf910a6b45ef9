"""A conversation as it runs: the real Bolt app over Socket Mode against the emulator, fakes only behind it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.config import Settings
from bot.errors import BotError
from bot.model.access import AccessPolicy
from bot.model.alert import Backlog
from bot.model.binding import Asked
from bot.model.finding import Finding, Severity
from bot.model.report import Report
from bot.model.rotation import Kind
from bot.model.snapshot import AcceptedCa
from bot.usecases.accept import Accepted, NotAccepted
from bot.usecases.renew import Renewals, Terms
from handlers import preflight, register, transport
from handlers.actors import People
from handlers.board import Board
from handlers.conversation import Conversation
from handlers.supervision import Supervisor
from handlers.views.approval import REASON
from playground.slack import Gesture, ManualClock, Message, SlackEmulator
from playground.slack.people import MIA, OLGA, OSCAR, PAVEL, PETRA, User
from tests.cards import an_answer
from tests.fakes.approvals import FakeApprovals
from tests.fakes.carrying import FakeCarrying
from tests.fakes.doctor import FakeDoctor, FakeTrial
from tests.fakes.inquiry import FakeCertificates, FakeInquiry, FakeLogInquiry
from tests.fakes.rotation import FakeSeal, Sight
from tests.fakes.store import FakeStore

OPS = "C0OPS00000"


@dataclass
class FakeSweeper:
    """The main job on a string: what is in ``upcoming`` comes out of the next sweeps; ``gate`` holds them."""

    report: Report | None
    upcoming: list[Report | BotError | Exception] = field(default_factory=list)
    gate: asyncio.Event | None = None
    sweeps: int = 0

    def last_report(self) -> Report | None:
        return self.report

    async def sweep_now(self) -> Report:
        self.sweeps += 1
        if self.gate is not None:
            await self.gate.wait()
        outcome = self.upcoming.pop(0) if self.upcoming else self.report
        if isinstance(outcome, Exception):
            raise outcome
        assert outcome is not None
        self.report = outcome
        return outcome


@dataclass
class FakeAcceptance:
    """Remembers who accepted; ``answer`` or ``trouble`` is what comes of it."""

    answer: Accepted | NotAccepted
    actors: list[str] = field(default_factory=list)
    meant: list[str] = field(default_factory=list)
    trouble: Exception | None = None

    async def __call__(self, actor_id: str, meant: str) -> Accepted | NotAccepted:
        self.actors.append(actor_id)
        self.meant.append(meant)
        if self.trouble is not None:
            raise self.trouble
        return self.answer


@dataclass
class BreakableStore(FakeStore):
    """A memory that can be out of reach."""

    trouble: Exception | None = None

    async def first_sight(self, event_id: str, now: datetime) -> bool:
        if self.trouble is not None:
            raise self.trouble
        return await super().first_sight(event_id, now)


@dataclass
class BreakableApprovals(FakeApprovals):
    """Requests that can be out of reach."""

    trouble: Exception | None = None

    async def request(self, id_: str) -> Asked | None:
        if self.trouble is not None:
            raise self.trouble
        return await super().request(id_)


@dataclass
class FakeChannel:
    """The delivery of cards, as the conversation sees it."""

    waiting: Backlog = field(default_factory=Backlog)
    why: tuple[str, ...] = ()

    def backlog(self) -> Backlog:
        return self.waiting

    def troubles(self) -> tuple[str, ...]:
        return self.why


@dataclass
class Talk:
    """One running bot and everything around it."""

    slack: SlackEmulator
    clock: ManualClock
    store: BreakableStore
    sweeper: FakeSweeper
    acceptance: FakeAcceptance
    channel: FakeChannel
    inquiry: FakeInquiry
    log_inquiry: FakeLogInquiry
    certificates: FakeCertificates
    doctor: FakeDoctor
    trial: FakeTrial
    conversation: Conversation
    sight: Sight
    memory: BreakableApprovals
    board: Board
    carrying: FakeCarrying

    async def slash(self, text: str = "", user: User = MIA, command: str = "/dapr") -> Gesture:
        """Type the command and wait until everything that it started has ended."""
        gesture = await self.slack.slash(user, OPS, command, text)
        await self.conversation.supervisor.idle()
        return gesture

    async def click(self, message: Message, action_id: str, user: User = MIA) -> Gesture:
        gesture = await self.slack.click(user, message, action_id)
        await self.conversation.supervisor.idle()
        return gesture

    async def submit(self, view_id: str, reason: str, user: User) -> Gesture:
        """Fill in the form that asks for a reason."""
        gesture = await self.slack.submit(user, view_id, {REASON: {REASON: {"value": reason}}})
        await self.conversation.supervisor.idle()
        return gesture


def settings_of(slack: SlackEmulator, **changes: object) -> Settings:
    given: dict[str, object] = {
        "slack_bot_token": slack.bot_token,
        "slack_app_token": slack.app_token,
        "slack_api_url": slack.api_url,
        "slack_channel": OPS,
        "operators": frozenset({OLGA.id, OSCAR.id}),
        "approvers": frozenset({PAVEL.id, PETRA.id}),
        "rotation": "ask",
    }
    return Settings.model_validate(given | changes)


def renewals_of(settings: Settings, sight: Sight, memory: FakeApprovals, clock: ManualClock, cluster: str = "prod-eu") -> Renewals:
    """The use case itself, over what the test sets."""
    quorum = {Kind.CROSS_SIGNED: settings.quorum, Kind.RECOVERY: settings.quorum_recovery, Kind.RESTORE: settings.quorum_restore}
    terms = Terms(people=settings.people, person=settings.person, quorum=quorum, lifetime=timedelta(days=settings.ca_days))
    return Renewals(cluster=cluster, look=sight, memory=memory, seal=FakeSeal(), clock=clock, terms=terms)


def access_of(settings: Settings, team_id: str) -> AccessPolicy:
    return AccessPolicy(home_team_id=team_id, viewers=settings.viewers, operators=settings.operators, approvers=settings.approvers)


def a_ca_change(fact: str = "The CA is not the accepted one") -> Finding:
    return Finding(
        check_id="ca-changed",
        severity=Severity.CRITICAL,
        fact=fact,
        evidence=("Last written by sentry (it calls itself so) at 2026-11-23 11:58:00 UTC.",),
        next_step="If this was on purpose, accept it; if not, restore the pair from your backup.",
        binding=sha256(fact.encode()).hexdigest(),
    )


def a_report(clock: ManualClock, *findings: Finding, age: timedelta = timedelta(0)) -> Report:
    answers = [an_answer(finding.check_id, finding, category="trust") for finding in findings]
    healthy = an_answer("bundle-mismatch", category="trust"), an_answer("root-expiry", category="expiry")
    return Report(taken_at=clock.now() - age, cluster="prod-eu", namespace="dapr-system", answers=(*answers, *healthy))


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
async def slack(clock: ManualClock) -> AsyncIterator[SlackEmulator]:
    async with SlackEmulator(clock=clock) as emulator:
        yield emulator


@pytest.fixture
async def client(slack: SlackEmulator) -> AsyncIterator[AsyncWebClient]:
    async with transport.session() as session:
        yield transport.web_client(settings_of(slack), session, retries=False)


@pytest.fixture
def given() -> dict[str, object]:
    """Settings of the bot that the test wants otherwise: a test that does has its own fixture of this name."""
    return {}


@pytest.fixture
async def talk(slack: SlackEmulator, clock: ManualClock, given: dict[str, object]) -> AsyncIterator[Talk]:
    async with AsyncExitStack() as stack:
        settings = settings_of(slack, **given)
        session = await stack.enter_async_context(transport.session())
        client = transport.web_client(settings, session, retries=False)
        identity = await preflight.check(settings, client)
        access = access_of(settings, identity.team_id)
        store, channel = BreakableStore(), FakeChannel()
        sweeper = FakeSweeper(a_report(clock, age=timedelta(minutes=2)))
        ca = AcceptedCa(roots=("ab",), issuer="cd", accepted_at=clock.now(), accepted_by=OLGA.id)
        acceptance, inquiry, log_inquiry = FakeAcceptance(Accepted(ca)), FakeInquiry(), FakeLogInquiry()
        certificates = FakeCertificates()
        doctor, trial = FakeDoctor(), FakeTrial()
        sight, memory = Sight(), BreakableApprovals()
        carrying = FakeCarrying(clock)
        renewals = renewals_of(settings, sight, memory, clock)
        board = Board(client, renewals, clock, channel=OPS, approvers=sorted(settings.approvers), carrying=carrying)
        conversation = Conversation(
            settings=settings,
            access=access,
            cluster="prod-eu",
            store=store,
            sweeper=sweeper,
            client=client,
            people=People(client, clock, access),
            clock=clock,
            supervisor=await stack.enter_async_context(Supervisor(clock, drain=timedelta(seconds=1))),
            accept=acceptance,
            diagnose=inquiry,
            printed=log_inquiry,
            certificates=certificates,
            examine=doctor,
            try_alert=trial,
            planned=sight.planned,
            channel=channel,
            board=board if settings.rotation == "ask" else None,
            carrying=carrying if settings.rotation == "ask" else None,
        )
        app = transport.bolt_app(client, identity)
        register(app, conversation)
        await stack.enter_async_context(transport.sockets(app, slack.app_token, client, count=1))
        await slack.connected()
        yield Talk(
            slack,
            clock,
            store,
            sweeper,
            acceptance,
            channel,
            inquiry,
            log_inquiry,
            certificates,
            doctor,
            trial,
            conversation,
            sight,
            memory,
            board,
            carrying,
        )
        assert slack.violations == ()
        assert slack.pings == ()
