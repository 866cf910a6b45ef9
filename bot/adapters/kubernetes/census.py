"""All pods of the cluster, page by page: which have daprd, and which roots each of them trusts."""

import hashlib
from collections.abc import Sequence
from typing import Final

import msgspec

from bot.adapters.kubernetes import images
from bot.adapters.kubernetes.wire import OwnerReference
from bot.adapters.kubernetes.wire_workloads import Container, ContainerStatus, Env, Pod, PodLabels
from bot.model import pem
from bot.model.pem import PemDocument
from bot.model.snapshot import Daprd, DaprPod, PodCensus

DAPRD: Final = "daprd"
SENTRY: Final = "dapr-sentry"
TRUST_ANCHORS: Final = "DAPR_TRUST_ANCHORS"
# Dapr's own idea of true: github.com/dapr/kit, strings.IsTruthy.
TRUTHY: Final = frozenset({"y", "yes", "true", "t", "on", "1"})

# Whoever may create pods chooses this text. A cluster has one per change of its CA; each costs memory, and time to judge.
MOST_TEXTS: Final = 128
MOST_BYTES: Final = 4 * 2**20

_ENVIRONMENT = msgspec.json.Decoder(list[Env] | None)
_TEXT = msgspec.json.Decoder(str)


class Tally:
    """The census in the making. Pods that are being deleted are told apart: they leave by themselves."""

    def __init__(self) -> None:
        self._pods: list[DaprPod] = []
        self._leaving: list[DaprPod] = []
        self._anchors: dict[str, PemDocument] = {}
        self._sentries: set[str] = set()
        self._total = self._bytes = 0

    def add(self, pods: Sequence[Pod]) -> None:
        """Take one page; nothing of it is kept alive."""
        self._total += len(pods)
        for pod in pods:
            metadata = pod.metadata
            if metadata.labels is not None and metadata.labels.app == SENTRY:
                self._sentries.add(metadata.namespace)
            found = self._found(pod)
            if found is not None:
                (self._pods if found.ends_at is None else self._leaving).append(found)

    def census(self) -> PodCensus:
        """Everything taken so far."""
        return PodCensus(
            pods=tuple(self._pods),
            anchors=self._anchors,
            sentry_namespaces=tuple(sorted(self._sentries)),
            total=self._total,
            leaving=tuple(self._leaving),
        )

    def _found(self, pod: Pod) -> DaprPod | None:
        annotations = pod.metadata.annotations
        asked = annotations is not None and truthy(annotations.enabled or "")
        daprd = self._daprd(pod)
        if daprd is None and not asked:
            return None
        return DaprPod(
            namespace=pod.metadata.namespace,
            name=pod.metadata.name,
            app_id=(annotations.app_id if annotations else None) or pod.metadata.name,
            phase=(pod.status.phase if pod.status else None) or "",
            daprd=daprd,
            workload=workload(pod.metadata.owner_references or (), pod.metadata.labels),
            created_at=pod.metadata.creation_timestamp,
            ends_at=pod.metadata.deletion_timestamp,
        )

    def _daprd(self, pod: Pod) -> Daprd | None:
        found = sidecar(pod)
        if found is None:
            return None
        container, native = found
        status = _status(pod, native=native)
        image = container.image or ""
        return Daprd(
            image=image,
            version=images.version(image),
            anchors=self._trusts(container),
            native=native,
            ready=bool(status and status.ready),
            restarts=(status.restart_count or 0) if status else 0,
            state=_state(status),
        )

    def _trusts(self, container: Container) -> str | None:
        text = trust_anchors(container)
        if text is None:
            return None
        digest = hashlib.sha256(text).hexdigest()
        if digest not in self._anchors:
            self._anchors[digest] = self._read(text)
        return digest

    def _read(self, text: bytes) -> PemDocument:
        self._bytes += len(text)
        if len(self._anchors) < MOST_TEXTS and self._bytes <= MOST_BYTES:
            return pem.read(text)
        return pem.unread(text, f"The pods have more than {MOST_TEXTS} different texts, or more than {MOST_BYTES // 2**20} MiB of them")


def truthy(value: str) -> bool:
    """Whether Dapr takes this annotation's value for true."""
    return value.strip().lower() in TRUTHY


def sidecar(pod: Pod) -> tuple[Container, bool] | None:
    """daprd and whether it is native (an initContainer that is always restarted), None when the pod has none."""
    for container in pod.spec.containers or ():
        if container.name == DAPRD:
            return container, False
    for container in pod.spec.init_containers or ():
        if container.name == DAPRD and container.restart_policy == "Always":
            return container, True
    return None


def trust_anchors(container: Container) -> bytes | None:
    """The text of DAPR_TRUST_ANCHORS; None when it is unset, empty, or comes from elsewhere.

    No other value is decoded: until Dapr 1.11 the issuer's private key stands beside it.
    """
    environment = _ENVIRONMENT.decode(container.env) if container.env else None
    values = [env.value for env in environment or () if env.name == TRUST_ANCHORS]
    # The kubelet takes the last of several.
    return (_TEXT.decode(values[-1]).encode() or None) if values and values[-1] else None


def workload(owners: Sequence[OwnerReference], labels: PodLabels | None) -> str:
    """The owner: "Deployment/orders" behind a ReplicaSet, "StatefulSet/x", "Job/y" ...; "" for a bare pod."""
    owner = next((owner for owner in owners if owner.controller), None)
    if owner is None:
        return ""
    if owner.kind == "ReplicaSet" and labels is not None:
        for kind, suffix in (("Rollout", labels.rollout_hash), ("Deployment", labels.template_hash)):
            if suffix and owner.name.endswith(f"-{suffix}"):
                return f"{kind}/{owner.name.removesuffix(f'-{suffix}')}"
    return f"{owner.kind}/{owner.name}"


def _status(pod: Pod, *, native: bool) -> ContainerStatus | None:
    if pod.status is None:
        return None
    statuses = pod.status.init_container_statuses if native else pod.status.container_statuses
    return next((status for status in statuses or () if status.name == DAPRD), None)


def _state(status: ContainerStatus | None) -> str:
    state = status.state if status else None
    if state is None:
        return ""
    if state.running is not None:
        return "running"
    stopped = state.waiting or state.terminated
    return (stopped.reason if stopped else None) or ""
