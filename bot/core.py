"""What the running bot consists of, below the conversation: opened by :mod:`bot.bootstrap`, used by :mod:`bot.serve`."""

from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from datetime import timedelta

from bot.config import Settings
from bot.model.alert import Announcement, Rotating
from bot.model.approval import State
from bot.model.foreseen import foreseen
from bot.model.rotation import Plan, Unplannable
from bot.model.snapshot import Snapshot
from bot.ports import Clock, Cluster, Logs, Observe, Pods, Store, Tokens
from bot.rotation.progress import glance
from bot.usecases.canary_urls import CanaryUrls
from bot.usecases.carry import Carriage
from bot.usecases.doctor import Doctor
from bot.usecases.gathering import Sources
from bot.usecases.handshakes import Handshakes
from bot.usecases.inquiry import Inquiry
from bot.usecases.keep_pair import Keeper
from bot.usecases.log_watch import LogWatch
from bot.usecases.offering import Offers
from bot.usecases.renew import LastGood, Renewals, nothing_kept, offered
from bot.usecases.steering import Steering
from bot.usecases.sweep import Sweeper


@dataclass(frozen=True, slots=True, kw_only=True)
class Core:
    """What the bot runs on. ``name``: the cluster's, as people say it. ``observe`` takes a Snapshot, ``survey`` one to plan with.

    ``log_watch`` is None where no Loki is set; ``renewals``, ``keeper``, ``carriage`` and ``steering`` where nobody may ask for a rotation,
    ``canary_urls`` also where none is set.
    """

    name: str
    cluster: Cluster
    store: Store
    clock: Clock
    observe: Observe
    survey: Observe
    pods: Pods
    handshakes: Handshakes
    doctor: Doctor
    lifetime: timedelta
    tokens: Tokens
    logs: Logs | None = None
    log_watch: LogWatch | None = None
    renewals: Renewals | None = None
    keeper: Keeper | None = None
    carriage: Carriage | None = None
    steering: Steering | None = None
    canary_urls: CanaryUrls | None = None

    @property
    def last_good(self) -> LastGood:
        """What is kept of the last good pair."""
        return self.keeper.last_good if self.keeper else nothing_kept

    async def foreseen(self) -> frozenset[str]:
        """What a rotation under way brings about, and its thread tells."""
        file = await self.steering.latest() if self.steering is not None else None
        return foreseen(file.run) if file is not None else frozenset()

    async def rotating(self) -> Rotating | None:
        """The newest rotation, as the cards say it that it mends."""
        file = await self.steering.latest() if self.steering is not None else None
        return glance(file, self.clock.now()) if file is not None else None

    async def planned(self) -> Plan | Unplannable:
        """What a rotation would be, from a fresh look. Raises :mod:`bot.errors`."""
        return await offered(self.survey, self.lifetime, self.last_good)

    async def is_busy(self) -> bool:
        """Whether a request waits for its approval, or a rotation is under way."""
        asked = await self.renewals.current() if self.renewals else None
        return (asked is not None and asked.request.state is State.PENDING) or (self.keeper is not None and await self.keeper.is_running())

    async def offering(self, announcements: Sequence[Announcement]) -> tuple[Announcement, ...]:
        """What is announced, with what the bot offers to do about it where people may approve it."""
        offers = Offers(planned=self.planned, is_busy=self.is_busy)
        return await offers.added(announcements) if self.renewals else tuple(announcements)

    def inquiry(self, sweeper: Sweeper, settings: Settings) -> Inquiry:
        """Who is asked why something is broken; looks that sweeps have taken are shared."""

        def last() -> Snapshot | None:
            return sweeper.last.snapshot if sweeper.last else None

        async def look() -> Snapshot:
            return (await sweeper.swept_now()).snapshot

        sources = Sources(pods=self.pods, logs=self.logs, clock=self.clock, handshakes=self.handshakes, explore=settings.explore)
        return Inquiry(last=last, look=look, policy=settings.policy, sources=sources)

    @property
    def loops(self) -> dict[str, Callable[[], Coroutine[None, None, None]]]:
        """What runs as long as the bot does, and only where it is set, by name. None of them ends by itself."""
        optional = {
            "logs": self.log_watch.look_when_due if self.log_watch else None,
            "backup": self.keeper.keep_when_due if self.keeper else None,
            "canary-urls": self.canary_urls.call_while_running if self.canary_urls else None,
            "rotation": self.carriage.carry_when_due if self.carriage else None,
        }
        return {name: loop for name, loop in optional.items() if loop is not None}
