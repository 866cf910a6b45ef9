"""Dapr's control plane in its namespace: workloads by their label ``app``, each with the pods that its selector takes."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from bot.adapters.kubernetes import images
from bot.adapters.kubernetes.wire import Configuration, Mtls
from bot.adapters.kubernetes.wire_workloads import Condition, Container, ControlContainer, ControlContainerStatus, ControlPod, Workload
from bot.model.snapshot import Component, ComponentPod, MtlsConfiguration

APPS: Final = ("dapr-sentry", "dapr-operator", "dapr-sidecar-injector", "dapr-placement-server", "dapr-scheduler-server")
SELECTOR: Final = f"app in ({','.join(APPS)})"
METRICS_PORT: Final = 9090
_MAX_PORT = 65_535
_PORT = re.compile(r"[0-9]{1,5}")
_FINISHED = ("Succeeded", "Failed")


def components(kinds: Sequence[tuple[str, Sequence[Workload]]], pods: Sequence[ControlPod]) -> tuple[Component, ...]:
    """In the order of ``APPS``. ``kinds``: ("Deployment", its workloads) and the like. Leftovers of evictions do not count."""
    living = [pod for pod in pods if pod.metadata.deletion_timestamp is None and _phase(pod) not in _FINISHED]
    found = [_component(kind, workload, living) for kind, workloads in kinds for workload in workloads]
    order = {app.removeprefix("dapr-"): position for position, app in enumerate(APPS)}
    return tuple(sorted(found, key=lambda component: (order.get(component.name, len(order)), component.workload)))


def mtls(found: Configuration) -> MtlsConfiguration:
    """``spec.mtls``, with "" and None where nothing is set."""
    spec = (found.spec.mtls if found.spec else None) or Mtls()
    return MtlsConfiguration(
        enabled=spec.enabled,
        workload_cert_ttl=spec.workload_cert_ttl or "",
        allowed_clock_skew=spec.allowed_clock_skew or "",
        control_plane_trust_domain=spec.control_plane_trust_domain or "",
        sentry_address=spec.sentry_address or "",
    )


def _component(kind: str, workload: Workload, pods: Sequence[ControlPod]) -> Component:
    labels = workload.metadata.labels or {}
    app = labels.get("app", workload.metadata.name)
    image = _image(workload.spec.template.spec.containers, app)
    template = workload.spec.template.metadata
    version_label = ((template.labels if template else None) or labels).get(images.VERSION_LABEL) or labels.get(images.VERSION_LABEL, "")
    return Component(
        name=app.removeprefix("dapr-"),
        kind=kind,
        workload=workload.metadata.name,
        image=image,
        version=images.version(image, version_label),
        desired=1 if workload.spec.replicas is None else workload.spec.replicas,
        ready=(workload.status.ready_replicas if workload.status else None) or 0,
        pods=tuple(_pod(pod, app) for pod in sorted(pods, key=_name) if _selects(workload, app, pod)),
    )


def _selects(workload: Workload, app: str, pod: ControlPod) -> bool:
    wanted = (workload.spec.selector.match_labels if workload.spec.selector else None) or {"app": app}
    return wanted.items() <= (pod.metadata.labels or {}).items()


def _pod(pod: ControlPod, app: str) -> ComponentPod:
    status = _main(pod, app)
    running = status.state.running if status and status.state else None
    return ComponentPod(
        name=pod.metadata.name,
        ready=any(condition.type == "Ready" and condition.status == "True" for condition in _conditions(pod)),
        image=_image(pod.spec.containers, app),
        ip=(pod.status.ip if pod.status else None) or "",
        metrics_port=_port(pod),
        started_at=running.started_at if running else None,
        restarts=(status.restart_count or 0) if status else 0,
        waiting=_waiting(pod, status),
        ports=_ports(pod.spec.containers, app),
        created_at=pod.metadata.creation_timestamp,
        ended_at=_ended_at(status),
    )


def _image(containers: Sequence[Container] | None, app: str) -> str:
    ours = [container for container in containers or () if container.name == app] or list(containers or ())
    return (ours[0].image or "") if ours else ""


def _ports(containers: Sequence[ControlContainer] | None, app: str) -> tuple[int, ...]:
    listed = [port.container_port for container in containers or () if container.name == app for port in container.ports or ()]
    return tuple(port for port in listed if port is not None and 0 < port <= _MAX_PORT)


def _main(pod: ControlPod, app: str) -> ControlContainerStatus | None:
    statuses = (pod.status.container_statuses if pod.status else None) or []
    return next((status for status in statuses if status.name == app), statuses[0] if statuses else None)


def _waiting(pod: ControlPod, status: ControlContainerStatus | None) -> str:
    if status is None:
        # No kubelet has taken it yet: the scheduler says why.
        return next((c.reason or "" for c in _conditions(pod) if c.type == "PodScheduled" and c.status == "False"), "")
    waiting = status.state.waiting if status.state else None
    return (waiting.reason or "") if waiting else ""


def _ended_at(status: ControlContainerStatus | None) -> datetime | None:
    ended = status.last_state.terminated if status and status.last_state else None
    return ended.finished_at if ended else None


def _conditions(pod: ControlPod) -> Sequence[Condition]:
    return (pod.status.conditions if pod.status else None) or ()


def _port(pod: ControlPod) -> int:
    text = (pod.metadata.annotations.port if pod.metadata.annotations else None) or ""
    port = int(text) if _PORT.fullmatch(text) else 0
    return port if 0 < port <= _MAX_PORT else METRICS_PORT


def _phase(pod: ControlPod) -> str:
    return (pod.status.phase if pod.status else None) or ""


def _name(pod: ControlPod) -> str:
    return pod.metadata.name
