"""Containers that do not run, or do not run well, for reasons of their own."""

from collections.abc import Iterator
from typing import Final

from msgspec.structs import replace

from bot.diagnosis import telling
from bot.diagnosis.clues import DAPRD, Clues, is_down
from bot.diagnosis.explanation import Candidate, Explanation
from bot.diagnosis.following import SIDECAR
from bot.model import kubectl
from bot.model.diagnosis import Cause, Certainty
from bot.model.redaction import excerpt
from bot.model.scene import ContainerState, KubeEvent

IMAGE: Final = frozenset(
    ("ImagePullBackOff", "ErrImagePull", "InvalidImageName", "ErrImageNeverPull", "ImageInspectError", "RegistryUnavailable")
)
NOT_STARTED: Final = frozenset(
    ("CreateContainerConfigError", "CreateContainerError", "RunContainerError", "StartError", "ContainerCannotRun")
)
OOM: Final = "OOMKilled"
KILLED: Final = (137, 143)
"""Exit codes of a container that was told to end (SIGKILL, SIGTERM), as the kubelet does when a liveness probe fails."""

WAITS: Final = "Its sidecar runs but is not ready; with an app port set it waits until the application listens there."
ALSO: Final = "Its sidecar ends too, and an application that needs it at its start may end for want of it."


def _image(clues: Clues) -> Iterator[Candidate]:
    found = [(pod, one) for pod, one in clues.containers() if one.waiting in IMAGE]
    if found:
        yield Candidate(cause=_cause("image-pull", "The image of {container} of {name} cannot be pulled ({why})", found, clues))


def _not_started(clues: Clues) -> Iterator[Candidate]:
    found = [(pod, one) for pod, one in clues.containers() if one.waiting in NOT_STARTED]
    if found:
        yield Candidate(cause=_cause("container-not-started", "{container} of {name} cannot be started ({why})", found, clues))


def _memory(clues: Clues) -> Iterator[Candidate]:
    """Now, or in the time that was looked at."""
    since = clues.scene.since_at
    found = [
        (pod, one)
        for pod, one in clues.containers()
        if one.ended == OOM and (not one.ready or one.ended_at is None or one.ended_at >= since)
    ]
    if found:
        fact = "{container} of {name} was ended because it used more memory than it may (OOMKilled)"
        cause = _cause("out-of-memory", fact, found, clues)
        yield Candidate(cause=replace(cause, explains=(*cause.explains, "app-crashes", "probe-wrong")))


def _crashes(clues: Clues) -> Iterator[Candidate]:
    """With its own exit code. How sure that is goes by the sidecar: an application may end for want of it, and it may wait for the app."""
    found = [(pod, one) for pod, one in clues.containers() if one.name != DAPRD and is_down(one) and one.ended != OOM]
    if not found or clues.is_component or (_probes(clues) and all(one.exit_code in KILLED for _, one in found)):
        return
    state, first = found[0]
    code = "" if first.exit_code is None else f" with exit code {first.exit_code}"
    fact = f"{{container}} of {{name}} ends by itself{code}"
    cause = _cause("app-crashes", fact, found, clues)
    words = (*cause.excerpts, *clues.last_words(first.name))
    step = f"Read what it wrote before it ended: {kubectl.previous_log(state.pod.namespace, state.pod.name, first.name)}"
    cause = replace(
        cause, excerpts=words[: telling.MOST_LINES], next_step=step, explains=("probe-wrong", "sidecar-not-ready", "pod-not-ready")
    )
    if clues.sidecar_ends:
        cause = replace(cause, certainty=Certainty.POSSIBLE, evidence=(*cause.evidence, ALSO))
    elif clues.sidecar_fails:
        cause = replace(cause, certainty=Certainty.LIKELY, evidence=(*cause.evidence, WAITS))
    yield Candidate(cause=cause)


def _probe(clues: Clues) -> Iterator[Candidate]:
    """The probe of the application's own container; one that asks the sidecar's port only shows that the sidecar fails."""
    found = [(pod, one) for pod, one in clues.containers() if one.name != DAPRD and not one.is_init and not one.ready and _was_up(one)]
    events = _probes(clues)
    if not found or clues.is_component or clues.sidecar_fails:
        return
    if events:
        fact = "The probe of {container} of {name} fails, while its sidecar is well: a wrong port or path, or it is not up yet"
        cause = replace(_cause("probe-wrong", fact, found, clues), certainty=Certainty.LIKELY, excerpts=telling.told(events))
    else:
        fact = "{container} of {name} runs and is not ready, while its sidecar is well, and no event says why"
        cause = replace(_cause("probe-wrong", fact, found, clues), certainty=Certainty.POSSIBLE)
    yield Candidate(cause=cause)


def _probes(clues: Clues) -> list[KubeEvent]:
    return [one for one in clues.events_of("Unhealthy") if not _asks_sidecar(one.message)]


def _asks_sidecar(message: str) -> bool:
    return ":3501/" in message or "/v1.0/healthz" in message


def _was_up(one: ContainerState) -> bool:
    return one.running or one.exit_code in KILLED


def _cause(id_: str, fact: str, found: list[telling.OfPod], clues: Clues) -> Cause:
    """The kubelet's word is the API's: it is proved."""
    state, first = found[0]
    told = fact.format(container=_called(first), name=clues.scene.target.name, why=first.waiting)
    messages = dict.fromkeys(excerpt(one.message) for _, one in found if one.message)
    return Cause(
        id=id_,
        fact=told[:1].upper() + told[1:],
        certainty=Certainty.PROVED,
        is_certificate=False,
        evidence=tuple(map(telling.state, found[: telling.MOST_LINES])),
        excerpts=tuple(messages)[: telling.MOST_LINES],
        next_step=f"The reason stands in: {kubectl.describe_pod(state.pod.namespace, state.pod.name)}",
        explains=(*SIDECAR, "control-plane-unready") if clues.is_component else SIDECAR,
    )


def _called(one: ContainerState) -> str:
    return "the sidecar daprd" if one.name == DAPRD else f"container {one.name}"


IMAGES: Final = Explanation(id="image-pull", title="An image cannot be pulled", find=_image)
STARTS: Final = Explanation(id="container-not-started", title="A container cannot be started", find=_not_started)
MEMORY: Final = Explanation(id="out-of-memory", title="A container used more memory than it may", find=_memory)
CRASHES: Final = Explanation(id="app-crashes", title="The application ends by itself", find=_crashes)
PROBE: Final = Explanation(id="probe-wrong", title="The application's own probe fails", find=_probe)
