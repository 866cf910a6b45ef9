"""The status that the rig's kubelet writes for a pod, from the few facts that it has."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from tests.rig.cluster import Object


@dataclass(kw_only=True)
class Story:
    """How the container that is a process has fared. Times as Kubernetes writes them; empty: never."""

    container: str = ""
    ready: bool = False
    started_at: str = ""
    ready_changed_at: str = ""
    restarts: int = 0
    ended: Object = field(default_factory=dict)
    """Of its last end: ``exitCode``, ``reason``, ``startedAt``, ``finishedAt``."""
    back_off: float | None = None
    """Seconds that it waits for its next start; None while it runs."""


def status_of(pod: Object, story: Story, *, ip: str, began_at: str) -> Object:
    """All of ``status``: every container but the story's own has run from the beginning on."""
    ready = "True" if story.ready else "False"
    conditions = [
        {"type": "PodReadyToStartContainers", "status": "True", "lastTransitionTime": began_at},
        {"type": "PodScheduled", "status": "True", "lastTransitionTime": began_at},
        {"type": "Initialized", "status": "True", "lastTransitionTime": began_at},
        {"type": "ContainersReady", "status": ready, "lastTransitionTime": story.ready_changed_at or began_at},
        {"type": "Ready", "status": ready, "lastTransitionTime": story.ready_changed_at or began_at},
    ]
    spec = pod["spec"]
    return {
        "phase": "Running" if story.started_at or not story.container else "Pending",
        "podIP": ip,
        "podIPs": [{"ip": ip}],
        "hostIP": "127.0.0.1",
        "startTime": began_at,
        "conditions": conditions,
        "containerStatuses": list(_statuses(spec["containers"], story, began_at)),
        "initContainerStatuses": list(_statuses(spec.get("initContainers", []), story, began_at)),
    }


def _statuses(containers: list[Object], story: Story, began_at: str) -> Iterator[Object]:
    for container in containers:
        facts = {"name": container["name"], "image": container["image"], "imageID": container["image"]}
        if container["name"] == story.container:
            last = {"terminated": story.ended} if story.ended else {}
            yield {
                **facts,
                "ready": story.ready,
                "started": story.back_off is None and bool(story.started_at),
                "restartCount": story.restarts,
                "state": _state(story),
                "lastState": last,
            }
        else:
            state = {"running": {"startedAt": began_at}}
            yield {**facts, "ready": True, "started": True, "restartCount": 0, "state": state, "lastState": {}}


def _state(story: Story) -> Object:
    if story.back_off is not None:
        message = f"back-off {story.back_off:.0f}s restarting failed container={story.container}"
        return {"waiting": {"reason": "CrashLoopBackOff", "message": message}}
    if story.started_at:
        return {"running": {"startedAt": story.started_at}}
    return {"waiting": {"reason": "ContainerCreating"}}
