"""A cluster, a memory and a bot that carries rotations out. A bot can end at any point, and another takes its place.

    async with a_voyage(tmp_path) as voyage:
        await voyage.approve()
        file = await voyage.sail()
        assert file.run.stand is Stand.DONE

Real are the engine, the store, the seal and the Kubernetes client; simulated are the cluster and the handshakes with its servers.
"""

import base64
from collections.abc import AsyncGenerator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any, Final

from msgspec.structs import replace

from bot.adapters import store as sqlite
from bot.adapters.kubernetes import KubernetesCluster
from bot.adapters.sealing import AesGcmSeal
from bot.adapters.store.sqlite import SqliteStore
from bot.config import from_env
from bot.model.approval import Verdict
from bot.model.binding import Asked
from bot.model.identity import ca_identity
from bot.model.rotation import Kind
from bot.model.run import File, Stand, Way
from bot.model.snapshot import AcceptedCa, BundleNames
from bot.model.surroundings import WorkloadName
from bot.model.versions import Version
from bot.model.vitals import ApiServer
from bot.ports import Hands, Journal
from bot.usecases.assent import Assent
from bot.usecases.beginning import Beginning
from bot.usecases.carry import Carriage
from bot.usecases.collect import Scope, collect
from bot.usecases.handshakes import Handshakes
from bot.usecases.keep_pair import Keeper
from bot.usecases.logbook import Logbook
from bot.usecases.noting import Noting
from bot.usecases.performing import Performer
from bot.usecases.renew import Renewals, Terms
from bot.usecases.steering import Steering
from bot.usecases.tenancy import Tenancy
from playground.kubernetes import AppPod, Dapr, SimulatedCluster, install_dapr
from playground.kubernetes.authority import Authority, made_by_sentry
from playground.kubernetes.dapr import BUNDLE, NAMESPACE
from playground.kubernetes.town import SimulatedTown
from tests.contract.opening import opened_at
from tests.fakes.clock import FakeClock

ASKER, ANN, BOB = "U0ASKER", "U0ANN", "U0BOB"
PEOPLE: Final = {name: name for name in (ASKER, ANN, BOB)}
CANARY: Final = WorkloadName("dapr-warden", "Deployment", "dapr-warden-canary")
APPS: Final = {"orders": 3, "payments": 2, "mail": 1}
FOREIGN: Final = {"somebody-elses.key": base64.b64encode(b"not ours \x00\xff").decode()}
PACE: Final = timedelta(seconds=3)
LONGEST: Final = timedelta(days=4)
SEALED_WITH: Final = bytes(range(160, 192))

Object = dict[str, Any]


@dataclass(slots=True, kw_only=True)
class Voyage:
    """``carriage``: the bot that lives now. ``watched``: called after each turn, and each time the cluster moved.

    ``people``: who may approve, for the next bot that begins; ``accepting``: through what it accepts a CA; ``ahead``: by how much the
    API server's clock is.
    """

    kube: SimulatedCluster
    town: SimulatedTown
    clock: FakeClock
    cluster: KubernetesCluster
    folder: Path
    authority: Authority
    store: SqliteStore
    hands: Hands
    journal: Journal
    carriage: Carriage = field(init=False)
    steering: Steering = field(init=False)
    renewals: Renewals = field(init=False)
    keeper: Keeper = field(init=False)
    pace: timedelta = PACE
    people: dict[str, str] = field(default_factory=lambda: dict(PEOPLE))
    ahead: timedelta = timedelta()
    watched: list[Callable[[], None]] = field(default_factory=list)
    turns: int = 0
    accepting: Callable[[SqliteStore], SqliteStore] = lambda one: one
    memories: AsyncExitStack = field(default_factory=AsyncExitStack)

    async def boot(self, holder: str = "bot") -> None:
        """A bot begins, with whatever the memory knows."""
        scope = Scope(settings=from_env({}), name="prod-eu", version="test", surroundings=True)
        handshakes = Handshakes(self.town.chains, "direct")
        look = partial(collect, self.cluster, self.clock, scope, self.store, handshakes=handshakes)
        seal = AesGcmSeal(SEALED_WITH)
        quorum = dict.fromkeys(Kind, 1)
        terms = Terms(people=self.people, person=lambda one: one, quorum=quorum, lifetime=timedelta(days=365))
        approvals = self.store.approvals

        async def is_running() -> bool:
            file = await self.journal.latest_run("prod-eu")
            return file is not None and not file.run.is_over

        self.keeper = Keeper(safe=self.hands, seal=seal, clock=self.clock, is_running=is_running)
        self.renewals = Renewals(
            cluster="prod-eu",
            look=look,
            memory=approvals,
            seal=seal,
            clock=self.clock,
            terms=terms,
            backup=self.keeper.last_good,
        )
        tenancy = Tenancy(hands=self.hands, clock=self.clock, holder=holder)
        logbook = Logbook(cluster="prod-eu", journal=self.journal, tenancy=tenancy, clock=self.clock, person=terms.person)
        performer = Performer(
            hands=self.hands,
            seal=seal,
            memory=approvals,
            journal=self.journal,
            clock=self.clock,
            is_ours=tenancy.is_ours,
            pause=self._pause,
        )
        self.carriage = Carriage(
            look=look,
            peek=self.cluster.trust_versions,
            logbook=logbook,
            beginning=Beginning(logbook=logbook, performer=performer, renewals=self.renewals),
            performer=performer,
            store=self.accepting(self.store),
            clock=self.clock,
            canary=CANARY,
            noting=Noting(logbook=logbook, names=BundleNames()),
            assent=Assent(renewals=self.renewals, server=self._server, clock=self.clock),
        )
        self.steering = Steering(logbook=logbook, terms=terms, ring=self.carriage.due.ring)

    async def keep_pair(self) -> None:
        """A sweep: the CA that is there is accepted at first sight, and its pair is kept."""
        snapshot = await self.carriage.look()
        roots, issuer = ca_identity(snapshot) or ((), "")
        ca = AcceptedCa(roots=roots, issuer=issuer, accepted_at=self.clock.now(), accepted_by="first sight")
        await self.store.accept_ca(ca, expected=None)
        await self.keeper.look(await self.carriage.look())
        assert self.keeper.condition.kept_at, self.keeper.condition

    async def lose_memory(self) -> None:
        """Somebody deletes the database; the next bot begins with an empty one."""
        path = self.folder / f"memory-{self.turns}"
        self.store = await self.memories.enter_async_context(sqlite.opened(f"sqlite:///{path}"))
        self.journal = self.store.journal

    async def approve(self) -> None:
        """Somebody asks, somebody else approves."""
        asked = await self.renewals.ask(ASKER)
        assert isinstance(asked, Asked), getattr(getattr(asked, "plan", None), "hazards", asked)
        decided = await self.renewals.decide(asked.request.id, ANN, Verdict.APPROVE)
        assert isinstance(decided, Asked), decided

    async def turn(self) -> File | None:
        """One turn of the bot, and a pace of time. The run as it stands then."""
        await self.carriage.tend()
        self.turns += 1
        self._look_around()
        file = await self.latest()
        self.pass_time(self.pace_of(file))
        return file

    async def sail(self, *, until: Callable[[File], bool] = lambda _: False, most: int = 400) -> File:
        """Turn after turn, until the run is over, holds, or ``until``."""
        for _ in range(most):
            file = await self.turn()
            if file is not None and (file.run.is_over or file.run.stand is Stand.HELD or until(file)):
                return file
        file = await self.latest()
        raise AssertionError(f"not over after {most} turns: {file.run if file else None}")

    async def latest(self) -> File | None:
        """The newest run, as the journal has it."""
        return await self.journal.latest_run("prod-eu")

    async def command(self, way: Way, actor: str = ANN) -> File:
        """What somebody clicks."""
        file = await self.latest()
        assert file is not None
        found = await self.steering.command(file.id, way, actor)
        assert isinstance(found, File), found
        return found

    def pass_time(self, span: timedelta) -> None:
        """The cluster lives on meanwhile."""
        self.town.pass_time(self._advance, span)
        self._look_around()

    def data(self, kind: str = "Secret", name: str = BUNDLE) -> Object:
        """What an object holds."""
        found: Object = self.kube.get(kind, name, NAMESPACE).get("data") or {}
        return found

    @property
    def is_open(self) -> bool:
        """Whether Secret and ConfigMap differ."""
        return bool(base64.b64decode(self.data()["ca.crt"]).decode() != self.data("ConfigMap")["ca.crt"])

    def pace_of(self, file: File | None) -> timedelta:
        """Nobody waits a day turn by turn."""
        until = file.run.counted.until if file and file.run.counted and file.run.stand is Stand.RUNNING else None
        return max(min(until - self.clock.now() + self.pace, LONGEST), self.pace) if until else self.pace

    async def _server(self) -> ApiServer:
        found = await self.cluster.access.server()
        assert found.date is not None
        return replace(found, date=found.date + self.ahead)

    async def _pause(self, seconds: float) -> None:
        self.pass_time(timedelta(seconds=seconds))

    def _advance(self, span: timedelta) -> None:
        self.clock.advance(span)
        self._look_around()

    def _look_around(self) -> None:
        for one in self.watched:
            one()


@asynccontextmanager
async def a_voyage(
    folder: Path,
    *,
    version: str = "1.18.3",
    replicas: int = 2,
    left: timedelta = timedelta(days=20),
    apps: dict[str, int] = APPS,
    hands: Callable[[Hands], Hands] = lambda one: one,
    journal: Callable[[Journal], Journal] = lambda one: one,
    accepting: Callable[[SqliteStore], SqliteStore] = lambda one: one,
    lag: timedelta = timedelta(seconds=60),
    pace: timedelta = PACE,
) -> AsyncGenerator[Voyage]:
    """A healthy cluster whose CA has so much time left. ``hands``, ``journal``, ``accepting``: what it holds in place of its own."""
    clock = FakeClock()
    authority = made_by_sentry(clock.now() + left - timedelta(days=365), Version.parse(version))
    pods = [*(AppPod(name=f"{app}-5d9c7b6f8-{n}", app_id=app, anchors=authority.ca) for app, count in apps.items() for n in range(count))]
    pods.append(AppPod(name="dapr-warden-canary-5d9c7b6f8-0", app_id=CANARY.name, namespace=CANARY.namespace, anchors=authority.ca))
    dapr = Dapr(ca=authority.ca, issuer=authority.issuer, key=authority.key, version=version, replicas=replicas, pods=pods)
    async with SimulatedCluster(clock.now) as kube:
        install_dapr(kube, dapr)
        _own_objects(kube)
        secret = kube.get("Secret", BUNDLE, NAMESPACE)
        kube.put({**secret, "data": {**secret["data"], **FOREIGN}}, manager="sentry")
        town = SimulatedTown(kube, version=version, clock=clock, mount_lag=lag)
        town.start()
        town.pass_time(clock.advance, timedelta(minutes=30))
        async with opened_at(kube.kubeconfig(folder / "kubeconfig")) as cluster, sqlite.opened(f"sqlite:///{folder / 'memory'}") as store:
            voyage = Voyage(
                kube=kube,
                town=town,
                clock=clock,
                cluster=cluster,
                folder=folder,
                authority=authority,
                store=store,
                hands=hands(cluster.hands),
                journal=journal(store.journal),
                accepting=accepting,
                pace=pace,
            )
            await voyage.boot()
            async with voyage.memories:
                yield voyage
        town.stop()


def _own_objects(kube: SimulatedCluster) -> None:
    """As deploy/ ships them: empty."""
    for name in ("dapr-warden-backup", "dapr-warden-staging"):
        kube.put({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": name, "namespace": NAMESPACE}, "type": "Opaque"})
    lease = {"apiVersion": "coordination.k8s.io/v1", "kind": "Lease", "metadata": {"name": "dapr-warden-rotation", "namespace": NAMESPACE}}
    kube.put({**lease, "spec": {}})
