"""The life of the bot as a process: open the core, keep the vigil, tell the channel, listen to Slack, stop cleanly.

Sweeps begin before Slack is reached, and go on while it is away: what must be said waits in the outbox.
"""

import asyncio
import gc
import signal
from collections.abc import AsyncGenerator, Callable, Coroutine, Iterable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial

import aiohttp
import structlog

from bot import bootstrap, consulting
from bot.adapters import core_dumps, terminal
from bot.adapters.clock import SystemClock
from bot.adapters.counters import Counters
from bot.adapters.endpoints import Endpoints
from bot.adapters.scheduler import Scheduler
from bot.config import Settings
from bot.core import Core
from bot.errors import BotError, Transient
from bot.model.access import AccessPolicy
from bot.model.gauges import Gauge, gauges
from bot.ports import Clock
from bot.usecases.accept import accept
from bot.usecases.bell import Bell
from bot.usecases.heeding import Heed
from bot.usecases.sweep import Sweeper, Swept
from bot.usecases.trial import Trial
from bot.usecases.vigil import Vigil
from handlers import preflight, registration, traffic, transport
from handlers.actors import People
from handlers.board import Board
from handlers.carrying import Carrying
from handlers.checkup import CardPath, Checkup
from handlers.conversation import Conversation
from handlers.delivery import Delivery
from handlers.follower import Follower
from handlers.preflight import Identity
from handlers.supervision import Supervisor
from handlers.transport import SocketCount, Sockets, WebClient

log = structlog.get_logger(__name__)

SLACK_PAUSE_SECONDS = 5.0
# A little more than one call to Slack may take, and less than the 30 s that a pod gets to end.
LAST_CALL_SECONDS = 22.0
# So often approvals are looked after: expired, and what Slack did not take said again.
BOARD_SECONDS = 60
# A sweep that is this many intervals late makes the bot "not ready".
MISSED_SWEEPS = 3


@dataclass(slots=True, kw_only=True)
class Bot:
    """The parts of one running bot. ``sockets`` is None until Slack has been reached."""

    settings: Settings
    core: Core
    sweeper: Sweeper
    vigil: Vigil
    delivery: Delivery
    answers: WebClient
    plain: WebClient
    board: Board | None = None
    carrying: Carrying | None = None
    follower: Follower | None = None
    sockets: Sockets | None = field(default=None)

    async def troubles(self) -> Sequence[str]:
        """Why it is not ready, for /readyz."""
        connected = self.sockets is not None and await self.sockets.is_connected()
        return (*self._overdue(), *(() if connected else ("not connected to Slack",)), *self.delivery.troubles())

    def _overdue(self) -> Iterable[str]:
        last = self.sweeper.last
        late = timedelta(seconds=MISSED_SWEEPS * self.settings.sweep_seconds)
        if last is None:
            yield "no sweep has finished yet"
        elif self.core.clock.now() - last.snapshot.taken_at > late:
            yield f"no sweep since {last.snapshot.taken_at:%Y-%m-%d %H:%M:%S} UTC"

    def samples(self) -> Iterable[Gauge]:
        """The numbers of the last sweep, for /metrics."""
        last = self.sweeper.last
        if last is None:
            return ()
        return gauges(last.snapshot, last.report, self.sweeper.judged_at, timedelta(seconds=self.settings.sweep_seconds))


def run(settings: Settings, version: str, clock: Clock | None = None) -> None:
    """Serve until SIGTERM or SIGINT. Raises BotError when it cannot start or something it lives on breaks for good.

    ``clock``: the machine's own unless given.
    """
    if trouble := core_dumps.forbid():
        log.warning("core dumps", note=trouble, do="Set the limit of core files to 0 where the bot is started.")
    try:
        asyncio.run(_serve(settings, version, clock or SystemClock()))
    except* BotError as group:
        raise _first(group) from None


async def _serve(settings: Settings, version: str, clock: Clock) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    # A wrong token or channel must end the start with a sentence, before anything is opened.
    preflight.tokens(settings)
    preflight.channel_id(settings)
    async with _bot(settings, version, clock) as bot, asyncio.TaskGroup() as tasks:
        loops: dict[str, Callable[[], Coroutine[None, None, None]]] = {
            "sweep": bot.vigil.sweep_when_due,
            "poll": bot.vigil.poll_when_due,
            "watch": bot.vigil.watch,
            "deliver": bot.delivery.run,
            "converse": partial(_converse, bot),
            **bot.core.loops,
        }
        if bot.board is not None:
            loops["approvals"] = bot.board.keep_when_due
        if bot.follower is not None:
            loops["follow"] = bot.follower.follow_when_due
        if bot.core.steering is not None:
            loops["heed"] = Heed(rotating=bot.core.rotating, heard=bot.core.steering.heard, changed=bot.vigil.due.ring).heed_when_due
        running = {name: tasks.create_task(loop(), name=name) for name, loop in loops.items()}
        await stop.wait()
        log.info("stopping")
        bot.delivery.stop()
        delivering = running.pop("deliver")
        for task in running.values():
            task.cancel()
        # The call in flight may have reached Slack. Cut off here, its message would be said again after the next start.
        await asyncio.wait([delivering], timeout=LAST_CALL_SECONDS)
        delivering.cancel()


@asynccontextmanager
async def _bot(settings: Settings, version: str, clock: Clock) -> AsyncGenerator[Bot]:
    async with AsyncExitStack() as stack:
        counters, scheduler, due = Counters(version), Scheduler(clock), Bell()
        opening = bootstrap.opened(settings, version=version, clock=clock, matched=counters.log_lines, noticed=due.ring)
        core = await stack.enter_async_context(opening)
        shared = await stack.enter_async_context(transport.session(traffic.counted(counters.registry)))
        bot = _assembled(settings, core, scheduler, shared, counters, due)
        await bot.sweeper.remember()
        endpoints = Endpoints(troubles=bot.troubles, samples=bot.samples, registry=counters.registry)
        port = await stack.enter_async_context(endpoints.served(settings.http_host, settings.http_port))
        decided = bot.board.due.ring if bot.board else due.ring
        port_of = partial(terminal.opened, settings, tokens=core.tokens, clock=core.clock, decided=decided)
        await stack.enter_async_context(port_of(renewals=core.renewals, steering=core.steering))
        scheduler.every(settings.sweep_seconds, "sweep", bot.vigil.due.ring)
        scheduler.every(settings.poll_seconds, "poll", bot.vigil.poll_due.ring)
        if core.log_watch is not None:
            scheduler.every(settings.loki_poll_seconds, "logs", core.log_watch.due.ring)
        if bot.board is not None:
            scheduler.every(BOARD_SECONDS, "approvals", bot.board.due.ring)
        scheduler.start()
        stack.callback(scheduler.stop)
        # What was loaded stays until the end. Every full collection would look through it, and stop all threads meanwhile
        # (docs/benchmarks.md).
        gc.freeze()
        log.info("serving", version=version, cluster=core.name, namespace=settings.namespace, port=port)
        yield bot


def _assembled(settings: Settings, core: Core, scheduler: Scheduler, shared: aiohttp.ClientSession, counters: Counters, due: Bell) -> Bot:
    # The outbox must know about every attempt, so its client never retries by itself.
    plain = transport.web_client(settings, shared, retries=False)

    async def link(run: str) -> str:
        return await bot.board.link(run) if bot.board else ""

    delivery = Delivery(plain, core.store, core.clock, preflight.channel_id(settings), link=link)

    def saved(swept: Swept) -> None:
        counters.swept(swept.report)
        for announcement in swept.announcements:
            counters.announced(announcement)
        if swept.announcements:
            delivery.ring()
        if core.keeper is not None:
            core.keeper.notice(swept.snapshot)

    settle, keep = timedelta(seconds=settings.settle_seconds), timedelta(days=settings.retention_days)
    sweeper = Sweeper(core.observe, core.store, core.clock, settings.policy, settle=settle, saved=saved, rotations=core)
    vigil = Vigil(
        cluster=core.cluster,
        store=core.store,
        sweeper=sweeper,
        clock=core.clock,
        ring_at=lambda instant: scheduler.at(instant, "due", due.ring),
        pause=asyncio.sleep,
        settle=settle,
        keep=keep,
        due=due,
    )
    answers = transport.web_client(settings, shared, retries=True)
    if core.keeper is not None:
        # What an alert offers depends on what is kept.
        core.keeper.heard.add(due.ring)
    bot = Bot(settings=settings, core=core, sweeper=sweeper, vigil=vigil, delivery=delivery, answers=answers, plain=plain)
    _rotating(bot, core.steering)
    return bot


def _rotating(bot: Bot, carrying: Carrying | None = None) -> None:
    """Where people may ask for a rotation: its card, and who tells how it goes. ``carrying``: what carries approved ones out."""
    settings, core = bot.settings, bot.core
    if core.renewals is None:
        return
    channel, approvers = preflight.channel_id(settings), sorted(settings.approvers)
    bot.carrying = carrying
    bot.board = Board(bot.plain, core.renewals, core.clock, channel=channel, approvers=approvers, carrying=carrying)
    if carrying is not None:
        bot.follower = Follower(bot.plain, carrying, bot.board, core.clock, operators=sorted(settings.operators))


async def _converse(bot: Bot) -> None:
    """Reach Slack and answer until cancelled. A wrong token ends the bot; Slack being away does not."""
    identity = await _preflight(bot)
    for note in identity.notes:
        log.warning("mend this", note=note)
    async with Supervisor(bot.core.clock) as supervisor:
        conversation = _conversation(bot, identity, supervisor)
        app = transport.bolt_app(bot.answers, identity)
        registration.register(app, conversation)
        _, app_token = preflight.tokens(bot.settings)
        async with transport.sockets(app, app_token, bot.plain) as bot.sockets:
            await asyncio.Event().wait()


async def _preflight(bot: Bot) -> Identity:
    while True:
        try:
            return await preflight.check(bot.settings, bot.plain)
        except Transient as error:
            log.warning("Slack is away", error=str(error), hint=error.hint)
            await asyncio.sleep(SLACK_PAUSE_SECONDS)


def _conversation(bot: Bot, identity: Identity, supervisor: Supervisor) -> Conversation:
    settings, core = bot.settings, bot.core
    access = AccessPolicy(
        home_team_id=identity.team_id,
        enterprise_id=identity.enterprise_id,
        viewers=settings.viewers,
        operators=settings.operators,
        approvers=settings.approvers,
    )
    inquiry = core.inquiry(bot.sweeper, settings)
    return Conversation(
        settings=settings,
        access=access,
        cluster=core.name,
        store=core.store,
        sweeper=bot.sweeper,
        client=bot.answers,
        people=People(bot.plain, core.clock, access, bot_user_id=identity.user_id),
        clock=core.clock,
        supervisor=supervisor,
        accept=partial(accept, core.observe, core.store, core.clock),
        diagnose=inquiry.about,
        printed=inquiry.printed,
        certificates=inquiry.certificates,
        examine=partial(consulting.examine, core.doctor, _checkup(bot), core.clock, core.name),
        try_alert=Trial(store=core.store, clock=core.clock, cluster=core.name, arrival=bot.delivery.arrival, ring=bot.delivery.ring),
        planned=core.planned,
        channel=bot.delivery,
        board=bot.board,
        carrying=bot.carrying,
    )


def _checkup(bot: Bot) -> Checkup:
    async def sockets() -> SocketCount | None:
        return await bot.sockets.count() if bot.sockets else None

    def path() -> CardPath:
        return CardPath(troubles=bot.delivery.troubles(), said_at=bot.delivery.said_at())

    return Checkup(settings=bot.settings, client=bot.plain, sockets=sockets, path=path)


def _first(group: BaseExceptionGroup[BotError]) -> BotError:
    first = group.exceptions[0]
    return _first(first) if isinstance(first, BaseExceptionGroup) else first
