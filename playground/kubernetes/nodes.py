"""The nodes: kubelets start what pods hold, and what they have started gets its certificate, renews it, and notices what is mounted.

Operator, placement and scheduler start as the injector does: with the ConfigMap's roots and a certificate from a sentry that they
verify, or they crash and are tried again. A sidecar does the same with the roots of its environment. What runs already goes on
without a new certificate and asks again every ten seconds. Not simulated: the scheduler's etcd, which reads its roots once.
"""

import base64
from datetime import datetime, timedelta
from typing import Any, Final

from bot.ports import Clock
from playground.kubernetes import kubelet, mounts
from playground.kubernetes.cluster import HOST, SimulatedCluster
from playground.kubernetes.dapr import BUNDLE, GOROUTINES
from playground.kubernetes.injector import SimulatedInjector
from playground.kubernetes.processes import OPERATOR, Place, Process, Role, process_of
from playground.kubernetes.sentries import Sentries
from playground.kubernetes.sentry import FIRST_WAIT, LONGEST_WAIT
from playground.kubernetes.status import Refusal
from playground.kubernetes.store import Change

Object = dict[str, Any]

RETRY: Final = timedelta(seconds=10)
"""After a renewal that failed."""
CRD: Final = "subscriptions.dapr.io"
METRICS_PORT: Final = 9090
_UNKNOWN: Final = "x509: certificate signed by unknown authority"
_AWAY: Final = "context deadline exceeded"
_ORDER: Final = (Role.SENTRY, Role.INJECTOR, Role.PART, Role.SIDECAR, Role.PLAIN)


class Nodes:
    """``ready_after``: from a pod's creation until it runs. ``held``: (namespace, label ``app``) of those that never get ready."""

    def __init__(self, kube: SimulatedCluster, sentries: Sentries, clock: Clock, *, ready_after: timedelta, mount_lag: timedelta) -> None:
        self.processes: dict[Place, Process] = {}
        self.held: set[Place] = set()
        self._kube = kube
        self._sentries = sentries
        self._clock = clock
        self._namespace = sentries.namespace
        self.ready_after = ready_after
        self._lag = mount_lag
        self._mounts: list[datetime] = []

    def start(self) -> None:
        """What is ready runs already, and gets a certificate of this moment; the rest stays as it is until it is recreated."""
        found = [process_of(pod, self._namespace) for pod in self._kube.all("Pod") if kubelet.is_ready(pod)]
        for process in sorted(found, key=lambda one: _ORDER.index(one.role)):
            self.processes[process.place] = process
            self._begin(process)
        self._kube.store.listeners.add(self._heard)

    def stop(self) -> None:
        """Nothing runs any more; the objects stay as they are."""
        self._kube.store.listeners.discard(self._heard)
        for name in tuple(self._sentries.running):
            self._sentries.stop(name)
        self.processes.clear()

    def settle(self) -> bool:
        """Do what is due by now; whether there was anything."""
        now = self._clock.now()
        did = self._sentries.settle()
        while self._mounts and self._mounts[0] <= now:
            self._mounts.pop(0)
            did = True
            for process in tuple(self.processes.values()):
                self._notice(process)
        for process in [one for one in self.processes.values() if one.again_at is not None and one.again_at <= now]:
            did = True
            (self._renew if process.runs else self._begin)(process)
        for process in [one for one in self.processes.values() if one.held and one.role is Role.SENTRY]:
            self._hold(process)
        return did

    @property
    def due_at(self) -> datetime | None:
        """When :meth:`settle` has something to do next."""
        waits = [one.again_at for one in self.processes.values() if one.again_at is not None]
        sentries = self._sentries.due_at
        return min((*waits, *self._mounts[:1], *((sentries,) if sentries else ())), default=None)

    def release(self, place: Place) -> None:
        """What was held of this workload is ready now."""
        self.held.discard(place)
        for process in self.processes.values():
            if process.held and (process.place[0], process.app) == place:
                process.held = False
                if process.role is not Role.SENTRY or process.place[1] in self._sentries.serving:
                    self._runs(process)

    def injectors(self) -> tuple[SimulatedInjector, ...]:
        """Those to whom the API server sends new pods."""
        found = [one for one in self.processes.values() if one.injector and self.is_ready(one)]
        return tuple(one.injector for one in found if one.injector)

    def is_ready(self, process: Process) -> bool:
        """Whether its pod is."""
        try:
            return kubelet.is_ready(self._kube.get("Pod", process.place[1], process.place[0]))
        except Refusal:
            return False

    def _begin(self, process: Process) -> None:
        """It starts, or tries to again. What was ready before anybody looked runs, whatever becomes of its certificate."""
        namespace, pod = process.place
        was_ready = self.is_ready(process)
        if process.role in (Role.INJECTOR, Role.PART) and self._configmap() is None:
            # FailedMount: the kubelet goes on trying, and nothing is started.
            process.again_at = self._clock.now() + RETRY
            return
        process.again_at = None
        process.held = (namespace, process.app) in self.held
        if not was_ready:
            kubelet.starts(self._kube, namespace, pod, ip=HOST)
        if process.role is Role.SENTRY:
            process.runs = True
            self._sentries.start(pod)
            return
        if not self._is_equipped(process) and not was_ready:
            self._crash(process)
            return
        process.runs, process.wait = True, FIRST_WAIT
        if process.leaf is None and process.role is not Role.PLAIN:
            process.again_at = self._clock.now() + RETRY
        if not was_ready:
            self._runs(process)

    def _is_equipped(self, process: Process) -> bool:
        """With roots and a certificate, as far as it needs them."""
        self._sentries.next()
        match process.role:
            case Role.PLAIN:
                return True
            case Role.INJECTOR:
                injector = SimulatedInjector(self._kube, self._sentries, clock=self._clock, namespace=self._namespace, pod=process.place[1])
                process.injector, process.mounted = injector, self._configmap() or b""
                injector.start()
                process.roots = injector.believes.roots if injector.believes else b""
                self._kube.serve(process.place[1], METRICS_PORT, lambda: GOROUTINES, namespace=self._namespace)
            case Role.PART:
                process.roots = process.mounted = self._configmap() or b""
            case _:
                pass
        return self._certify(process)

    def _certify(self, process: Process) -> bool:
        """Ask the sentry whose turn it is; whether it gave a certificate."""
        leaf = self._sentries.issue(process.identity, process.roots)
        if leaf is None:
            return False
        process.leaf = leaf
        process.again_at = leaf.renews_at(self._sentries.version)
        if process.app == OPERATOR and process.role is Role.PART:
            self._hand_over(process.roots)
        return True

    def _renew(self, process: Process) -> None:
        self._sentries.next()
        if process.injector is not None:
            process.injector.renew()
        if not self._certify(process):
            process.again_at = self._clock.now() + RETRY

    def _notice(self, process: Process) -> None:
        """The kubelet has brought the ConfigMap's newest text; from 1.16 on only the first change is seen."""
        text = self._configmap()
        if process.role not in (Role.INJECTOR, Role.PART) or not process.runs or text is None or text == process.mounted:
            return
        process.mounted = text
        if process.noticed and self._sentries.version.class_ == "C":
            return
        process.noticed += 1
        process.roots = text
        if process.injector is not None:
            process.injector.mount_changed()
        elif process.app == OPERATOR:
            self._hand_over(text)

    def _crash(self, process: Process) -> None:
        namespace, pod = process.place
        why = _UNKNOWN if self._sentries.ready else _AWAY
        said = (f"Fatal error from runtime: failed to retrieve the initial identity: {why}",)
        for container in process.containers:
            if container != process.main:
                kubelet.runs(self._kube, namespace, pod, container)
        kubelet.crashed(self._kube, namespace, pod, process.main, said=said)
        process.again_at = self._clock.now() + process.wait
        process.wait = min(process.wait * 2, LONGEST_WAIT)

    def _runs(self, process: Process) -> None:
        for container in process.containers:
            kubelet.runs(self._kube, *process.place, container)
        if process.held:
            self._hold(process)

    def _hold(self, process: Process) -> None:
        if self.is_ready(process):
            kubelet.unready(self._kube, *process.place, process.containers[0])

    def _configmap(self) -> bytes | None:
        """None while there is none: then nothing is mounted anew, and what is mounted stays."""
        try:
            data = self._kube.get("ConfigMap", BUNDLE, self._namespace).get("data") or {}
        except Refusal:
            return None
        return str(data.get("ca.crt", "")).encode()

    def _hand_over(self, roots: bytes) -> None:
        """The operator writes its roots where the API server looks for them."""
        try:
            found = self._kube.get("CustomResourceDefinition", CRD)
        except Refusal:
            return
        webhook = found["spec"]["conversion"]["webhook"]
        client = {**webhook["clientConfig"], "caBundle": base64.b64encode(roots).decode()}
        conversion = {**found["spec"]["conversion"], "webhook": {**webhook, "clientConfig": client}}
        self._kube.put({**found, "spec": {**found["spec"], "conversion": conversion}}, manager="operator")

    def _heard(self, change: Change) -> None:
        obj = change.stored.object
        if change.kind.name == "Pod" and change.type != "MODIFIED":
            (self._born if change.type == "ADDED" else self._gone)(obj)
        elif mounts.is_changed(change, "ConfigMap", self._namespace):
            self._mounts.append(self._clock.now() + self._lag)

    def _born(self, pod: Object) -> None:
        process = process_of(pod, self._namespace)
        process.again_at = self._clock.now() + (timedelta() if kubelet.is_ready(pod) else self.ready_after)
        self.processes[process.place] = process

    def _gone(self, pod: Object) -> None:
        metadata = pod["metadata"]
        process = self.processes.pop((metadata.get("namespace", ""), metadata["name"]), None)
        if process is None:
            return
        if process.role is Role.SENTRY:
            self._sentries.stop(process.place[1])
        self._kube.silence(process.place[1], namespace=process.place[0])
