"""How collectors name namespace, pod and container: the names that Promtail, Alloy, OpenTelemetry and Fluent Bit are set up with."""

from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from bot.model.logs import LogLabels


class Family(NamedTuple):
    """Three labels of one collector, which are found together."""

    namespace: str
    pod: str
    container: str


FAMILIES: Final = (
    Family("namespace", "pod", "container"),
    Family("k8s_namespace_name", "k8s_pod_name", "k8s_container_name"),
    Family("kubernetes_namespace_name", "kubernetes_pod_name", "kubernetes_container_name"),
    Family("namespace_name", "pod_name", "container_name"),
)
# As OpenTelemetry writes it; Loki 3 makes underscores of the dots, older ones keep them.
POD_IN_METADATA: Final = ("pod", "k8s_pod_name", "k8s.pod.name", "kubernetes_pod_name", "pod_name")
_NAMESPACES: Final = (*(one.namespace for one in FAMILIES), "k8s.namespace.name")
_CONTAINERS: Final = (*(one.container for one in FAMILIES), "k8s.container.name")


def place(labels: LogLabels, stream: Mapping[str, str], metadata: Mapping[str, str]) -> tuple[str, str, str]:
    """Namespace, pod and container of a line: from its stream's labels, else its structured metadata, else ""."""
    return (
        _first((labels.namespace, *_NAMESPACES), stream, metadata),
        _first((labels.pod, *POD_IN_METADATA), stream, metadata),
        _first((labels.container, *_CONTAINERS), stream, metadata),
    )


def _first(names: Iterable[str], *places: Mapping[str, str]) -> str:
    return next((one[name] for name in names for one in places if one.get(name)), "")
