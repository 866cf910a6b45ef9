"""Commands that a person pastes into a shell. What stands in them is a name as Kubernetes allows it, or a word to be replaced.

Names come from outside: an ownerReference may name anything, and a snapshot may come from anybody.
"""

import re
from collections.abc import Iterable

_NAME = re.compile(r"[a-z0-9](?:[-a-z0-9.]{0,251}[a-z0-9])?")
_KINDS = ("deployment", "statefulset", "daemonset")


def restart(namespace: str, kind: str, name: str) -> str:
    """Recreates the pods of a workload one after the other."""
    return restart_all(namespace, [(kind, name)])


def restart_all(namespace: str, workloads: Iterable[tuple[str, str]]) -> str:
    """The same for several workloads (kind, name) of one namespace."""
    return f"kubectl -n {_safe(namespace, 'NAMESPACE')} rollout restart {' '.join(_workload(kind, name) for kind, name in workloads)}"


def scale_up(namespace: str, kind: str, name: str) -> str:
    """Starts one pod of a workload that was scaled to none."""
    return f"kubectl -n {_safe(namespace, 'NAMESPACE')} scale {_workload(kind, name)} --replicas=1"


def delete_pod(namespace: str, *names: str) -> str:
    """Deletes pods of one namespace; their owners, if they have any, make new ones."""
    return f"kubectl -n {_safe(namespace, 'NAMESPACE')} delete pod {' '.join(_safe(name, 'NAME') for name in names)}"


def look(namespace: str, app: str) -> str:
    """Lists the pods of a part of the control plane."""
    return f"kubectl -n {_safe(namespace, 'NAMESPACE')} get pods -l app={_safe(app, 'APP')}"


def describe_pod(namespace: str, name: str) -> str:
    """Shows one pod with its containers' states and its events."""
    return f"kubectl -n {_safe(namespace, 'NAMESPACE')} describe pod {_safe(name, 'NAME')}"


def previous_log(namespace: str, pod: str, container: str) -> str:
    """Prints what a container wrote before it ended last."""
    return f"kubectl -n {_safe(namespace, 'NAMESPACE')} logs {_safe(pod, 'NAME')} -c {_safe(container, 'CONTAINER')} --previous"


def warnings(namespace: str) -> str:
    """Lists the Warning events of a namespace, the latest last."""
    return f"kubectl -n {_safe(namespace, 'NAMESPACE')} get events --field-selector type=Warning --sort-by=.lastTimestamp"


def helm_values(namespace: str) -> str:
    """Shows the values of the release that is called as Dapr's usually is."""
    return f"helm -n {_safe(namespace, 'NAMESPACE')} get values dapr"


def _workload(kind: str, name: str) -> str:
    wanted = kind.lower()
    return f"{wanted if wanted in _KINDS else 'KIND'}/{_safe(name, 'NAME')}"


def _safe(name: str, placeholder: str) -> str:
    return name if _NAME.fullmatch(name) else placeholder
