"""Several sentries behind one Service: each has read the objects when it started, and whoever asks gets one that is ready, in turn."""

from datetime import datetime, timedelta
from typing import Any, Final

from bot.model import go_duration
from bot.model.path import SENTRY, Identity
from bot.model.versions import Version
from bot.ports import Clock
from playground.kubernetes import kubelet
from playground.kubernetes.accepting import accepts
from playground.kubernetes.cluster import SimulatedCluster
from playground.kubernetes.leaves import TTL, Leaf, Signing, signed
from playground.kubernetes.sentry import Serving, SimulatedSentry, State, Stopped
from playground.kubernetes.status import Refusal

Object = dict[str, Any]

CONFIGURATION: Final = "daprsystem"


class Sentries:
    """By the name of their pod. Implements :class:`playground.kubernetes.injector.Issuing`: the one whose turn it is."""

    def __init__(self, kube: SimulatedCluster, version: Version, clock: Clock, *, namespace: str, mount_lag: timedelta | None) -> None:
        self.version = version
        self.running: dict[str, SimulatedSentry] = {}
        self.leaves: dict[str, Leaf] = {}
        self._kube = kube
        self._clock = clock
        self.namespace = namespace
        self._lag = mount_lag
        self._states: dict[str, State] = {}
        self._turn = 0

    def start(self, pod: str) -> SimulatedSentry:
        """A new process in that pod."""
        sentry = SimulatedSentry(
            self._kube, version=str(self.version), clock=self._clock, namespace=self.namespace, pod=pod, mount_lag=self._lag
        )
        self.running[pod] = sentry
        sentry.start()
        self._renew(pod)
        return sentry

    def stop(self, pod: str) -> None:
        """The pod is gone."""
        sentry = self.running.pop(pod, None)
        self.leaves.pop(pod, None)
        self._states.pop(pod, None)
        if sentry is not None:
            sentry.stop()

    def settle(self) -> bool:
        """Let each do what is due by now; whether there was anything."""
        did = [sentry.settle() for sentry in tuple(self.running.values())]
        renewed = [self._renew(pod) for pod in self.running]
        return any(did) or any(renewed)

    @property
    def due_at(self) -> datetime | None:
        """When :meth:`settle` has something to do next."""
        renewals = [leaf.renews_at(self.version) for leaf in self.leaves.values()]
        return min((*(at for one in self.running.values() if (at := one.due_at)), *renewals), default=None)

    @property
    def state(self) -> State:
        """Of the one whose turn it is; stopped when none is ready."""
        ready = self.ready
        return self.running[ready[self._turn % len(ready)]].state if ready else Stopped()

    @property
    def serving(self) -> tuple[str, ...]:
        """The pods of those that would sign."""
        return tuple(pod for pod, one in self.running.items() if isinstance(one.state, Serving))

    @property
    def ready(self) -> tuple[str, ...]:
        """The pods of those to whom the Service sends somebody."""
        return tuple(pod for pod in self.serving if self._is_ready(pod))

    def next(self) -> None:
        """The next one's turn."""
        self._turn += 1

    def issue(self, identity: Identity, roots: bytes) -> Leaf | None:
        """A certificate of the one whose turn it is; None when there is none, or whoever asks does not accept it with these roots."""
        ready = self.ready
        if not ready:
            return None
        pod = ready[self._turn % len(ready)]
        now = self._clock.now()
        shown = self.leaves[pod]
        return signed(identity, shown.signing, now, self.ttl) if accepts(roots, shown, now) else None

    @property
    def ttl(self) -> timedelta:
        """How long a certificate lasts."""
        try:
            spec = self._kube.get("Configuration", CONFIGURATION, self.namespace).get("spec", {})
        except Refusal:
            return TTL
        return go_duration.parsed(str((spec.get("mtls") or {}).get("workloadCertTTL") or "")) or TTL

    def _renew(self, pod: str) -> bool:
        """Its own certificate: a new one whenever it has read its CA, and in between when it is time."""
        state, leaf = self.running[pod].state, self.leaves.get(pod)
        is_known = state is self._states.get(pod)
        self._states[pod] = state
        if not isinstance(state, Serving):
            return not is_known and self.leaves.pop(pod, None) is not None
        now = self._clock.now()
        if is_known and leaf is not None and now < leaf.renews_at(self.version):
            return False
        self.leaves[pod] = signed(SENTRY, Signing(issuer=state.issuer, key=state.key), now, self.ttl)
        return True

    def _is_ready(self, pod: str) -> bool:
        try:
            return kubelet.is_ready(self._kube.get("Pod", pod, self.namespace))
        except Refusal:
            return False
