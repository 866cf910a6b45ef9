"""A whole cluster that lives: controllers replace pods, kubelets start them, sentries sign, sidecars renew; on a clock that is handed in.

    install_dapr(kube, Dapr(..., replicas=3, pods=...))
    town = SimulatedTown(kube, clock=clock)
    town.start()                          # what is installed runs, with certificates of this moment
    ...                                   # somebody writes a Secret, patches a template
    town.settle()                         # does all that is due by now
    town.pass_time(clock.advance, timedelta(minutes=5))  # moves the clock from one thing that is due to the next
    assert town.refused() == []           # every pod accepts every other
    assert town.would_start()             # and a sentry that starts now keeps this CA

Nothing happens by itself: who moves the clock or writes something calls ``settle`` afterwards. Dapr 1.12 and later.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from bot.model import pem
from bot.model.chains import Endpoint, LiveChain, LiveChains, NoChain
from bot.model.observed import Unobserved, Why
from bot.model.versions import Version
from bot.ports import Clock
from playground.kubernetes import sentry, sidecars
from playground.kubernetes.accepting import accepts
from playground.kubernetes.cluster import SimulatedCluster
from playground.kubernetes.controllers import Controllers
from playground.kubernetes.dapr import NAMESPACE
from playground.kubernetes.leaves import Leaf
from playground.kubernetes.nodes import Nodes
from playground.kubernetes.processes import Place, Process, Role, process_of
from playground.kubernetes.sentries import Sentries

Object = dict[str, Any]

READY_AFTER: Final = timedelta(seconds=5)
MOUNT_LAG: Final = timedelta(seconds=60)
_ENABLED: Final = "dapr.io/enabled"
_SERVERS: Final = (Role.SENTRY, Role.INJECTOR, Role.PART)


class SimulatedTown:
    """See the module. ``ready_after``: from a pod's creation to its readiness; ``mount_lag``: from a write until pods see it.

    ``settled`` are called after something was done; ``placed`` is given each new pod of the control plane, to say where it listens.
    """

    def __init__(
        self,
        kube: SimulatedCluster,
        *,
        version: str = "1.18.3",
        clock: Clock | None = None,
        namespace: str = NAMESPACE,
        ready_after: timedelta = READY_AFTER,
        mount_lag: timedelta = MOUNT_LAG,
    ) -> None:
        self.version = Version.parse(version)
        if self.version.class_ == "A":
            raise ValueError(f"no town is simulated for Dapr {version}: only for 1.12 and later")
        self._kube = kube
        self._clock: Clock = clock or kube
        self._namespace = namespace
        self._sentries = Sentries(kube, self.version, self._clock, namespace=namespace, mount_lag=mount_lag)
        self._nodes = Nodes(kube, self._sentries, self._clock, ready_after=ready_after, mount_lag=mount_lag)
        self._controllers = Controllers(kube, self._admit)
        self.chains = TownChains(self)
        self.placed: Callable[[Object], Object] | None = None
        self.settled: set[Callable[[], None]] = set()

    def start(self) -> None:
        """Everything that is ready by its objects runs from now on; of what is not, nothing comes until it is recreated."""
        self._nodes.start()
        self._controllers.start()
        self.settle()

    def stop(self) -> None:
        """Nothing happens any more."""
        self._controllers.stop()
        self._nodes.stop()

    def settle(self) -> bool:
        """Do all that is due by now; whether there was anything."""
        did = False
        while self._nodes.settle() | self._controllers.settle():
            did = True
        for told in tuple(self.settled) if did else ():
            told()
        return did

    @property
    def due_at(self) -> datetime | None:
        """When :meth:`settle` has something to do next; now, when something was written since."""
        return self._clock.now() if self._controllers.busy else self._nodes.due_at

    def pass_time(self, advance: Callable[[timedelta], object], span: timedelta) -> None:
        """Move the clock by ``span`` in all, from one thing that is due to the next, so that each happens in its own time."""
        ends_at = self._clock.now() + span
        self.settle()
        while self._clock.now() < ends_at:
            due_at = self.due_at
            advance(min(due_at or ends_at, ends_at) - self._clock.now())
            self.settle()

    @contextmanager
    def at_once(self) -> Iterator[None]:
        """What is begun inside has been done at the end of it: pods take no time to get ready."""
        self.settle()
        usual, self._nodes.ready_after = self._nodes.ready_after, timedelta()
        try:
            yield
            self.settle()
        finally:
            self._nodes.ready_after = usual

    def keep_unready(self, name: str, namespace: str = NAMESPACE) -> None:
        """From now on no new pod of this workload (by its label ``app``) gets ready, until :meth:`let_ready`."""
        self._nodes.held.add((namespace, name))

    def let_ready(self, name: str, namespace: str = NAMESPACE) -> None:
        """Its pods get ready again, those that wait at once."""
        self._nodes.release((namespace, name))
        self.settle()

    @property
    def servers(self) -> tuple[Place, ...]:
        """The pods of the control plane, namespace and name."""
        return tuple(one.place for one in self._nodes.processes.values() if one.role in _SERVERS)

    @property
    def sentries(self) -> tuple[sentry.SimulatedSentry, ...]:
        """Of each pod of sentry the process, the oldest first."""
        return tuple(self._sentries.running.values())

    def refused(self) -> list[tuple[str, str]]:
        """Who refuses whom now, "namespace/name" each, of all ready pods with a part in mTLS. Sentry asks nobody for a certificate."""
        now = self._clock.now()
        ready = [one for one in self._nodes.processes.values() if one.role is not Role.PLAIN and self._nodes.is_ready(one)]
        shown = [(one, self._leaf(one)) for one in ready]
        return [
            (str(one), str(other))
            for one in ready
            if one.role is not Role.SENTRY
            for other, leaf in shown
            if other is not one and not accepts(one.roots, leaf, now)
        ]

    def without_daprd(self) -> list[str]:
        """The pods, "namespace/name", that are annotated for a sidecar and have none."""
        found = [
            process
            for process in self._nodes.processes.values()
            if process.role is Role.PLAIN and _asks(self._kube.get("Pod", process.place[1], process.place[0]))
        ]
        return [str(one) for one in found]

    def would_start(self) -> bool:
        """Whether a sentry that started now would keep the CA that is there, and serve with it."""
        return sentry.would_start(self._kube, self.version, self._namespace, self._clock.now())

    def injects(self) -> bool:
        """Whether a pod that was created now would get its sidecar."""
        return self._roots() is not None

    def trusts(self, name: str, namespace: str = NAMESPACE) -> bytes:
        """The roots that the process in this pod trusts now (PEM). LookupError when there is none."""
        return self._nodes.processes[(namespace, name)].roots

    def leaf(self, name: str, namespace: str = NAMESPACE) -> Leaf | None:
        """The certificate that the pod holds; None when it holds none, or nothing runs there."""
        process = self._nodes.processes.get((namespace, name))
        return self._leaf(process) if process else None

    def _leaf(self, process: Process) -> Leaf | None:
        return self._sentries.leaves.get(process.place[1]) if process.role is Role.SENTRY else process.leaf

    def _roots(self) -> bytes | None:
        injectors = self._nodes.injectors()
        return injectors[0].hands_out() if injectors else None

    def _admit(self, body: Object) -> Object:
        """With a sidecar, if it asks for one and the API server gets an answer that it trusts."""
        if self.placed is not None and process_of(body, self._namespace).role in _SERVERS:
            return self.placed(body)
        roots = self._roots() if _asks(body) else None
        if roots is None:
            return body
        daprd = sidecars.container(body["metadata"]["namespace"], roots, str(self.version), native=False)
        return {**body, "spec": {**body["spec"], "containers": [*body["spec"]["containers"], daprd]}}


@dataclass(frozen=True, slots=True)
class TownChains:
    """What the servers of a town show, without any handshake. Implements :class:`bot.ports.Chains`."""

    town: SimulatedTown

    async def shown(self, endpoints: Sequence[Endpoint]) -> LiveChains:
        """Of each, by its pod."""
        leaves = [(one, self.town.leaf(one.pod, one.namespace)) for one in endpoints]
        return LiveChains(
            shown=tuple(LiveChain(endpoint=one, chain=pem.of_certificates(leaf.shown)) for one, leaf in leaves if leaf),
            silent=tuple(NoChain(endpoint=one, why=_silent(one)) for one, leaf in leaves if not leaf),
        )


def _silent(endpoint: Endpoint) -> Unobserved:
    return Unobserved(Why.UNREACHABLE, f"{endpoint}: no connection (Connection refused).", "Nothing runs in this pod.")


def _asks(pod: Object) -> bool:
    return (pod["metadata"].get("annotations") or {}).get(_ENABLED) == "true"
