"""A Scene, read once for all explanations: which lines bear which signatures, which events and pods are the target's."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot.diagnosis.classifying import classify, classify_line, component_of
from bot.diagnosis.corroborating import is_answered
from bot.diagnosis.sightings import sighted
from bot.diagnosis.signature import Component, Signature
from bot.diagnosis.signatures import BY_ID
from bot.diagnosis.unwrapping import printed
from bot.model import control_plane
from bot.model.counters import Counter
from bot.model.finding import Finding, Severity
from bot.model.logs import LogLine, Sighting
from bot.model.observed import Observed
from bot.model.redaction import excerpt
from bot.model.report import Report
from bot.model.scene import ContainerState, KubeEvent, Level, PodState, Scene
from bot.model.snapshot import DaprPod, Snapshot
from bot.model.workloads import CRASHING

DAPRD: Final = Component.DAPRD.value
LAST_WORDS: Final = 3
LATEST_NS: Final = 2**63 - 1
"""Beyond it no collector counts, and no datetime reaches much further."""
# What a container waits for that had no chance to fail yet.
NOT_YET: Final = ("PodInitializing", "ContainerCreating")
# What Kubernetes appends to a workload's name for its ReplicaSets and pods: hashes of its own alphabet, numbers of StatefulSets.
_APPENDED: Final = re.compile(r"(?:-(?:[bcdfghjklmnpqrstvwxz2456789]{1,10}|[0-9]{1,10})){0,2}\Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class Clues:
    """What explanations look at.

    ``sightings``  what the target's sidecars and the control plane said, as far as a signature knows it; oldest first
    ``events``     Warning events about the target
    ``states``     the target's pods as the kubelet tells; ``pods``: the same as the census tells
    ``claimed``    ids of signatures that a cause which was found answers for; only those asked last see any
    """

    scene: Scene
    sightings: tuple[Sighting, ...]
    events: tuple[KubeEvent, ...]
    states: tuple[PodState, ...]
    pods: tuple[DaprPod, ...]
    claimed: frozenset[str] = frozenset()

    @property
    def snapshot(self) -> Snapshot:
        """The cluster."""
        return self.scene.snapshot

    @property
    def report(self) -> Report:
        """What the checks say of it."""
        return self.scene.report

    @property
    def now(self) -> datetime:
        """The instant of the look."""
        return self.scene.snapshot.taken_at

    @property
    def is_component(self) -> bool:
        """Whether the question is about a part of the control plane."""
        return self.scene.target.level is Level.COMPONENT

    def trouble(self, *check_ids: str) -> tuple[Finding, ...]:
        """What these checks found that calls a person, the worst first."""
        return tuple(one for one in self.report.findings if one.check_id in check_ids and one.severity.is_trouble)

    def said(self, *signatures: str) -> tuple[Sighting, ...]:
        """Where one of these stands in a log, on its own or as the reason inside another line."""
        return tuple(one for one in self.sightings if not {one.signature, *one.reasons}.isdisjoint(signatures))

    def about(self, *check_ids: str) -> tuple[Sighting, ...]:
        """What logs say that these checks can tell more about. Healthy lines and other people's trouble are left out."""
        return tuple(one for one in self.sightings if any(_is_about(each, check_ids) for each in _signatures(one)))

    def events_of(self, *reasons: str) -> tuple[KubeEvent, ...]:
        """Warning events about the target with one of these reasons."""
        return tuple(one for one in self.events if one.reason in reasons)

    def events_that_say(self, *signatures: str) -> tuple[KubeEvent, ...]:
        """Warning events about the target that bear one of these signatures."""
        return tuple(one for one in self.events if not _said_by(one.message).isdisjoint(signatures))

    def touches(self, finding: Finding) -> bool:
        """Whether the target is among those that suffer, as far as the finding tells."""
        target = self.scene.target
        if self.is_component:
            return any(one.name in (target.name, f"dapr-{target.name}") for one in finding.affected)
        apps = {(pod.namespace, pod.app_id) for pod in self.pods} or {(target.namespace, target.name)}
        return any((one.namespace, one.name) in apps for one in finding.affected if one.kind == "app")

    def containers(self) -> Iterator[tuple[PodState, ContainerState]]:
        """Every container of the target with its pod; pods that have done their work are left out."""
        return ((state, container) for state in self.states if state.phase != "Succeeded" for container in state.containers)

    def last_words(self, container: str) -> tuple[str, ...]:
        """The last lines of the target's containers of this name that no signature knows, as they stood, redacted."""
        lines = self.scene.lines.value if isinstance(self.scene.lines, Observed) else ()
        pods = {one.name for one in self.scene.target.pods}
        found: list[str] = []
        for line in reversed(lines):
            if len(found) == LAST_WORDS:
                break
            if line.container == container and line.pod in pods and classify_line(line) is None:
                found.append(excerpt(printed(line.text).message))
        return tuple(dict.fromkeys(reversed(found)))

    def counted(self, names: Iterable[str]) -> tuple[Counter, ...]:
        """What Dapr has counted under one of these names, the most first."""
        counters = self.scene.counters.value if isinstance(self.scene.counters, Observed) else ()
        wanted = frozenset(names)
        return tuple(sorted((one for one in counters if one.name in wanted), key=lambda one: -one.value))

    @property
    def sentry_is_down(self) -> bool:
        """Whether no sentry is up: by the control plane's workloads, or by its pods where it is asked about."""
        is_asked_about = self.is_component and self.scene.target.name == control_plane.SENTRY and bool(self.states)
        return control_plane.sentry_is_down(self.snapshot) or (is_asked_about and all(map(is_unwell, self.states)))

    @property
    def sidecar_fails(self) -> bool:
        """Whether a sidecar of the target is seen not to be ready: by the kubelet, or by the census where that was not seen."""
        if self.states:
            return any(one.name == DAPRD and not one.ready and one.waiting not in NOT_YET for _, one in self.containers())
        return any(pod.daprd is not None and not pod.daprd.ready and pod.daprd.state not in NOT_YET for pod in self.pods)

    @property
    def sidecar_ends(self) -> bool:
        """Whether a sidecar of the target does not even run."""
        if self.states:
            return any(one.name == DAPRD and is_down(one) for _, one in self.containers())
        return any(pod.daprd is not None and pod.daprd.state == CRASHING for pod in self.pods)


def read(scene: Scene) -> Clues:
    """Never raises."""
    pods = {(one.namespace, one.name) for one in scene.target.pods}
    census = scene.snapshot.census.value.pods if isinstance(scene.snapshot.census, Observed) else ()
    states = scene.states.value if isinstance(scene.states, Observed) else ()
    lines = scene.lines.value if isinstance(scene.lines, Observed) else ()
    events = scene.events.value if isinstance(scene.events, Observed) else ()
    own = tuple(pod for pod in census if (pod.namespace, pod.name) in pods)
    names = {f"dapr-{scene.target.name}" if scene.target.level is Level.COMPONENT else scene.target.name}
    names |= {pod.workload.partition("/")[2] for pod in own if pod.workload}
    return Clues(
        scene=scene,
        sightings=tuple(
            one for one in sighted(line for line in lines if _is_witness(line, scene)) if not is_answered(one, scene.snapshot, BY_ID)
        ),
        events=tuple(one for one in events if _is_of(one, scene, pods, names)),
        states=tuple(one for one in states if (one.pod.namespace, one.pod.name) in pods),
        pods=own,
    )


def _is_witness(line: LogLine, scene: Scene) -> bool:
    """Whose word counts: a container of Dapr's own name, the control plane's in its own namespace only, a sidecar of the target."""
    component = component_of(line.container)
    if component is None or not 0 <= line.at_ns <= LATEST_NS:
        return False
    if component is not Component.DAPRD:
        return line.namespace in ("", scene.snapshot.namespace)
    if line.namespace not in ("", scene.target.namespace):
        return False
    return not line.pod or any(one.name == line.pod for one in scene.target.pods)


def _is_of(event: KubeEvent, scene: Scene, pods: set[tuple[str, str]], names: set[str]) -> bool:
    """About a pod of the target, one of its former pods, or the workload behind them."""
    if (event.namespace, event.name) in pods:
        return True
    return event.namespace == scene.target.namespace and any(
        event.name.startswith(name) and _APPENDED.fullmatch(event.name, len(name)) for name in names
    )


def _signatures(one: Sighting) -> list[Signature]:
    return [BY_ID[each] for each in (one.signature, *one.reasons) if each in BY_ID]


def _is_about(signature: Signature, check_ids: Iterable[str]) -> bool:
    return signature.opens_a_question and not set(signature.opens).isdisjoint(check_ids)


def _said_by(message: str) -> set[str]:
    found = classify(message, Component.EVENT)
    return {found.primary.id, *(one.id for one in found.reasons)} if found else set()


def is_unwell(state: PodState) -> bool:
    """Whether a pod is not as it should be: not there yet, failed, lost, or with a container that is not ready."""
    if state.phase == "Succeeded":
        return False
    return state.phase != "Running" or any(not one.ready for one in state.containers if not one.is_init or one.name == DAPRD)


def is_down(one: ContainerState) -> bool:
    """Whether a container has ended, or ends again and again."""
    return not one.ready and not one.running and one.waiting not in NOT_YET and (one.exit_code is not None or one.waiting == CRASHING)


def judged(report: Report, check_ids: Iterable[str]) -> tuple[list[str], list[str]]:
    """Which of these checks could not judge, and which could and found no trouble."""
    wanted = set(check_ids)
    answers = [one for one in report.answers if one.check_id in wanted and not one.severity.is_trouble]
    blind = [one.check_id for one in answers if one.severity in (Severity.UNKNOWN, Severity.NOT_CHECKED)]
    return sorted(blind), sorted(one.check_id for one in answers if one.check_id not in blind)
