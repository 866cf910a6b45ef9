"""Nouns of single pods as the objects that kubelets, schedulers and clients write: :mod:`bot.adapters.kubernetes.pods` the other way."""

from datetime import datetime
from typing import Any

from bot.model.scene import ContainerState, KubeEvent, PodState

Object = dict[str, Any]


def pod_object(state: PodState) -> Object:
    """A pod whose containers stand as told; on a node unless none takes it."""
    inits, mains = ([one for one in state.containers if one.is_init is is_init] for is_init in (True, False))
    unscheduled = {"type": "PodScheduled", "status": "False", "reason": "Unschedulable", "message": state.unscheduled}
    status = {
        "phase": state.phase,
        "reason": state.reason,
        "message": state.message,
        "podIP": state.ip,
        "podIPs": [{"ip": state.ip}] if state.ip else [],
        "conditions": [unscheduled] if state.unscheduled else [{"type": "PodScheduled", "status": "True"}],
        "initContainerStatuses": [_status(one) for one in inits if _is_told(one)],
        "containerStatuses": [_status(one) for one in mains if _is_told(one)],
    }
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": state.pod.name, "namespace": state.pod.namespace},
        "spec": {
            "initContainers": [{"name": one.name, "image": one.image} for one in inits],
            "containers": [{"name": one.name, "image": one.image, "args": _args(one, state)} for one in mains],
            **({} if state.unscheduled else {"nodeName": "node-1"}),
        },
        "status": {name: value for name, value in status.items() if value},
    }


def event_object(event: KubeEvent, name: str, *, type_: str, by_series: bool) -> Object:
    """An event, as older clients write it or, ``by_series``, as newer ones do."""
    at = event.last_at
    assert at is not None
    when: Object = {"count": event.count, "lastTimestamp": _stamp(at)}
    if by_series:
        exactly = at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        who = {"action": "Something", "reportingComponent": "kubelet", "reportingInstance": "node-1"}
        when = {"eventTime": exactly, "series": {"count": event.count, "lastObservedTime": exactly}, **who}
    return {
        "apiVersion": "v1",
        "kind": "Event",
        "metadata": {"name": name, "namespace": event.namespace},
        "involvedObject": {"kind": event.kind, "name": event.name, "namespace": event.namespace},
        "reason": event.reason,
        "message": event.message,
        "type": type_,
        **when,
    }


def _args(container: ContainerState, state: PodState) -> list[str]:
    return ["--dapr-internal-grpc-port", str(state.sidecar_port)] if container.name == "daprd" else []


def _is_told(container: ContainerState) -> bool:
    return container.running or bool(container.waiting) or container.exit_code is not None


def _status(container: ContainerState) -> Object:
    crashes = container.waiting == "CrashLoopBackOff"
    ended: Object = {}
    if container.exit_code is not None:
        said = "" if container.waiting and not crashes else container.message
        ended = {"terminated": {"exitCode": container.exit_code, "reason": container.ended, "message": said}}
        if container.ended_at is not None:
            ended["terminated"] |= {"finishedAt": _stamp(container.ended_at), "startedAt": _stamp(container.ended_at)}
    waiting: Object = {
        "reason": container.waiting,
        "message": "back-off 5m0s restarting failed container" if crashes else container.message,
    }
    now: Object = {"waiting": waiting} if container.waiting else {"running": {}} if container.running else ended
    return {
        "name": container.name,
        "image": container.image,
        "imageID": f"{container.image}@sha256:{'5' * 64}",
        "ready": container.ready,
        "restartCount": container.restarts,
        "state": now,
        **({} if now is ended else {"lastState": ended}),
    }


def _stamp(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")
