"""A simulated sentry of one version: what the real one does to Secret and ConfigMap, as the contract suite compares it on the rig.

    install_dapr(kube, Dapr(...))
    sentry = SimulatedSentry(kube, version="1.18.3", clock=clock)
    sentry.start()            # loads the CA, replaces it, or refuses: see ``state``; its pod, log and metrics follow
    ...                       # somebody writes the Secret
    sentry.mount_changed()    # the kubelet has brought it into the pod
    clock.advance(...)        # two seconds pass
    sentry.settle()           # does all that is due by now: reloads, and restarts of a crashed container
    match sentry.state:
        case Serving(): ...
        case Refused(message=why): ...
        case Stopped(): ...

Nothing happens by itself: who moves the clock calls ``settle`` afterwards, once a second will do. With ``mount_lag`` the kubelet's part
happens on the same clock: every write of the Secret is a ``mount_changed`` that much later (60 to 90 s in life).
"""

import base64
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from bot.model import acceptance
from bot.model.bundle import Mode, TrustBundle, observed
from bot.model.certificate import certificate
from bot.model.pem import read
from bot.model.private_key import read_key
from bot.model.versions import Version
from bot.ports import Clock
from playground.kubernetes import jwt, kubelet, mounts, sentry_log
from playground.kubernetes.authority import made_by_sentry
from playground.kubernetes.cluster import SimulatedCluster
from playground.kubernetes.dapr import BUNDLE, NAMESPACE, metrics_page
from playground.kubernetes.status import Refusal
from playground.kubernetes.store import Change

Object = dict[str, Any]

MANAGER: Final = "sentry"
CONTAINER: Final = "dapr-sentry"
METRICS_PORT: Final = 9090
BATCH: Final = timedelta(seconds=2)
# As a kubelet: 10 s, doubled each time, five minutes at most.
FIRST_WAIT: Final = timedelta(seconds=10)
LONGEST_WAIT: Final = timedelta(minutes=5)
_FILES: Final = ("ca.crt", "issuer.crt", "issuer.key")


@dataclass(frozen=True, slots=True)
class Stopped:
    """It does not run."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Serving:
    """It signs with this CA, since then. An expired one is no reason to stop."""

    ca: bytes
    issuer: bytes
    key: bytes = field(repr=False)
    since: datetime
    not_after_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """It ended with this message in a fatal log line. ``again_at``: when the kubelet starts it next."""

    message: str
    again_at: datetime


State = Stopped | Serving | Refused


class SimulatedSentry:
    """See the module. ``pod`` is the pod whose status, log and metrics are its own; it need not exist."""

    def __init__(
        self,
        kube: SimulatedCluster,
        *,
        version: str = "1.18.3",
        clock: Clock | None = None,
        namespace: str = NAMESPACE,
        pod: str = "dapr-sentry-6b7f9d-0",
        mount_lag: timedelta | None = None,
    ) -> None:
        self.version = Version.parse(version)
        self.state: State = Stopped()
        self.lines: list[str] = []
        self.reloads = 0
        self._kube = kube
        self._clock: Clock = clock or kube
        self._namespace = namespace
        self._pod = pod
        self._lag = mount_lag
        self._mounts: list[datetime] = []
        self._due: list[datetime] = []
        self._wait = FIRST_WAIT
        kube.serve(pod, METRICS_PORT, self.metrics, namespace=namespace)

    def start(self) -> State:
        """The process starts and reads both objects; returns what became of it. Does nothing when it serves already."""
        if isinstance(self.state, Serving):
            return self.state
        self.lines.clear()
        self._due.clear()
        if self._lag is not None:
            self._kube.store.listeners.add(self._heard)
        self._say(f"Starting Dapr Sentry certificate authority -- version {self.version} -- commit ")
        self._load()
        return self.state

    def stop(self) -> None:
        """SIGTERM. It does not come back by itself."""
        self._kube.store.listeners.discard(self._heard)
        self._mounts.clear()
        self._due.clear()
        self._wait = FIRST_WAIT
        self.state = Stopped()
        kubelet.stopped(self._kube, self._namespace, self._pod, CONTAINER)

    def restart(self) -> State:
        """Its pod is recreated, as ``kubectl rollout restart`` does it."""
        self.stop()
        return self.start()

    def mount_changed(self) -> None:
        """Its mounted Secret has changed now. It reloads two seconds later, and not before two seconds after the reload before that."""
        if isinstance(self.state, Serving):
            self._queue(self._clock.now())

    def settle(self) -> bool:
        """Do what is due by now, in order; whether there was anything."""
        now = self._clock.now()
        for at in [at for at in self._mounts if at <= now]:
            self._mounts.remove(at)
            if isinstance(self.state, Serving):
                self._queue(at)
        did = False
        while isinstance(self.state, Serving) and self._due and self._due[0] <= now:
            self._due.pop(0)
            self._reload()
            did = True
        if isinstance(self.state, Refused) and self.state.again_at <= now:
            self.start()
            did = True
        return did

    @property
    def due_at(self) -> datetime | None:
        """When :meth:`settle` has something to do next."""
        waits = [self.state.again_at] if isinstance(self.state, Refused) else []
        return min((*self._due[:1], *(at + BATCH for at in self._mounts), *waits), default=None)

    def metrics(self) -> str:
        """Its metrics page. Refusal 503 while it does not serve."""
        if not isinstance(self.state, Serving):
            raise Refusal(503, "ServiceUnavailable", "error trying to reach service: dial tcp 127.0.0.1:9090: connect: connection refused")
        return metrics_page(self.state.not_after_at.timestamp())

    def _queue(self, at: datetime) -> None:
        # Seen on the rig: a burst is one event; each further event is another reload, two seconds after the one before.
        if not self._due or self._due[-1] != at + BATCH:
            self._due.append(max((at, *self._due)) + BATCH)

    def _reload(self) -> None:
        self.reloads += 1
        self._say(sentry_log.RELOADING, level="warning")
        self._load()

    def _load(self) -> None:
        try:
            secret = self._kube.get("Secret", BUNDLE, self._namespace)
            configmap = None if self.version.class_ == "A" else self._kube.get("ConfigMap", BUNDLE, self._namespace)
        except Refusal as refusal:
            resource = str(refusal).partition(" ")[0]
            self._refuse(sentry_log.missing(resource, BUNDLE, self.version))
            return
        bundle, files = _bundle(secret, configmap)
        in_c = self.version.class_ == "C"
        if in_c and (damage := jwt.problem(files)):
            self._refuse(f"error creating CA: failed to get CA bundle: {damage}")
            return
        verdict = acceptance.sentry(bundle, self.version, Mode.KUBERNETES, self._clock.now())
        if verdict.replaces:
            self._replace(secret, configmap, keeps_set=in_c and jwt.present(files))
        elif verdict.loads:
            self._say(sentry_log.found(self.version))
            self._serve(files["ca.crt"], files["issuer.crt"], files["issuer.key"])
        else:
            self._refuse(sentry_log.refusal(verdict.problems, bundle, self.version, self._clock.now()))

    def _replace(self, secret: Object, configmap: Object | None, *, keeps_set: bool) -> None:
        self._say(sentry_log.NOT_FOUND)
        made = made_by_sentry(self._clock.now(), self.version)
        # Up to 1.15 all of ``data`` is replaced; since 1.16 foreign keys stay, but for a set of keys without its key.
        keeps = self.version.class_ == "C"
        files = zip(_FILES, (made.ca, made.issuer, made.key), strict=True)
        data = {name: base64.b64encode(content).decode() for name, content in files}
        self._kube.put({**secret, "data": {**((secret.get("data") or {}) if keeps else {}), **data}}, manager=MANAGER)
        if configmap is not None:
            texts = {key: text for key, text in (configmap.get("data") or {}).items() if keeps and (keeps_set or key != jwt.SET)}
            self._kube.put({**configmap, "data": {**texts, "ca.crt": made.ca.decode()}}, manager=MANAGER)
        self._serve(made.ca, made.issuer, made.key)

    def _serve(self, ca: bytes, issuer: bytes, key: bytes) -> None:
        ends_at = certificate(read(issuer).blocks[0].der).not_after_at
        self.state = Serving(ca=ca, issuer=issuer, key=key, since=self._clock.now(), not_after_at=ends_at)
        self._wait = FIRST_WAIT
        self._say(sentry_log.READY)
        self._say(sentry_log.SERVING)
        kubelet.runs(self._kube, self._namespace, self._pod, CONTAINER)

    def _refuse(self, message: str) -> None:
        self._say(message, level="fatal")
        self.state = Refused(message=message, again_at=self._clock.now() + self._wait)
        self._wait = min(self._wait * 2, LONGEST_WAIT)
        self._due.clear()
        kubelet.crashed(self._kube, self._namespace, self._pod, CONTAINER, said=self.lines)

    def _say(self, message: str, *, level: str = "info") -> None:
        self.lines.append(sentry_log.line(message, at=self._clock.now(), level=level, pod=self._pod, version=str(self.version)))
        self._kube.log(self._pod, "".join(f"{line}\n" for line in self.lines), namespace=self._namespace, container=CONTAINER)

    def _heard(self, change: Change) -> None:
        if self._lag is not None and mounts.is_changed(change, "Secret", self._namespace):
            self._mounts.append(self._clock.now() + self._lag)


def would_start(kube: SimulatedCluster, version: Version, namespace: str, at: datetime) -> bool:
    """Whether a sentry that starts then serves with the very CA that is there now; it writes nothing."""
    try:
        secret = kube.get("Secret", BUNDLE, namespace)
        configmap = None if version.class_ == "A" else kube.get("ConfigMap", BUNDLE, namespace)
    except Refusal:
        return False
    bundle, files = _bundle(secret, configmap)
    if version.class_ == "C" and jwt.problem(files):
        return False
    return acceptance.sentry(bundle, version, Mode.KUBERNETES, at).loads


def _bundle(secret: Object, configmap: Object | None) -> tuple[TrustBundle, dict[str, bytes]]:
    """What sentry reads, and the bytes of the Secret. ``configmap`` None: a version that has none."""
    files = {name: base64.b64decode(text) for name, text in (secret.get("data") or {}).items()}
    ca, issuer = (read(files[name]) if name in files else None for name in ("ca.crt", "issuer.crt"))
    key = read_key(files["issuer.key"]) if "issuer.key" in files else None
    text = ((configmap or {}).get("data") or {}).get("ca.crt")
    copy = read(text.encode()) if text is not None else None
    return observed(ca=ca, issuer=issuer, key=key, configmap_ca=ca if configmap is None else copy), files
