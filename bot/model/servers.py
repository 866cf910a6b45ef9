"""Which of Dapr's servers show a certificate, and where they listen: by what a pod's spec says, else by Dapr's chart."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from bot.model.chains import Endpoint
from bot.model.scene import PodState
from bot.model.snapshot import Component, ComponentPod

PORTS: Final = {"sentry": 50001, "operator": 6500, "sidecar-injector": 4000, "placement-server": 50005, "scheduler-server": 50006}
"""As Dapr's chart has them, by component."""
SIDECAR: Final = "daprd"
SIDECAR_PORT: Final = 50002
MOST: Final = 24
"""Three replicas of each, and some more; of what is more nobody is asked."""
MOST_SIDECARS: Final = 3
# Every program of the control plane has its healthz there.
_HEALTHZ: Final = 8080


def of_control_plane(components: Iterable[Component], namespace: str) -> tuple[Endpoint, ...]:
    """Of every pod that has an address and whose container does not wait."""
    return tuple(_of_components(components, namespace))[:MOST]


def of_sidecars(states: Iterable[PodState]) -> tuple[Endpoint, ...]:
    """Of the first pods whose sidecar runs: they come worst first."""
    found = (
        Endpoint(component=SIDECAR, namespace=state.pod.namespace, pod=state.pod.name, ip=state.ip, port=state.sidecar_port)
        for state in states
        if state.ip and any(one.name == SIDECAR and one.running for one in state.containers)
    )
    return tuple(found)[:MOST_SIDECARS]


def _of_components(components: Iterable[Component], namespace: str) -> Iterator[Endpoint]:
    for one in components:
        usual = PORTS.get(one.name)
        for pod in one.pods if usual else ():
            if usual and pod.ip and not pod.waiting:
                yield Endpoint(component=one.name, namespace=namespace, pod=pod.name, ip=pod.ip, port=_port(pod, usual))


def _port(pod: ComponentPod, usual: int) -> int:
    """The chart's, unless the spec lists ports without it: then the first one that is not known to be another's."""
    others = _without(pod.ports, (pod.metrics_port, _HEALTHZ))
    return usual if usual in pod.ports or not others else others[0]


def _without(ports: Sequence[int], those: Sequence[int]) -> tuple[int, ...]:
    return tuple(port for port in ports if port not in those)
