"""What was looked at, and what could not be, in words. Whoever says "nothing found" must be able to say where."""

from collections.abc import Iterator
from typing import Final

from bot.model import phrases
from bot.model.finding import Severity
from bot.model.judging import PART_NAMES
from bot.model.judging import unseen as unseen_part
from bot.model.observed import Observed, Unobserved
from bot.model.redaction import excerpt
from bot.model.scene import MOST_STATES, Level, Scene

PARTS: Final = ("secret", "configmap", "components", "census", "mtls", "webhook", "crd", "issuer_gauges", "accepted", "chains")
SCENE_PARTS: Final = {
    "states": "the state of the pods in question",
    "events": "events",
    "lines": "lines of logs",
    "counters": "what Dapr has counted",
    "chains": "the certificates that the pods in question show",
}


def unseen(scene: Scene) -> tuple[str, ...]:
    """One sentence for each part that was not seen, and for each check that could not judge for a reason of its own.

    What somebody chose not to look at is no trouble: :func:`looked_at` names it.
    """
    return tuple(dict.fromkeys((*_parts(scene), *_pods(scene), *_unknown(scene))))


def looked_at(scene: Scene) -> tuple[str, ...]:
    """As in "2 pods of orders", "41 lines of logs since … (Loki)"."""
    return tuple(_looked(scene))


def is_blind(scene: Scene) -> bool:
    """Whether no check could judge and nothing of the target, no event and no line was seen: then nothing found means nothing."""
    judged = any(one.severity not in (Severity.UNKNOWN, Severity.NOT_CHECKED) for one in scene.report.answers)
    seen = (part.value for part in (scene.states, scene.events, scene.lines) if isinstance(part, Observed))
    return not judged and not any(seen)


def _parts(scene: Scene) -> Iterator[str]:
    for name in PARTS:
        part = getattr(scene.snapshot, name)
        if isinstance(part, Unobserved) and not part.by_choice:
            yield _sentence(unseen_part("", name, part).fact)
    for name, what in SCENE_PARTS.items():
        part = getattr(scene, name)
        if isinstance(part, Unobserved) and not part.by_choice:
            yield _sentence(f"Cannot see {what}: {part.detail}")
    yield from (_sentence(f"Not everything was seen: {gap.detail}") for gap in (*scene.gaps, *_silent(scene)))
    logs = scene.snapshot.logs
    if isinstance(logs, Unobserved) and not logs.by_choice:
        yield _sentence(f"Cannot see what the log watch knows: {logs.detail}")


def _silent(scene: Scene) -> Iterator[Unobserved]:
    """Of the target's own servers; of the control plane's a check tells."""
    return (one.why for one in scene.chains.value.silent) if isinstance(scene.chains, Observed) else iter(())


def _pods(scene: Scene) -> Iterator[str]:
    """A target without pods, and pods of it about which the kubelet's word is missing."""
    target = scene.target
    if not target.pods:
        yield f"No pod of {target.name} was found in namespace {target.namespace}, so there was nothing of its own to look at."
    elif isinstance(scene.states, Observed):
        known = {one.pod for one in scene.states.value}
        missing = [str(one) for one in target.pods[:MOST_STATES] if one not in known]
        if missing:
            yield f"{phrases.count(len(missing), 'pod')} could not be looked at, as gone or not told: {phrases.named(missing)}."


def _unknown(scene: Scene) -> Iterator[str]:
    """Checks that could not judge although what they need was seen; the others only repeat that a part is missing."""
    for answer in scene.report.answers:
        for one in answer.findings:
            if one.severity is Severity.UNKNOWN and not _is_of_part(one.fact):
                yield _sentence(f"{answer.check_id} could not be judged: {one.fact}")


def _is_of_part(fact: str) -> bool:
    return any(fact.startswith(f"Cannot see {name}") for name in PART_NAMES.values())


def _looked(scene: Scene) -> Iterator[str]:
    target, snapshot = scene.target, scene.snapshot
    for part, words in (
        (snapshot.secret, "the trust bundle's Secret"),
        (snapshot.configmap, "its ConfigMap"),
        (snapshot.components, f"Dapr's control plane in {snapshot.namespace}"),
    ):
        if isinstance(part, Observed):
            yield words
    if isinstance(snapshot.census, Observed):
        yield f"{phrases.count(len(snapshot.census.value.pods), 'pod')} with Dapr in the cluster"
    judged = [one for one in scene.report.answers if one.severity not in (Severity.UNKNOWN, Severity.NOT_CHECKED)]
    yield f"{len(judged)} of {phrases.count(len(scene.report.answers), 'check')}"
    if isinstance(scene.states, Observed):
        what = target.name if target.level is not Level.POD else "the question"
        more = len(target.pods) - MOST_STATES
        besides = f" (the worst; {more} more only as the census tells)" if more > 0 else ""
        yield f"{phrases.count(len(scene.states.value), 'pod')} of {what}{besides}"
    if isinstance(scene.events, Observed):
        yield phrases.count(len(scene.events.value), "Warning event")
    yield from _shown(scene)
    if isinstance(scene.lines, Observed):
        yield f"{phrases.count(len(scene.lines.value), 'line')} of logs since {phrases.instant(scene.since_at)} ({scene.source})"
    yield from _counted(scene)
    chosen = [PART_NAMES[name] for name in PARTS if _is_left_out(getattr(snapshot, name))]
    chosen += [what for name, what in SCENE_PARTS.items() if _is_left_out(getattr(scene, name))]
    if chosen:
        yield f"not looked at, by choice: {phrases.listed(chosen)}"


def _counted(scene: Scene) -> Iterator[str]:
    if isinstance(scene.counters, Observed):
        yield "what Dapr has counted"


def _shown(scene: Scene) -> Iterator[str]:
    parts = [part.value.shown for part in (scene.snapshot.chains, scene.chains) if isinstance(part, Observed)]
    number = sum(map(len, parts))
    if number:
        yield f"what {phrases.count(number, 'server')} of Dapr's {'shows' if number == 1 else 'show'} in a handshake"


def _is_left_out(part: object) -> bool:
    return isinstance(part, Unobserved) and part.by_choice


def _sentence(text: str) -> str:
    return f"{excerpt(text).rstrip('.')}."
