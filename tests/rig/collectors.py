"""How collectors of logs name and wrap the lines of a container, each as its chart or its documentation has it by default."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, kw_only=True)
class Origin:
    """The container that prints."""

    namespace: str
    pod: str
    container: str
    app: str


@dataclass(frozen=True)
class Collector:
    """How one collector names and wraps lines, as its chart or documentation has it by default."""

    name: str
    labels: Callable[[Origin], Mapping[str, str]]
    metadata: Callable[[Origin], Mapping[str, str]]
    text: Callable[[Origin, str], str]

    def __str__(self) -> str:
        return self.name


def _nothing(_: Origin) -> Mapping[str, str]:
    return {}


def _as_it_is(_: Origin, line: str) -> str:
    return line


def _promtail(origin: Origin) -> Mapping[str, str]:
    job = f"{origin.namespace}/{origin.app}"
    named = {"namespace": origin.namespace, "pod": origin.pod, "container": origin.container, "app": origin.app}
    return {**named, "job": job, "node_name": "node-1", "stream": "stdout"}


def _k8s_monitoring(origin: Origin) -> Mapping[str, str]:
    job = f"{origin.namespace}/{origin.container}"
    named = {"cluster": "rig", "namespace": origin.namespace, "container": origin.container}
    return {**named, "job": job, "app_kubernetes_io_name": origin.app, "service_name": origin.app, "stream": "stdout"}


def _pod_as_metadata(origin: Origin) -> Mapping[str, str]:
    return {"pod": origin.pod, "service_instance_id": f"{origin.namespace}.{origin.pod}.{origin.container}"}


def _opentelemetry(origin: Origin) -> Mapping[str, str]:
    named = {"k8s_namespace_name": origin.namespace, "k8s_pod_name": origin.pod, "k8s_container_name": origin.container}
    return {**named, "service_name": origin.app}


def _of_the_resource(origin: Origin) -> Mapping[str, str]:
    return {"k8s_node_name": "node-1", "log_iostream": "stdout"}


def _fluent_bit(origin: Origin) -> Mapping[str, str]:
    named = {"namespace_name": origin.namespace, "pod_name": origin.pod, "container_name": origin.container}
    return {"job": "fluent-bit", **named}


def _record(origin: Origin, line: str) -> str:
    where = {"pod_name": origin.pod, "namespace_name": origin.namespace, "container_name": origin.container}
    return json.dumps({"stream": "stdout", "_p": "F", "log": line, "kubernetes": where}, ensure_ascii=False, separators=(",", ":"))


PROMTAIL: Final = Collector("promtail", _promtail, _nothing, _as_it_is)
K8S_MONITORING: Final = Collector("k8s-monitoring", _k8s_monitoring, _pod_as_metadata, _as_it_is)
OPENTELEMETRY: Final = Collector("opentelemetry", _opentelemetry, _of_the_resource, _as_it_is)
FLUENT_BIT: Final = Collector("fluent-bit", _fluent_bit, _nothing, _record)
COLLECTORS: Final = (PROMTAIL, K8S_MONITORING, OPENTELEMETRY, FLUENT_BIT)
