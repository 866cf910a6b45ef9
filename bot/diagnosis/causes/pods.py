"""Pods that never came so far as to run, or were sent away: nothing of it is Dapr's doing."""

from collections.abc import Iterator
from typing import Final

from msgspec.structs import replace

from bot.diagnosis import telling
from bot.diagnosis.clues import Clues, is_unwell
from bot.diagnosis.explanation import Candidate, Explanation
from bot.diagnosis.following import SIDECAR
from bot.model import kubectl, phrases
from bot.model.diagnosis import Cause, Certainty
from bot.model.redaction import excerpt
from bot.model.scene import PodState

SENT_AWAY: Final = frozenset(
    ("Evicted", "Preempting", "NodeLost", "NodeShutdown", "Terminated", "Shutdown", "NodeAffinity", "UnexpectedAdmissionError")
)
NOT_MOUNTED: Final = ("FailedMount", "FailedAttachVolume")
NOT_CREATED: Final = ("FailedCreate",)


def _evicted(clues: Clues) -> Iterator[Candidate]:
    pods = [one for one in clues.states if one.reason in SENT_AWAY]
    if pods:
        yield Candidate(
            cause=_of_pods("evicted", f"was sent away by its node ({pods[0].reason})", pods, [one.message for one in pods], clues)
        )


def _unscheduled(clues: Clues) -> Iterator[Candidate]:
    pods = [one for one in clues.states if one.unscheduled]
    if pods:
        yield Candidate(cause=_of_pods("unschedulable", "finds no node that takes it", pods, [one.unscheduled for one in pods], clues))


def _not_created(clues: Clues) -> Iterator[Candidate]:
    """A webhook of Dapr's that fails closed is told by its own cause."""
    closed = clues.events_that_say("injector-fails-closed")
    events = [one for one in clues.events_of(*NOT_CREATED) if one not in closed]
    if events:
        quota = any("quota" in one.message for one in events)
        fact = f"Kubernetes does not create pods of {clues.scene.target.name}{': a quota is used up' if quota else ''}"
        yield Candidate(cause=_by_events("pods-not-created", fact, telling.told(events), clues))


def _not_mounted(clues: Clues) -> Iterator[Candidate]:
    """Of weight while a pod waits for it; a volume of Dapr's own trust bundle is told by its own cause."""
    own = clues.events_that_say("configmap-not-mounted", "secret-not-mounted")
    events = [one for one in clues.events_of(*NOT_MOUNTED) if one not in own]
    waits = not clues.states or any(not container.ready and not container.running for _, container in clues.containers())
    if events and waits:
        fact = f"A volume of {clues.scene.target.name} cannot be mounted"
        yield Candidate(cause=_by_events("mount-failed", fact, telling.told(events), clues))


def _not_ready(clues: Clues) -> Iterator[Candidate]:
    """The last word about a pod that is not as it should be: nobody may take silence for health."""
    pods = [one for one in clues.states if is_unwell(one)]
    if pods:
        what = f"is not ready ({pods[0].phase}), and nothing that was seen says why"
        cause = _of_pods("pod-not-ready", what, pods, [one.message for one in pods], clues)
        yield Candidate(cause=replace(cause, certainty=Certainty.POSSIBLE, explains=()))


def _of_pods(id_: str, what: str, pods: list[PodState], messages: list[str], clues: Clues) -> Cause:
    first = pods[0].pod
    return Cause(
        id=id_,
        fact=f"A pod of {clues.scene.target.name} {what}",
        certainty=Certainty.PROVED,
        is_certificate=False,
        evidence=(f"{phrases.count(len(pods), 'pod')}: {phrases.named([str(one.pod) for one in pods])}.",),
        excerpts=tuple(dict.fromkeys(excerpt(message) for message in messages if message))[: telling.MOST_LINES],
        next_step=f"See what it asks for and what there is: {kubectl.describe_pod(first.namespace, first.name)}",
        explains=SIDECAR,
    )


def _by_events(id_: str, fact: str, excerpts: tuple[str, ...], clues: Clues) -> Cause:
    return Cause(
        id=id_,
        fact=fact,
        certainty=Certainty.LIKELY,
        is_certificate=False,
        evidence=("Kubernetes says so in its events.",),
        excerpts=excerpts,
        next_step=f"Mend what the event names: {kubectl.warnings(clues.scene.target.namespace)}",
        explains=SIDECAR,
    )


EVICTED: Final = Explanation(id="evicted", title="The pod was sent away by its node", find=_evicted)
UNSCHEDULED: Final = Explanation(id="unschedulable", title="No node takes the pod", find=_unscheduled)
NOT_MADE: Final = Explanation(id="pods-not-created", title="Pods are not created (quota, admission)", find=_not_created)
NOT_READY: Final = Explanation(id="pod-not-ready", title="A pod is not ready, and nothing says why", find=_not_ready)
MOUNT: Final = Explanation(id="mount-failed", title="A volume cannot be mounted", find=_not_mounted)
