"""The sidecar fails, and why is not known: what is told when nothing better is."""

from collections.abc import Iterator
from typing import Final

from bot.diagnosis import telling
from bot.diagnosis.clues import DAPRD, Clues, is_down
from bot.diagnosis.explanation import Candidate, Explanation
from bot.model import kubectl
from bot.model.diagnosis import Cause, Certainty

DEADLINE: Final = ("sidecar-times-out-at-start",)
CRASH_LINES: Final = ("sidecar-crash-loops", "probe-refused")
BY_CENSUS: Final = "The list of pods says so; their own state was not seen."
NOT_READY: Final = ("sidecar-not-ready",)


def _times_out(clues: Clues) -> Iterator[Candidate]:
    """Up to 1.11. The client of the operator keeps the reason to itself, and an expired root is the usual one."""
    lines = clues.said(*DEADLINE)
    if lines:
        fact = f"The sidecar of {clues.scene.target.name} waits for the operator in vain and ends; its line hides why"
        yield Candidate(
            cause=telling.complained(clues, lines, id_="sidecar-times-out", fact=fact, own=DEADLINE, explains=("sidecar-crashes",))
        )


def _crashes(clues: Clues) -> Iterator[Candidate]:
    found = [(pod, one) for pod, one in clues.containers() if one.name == DAPRD and is_down(one)]
    if clues.sidecar_ends:
        code = next((f" (exit code {one.exit_code})" for _, one in found if one.exit_code is not None), "")
        fact = f"The sidecar of {clues.scene.target.name} ends again and again{code}, and nothing that was seen says why"
        words = (*clues.last_words(DAPRD), *telling.told(clues.events_that_say(*CRASH_LINES)))
        yield Candidate(cause=_unknown("sidecar-crashes", fact, found, words, clues))


def _not_ready(clues: Clues) -> Iterator[Candidate]:
    found = [(pod, one) for pod, one in clues.containers() if one.name == DAPRD and not one.ready and one.running]
    if found or (clues.sidecar_fails and not clues.states and not clues.sidecar_ends):
        fact = f"The sidecar of {clues.scene.target.name} runs but is not ready, and nothing that was seen says why"
        lines = [one.excerpt for one in telling.first(NOT_READY, clues.said(*NOT_READY))]
        events = telling.told(clues.events_that_say("probe-failed", *NOT_READY))
        yield Candidate(cause=_unknown("sidecar-not-ready", fact, found, (*lines, *events, *clues.last_words(DAPRD)), clues))


def _unknown(id_: str, fact: str, found: list[telling.OfPod], words: tuple[str, ...], clues: Clues) -> Cause:
    """It is so, but it is what must be explained: never more than a possibility."""
    pod = found[0][0].pod if found else next(iter(clues.scene.target.pods), None)
    namespace, name = (pod.namespace, pod.name) if pod else (clues.scene.target.namespace, "")
    return Cause(
        id=id_,
        fact=fact,
        certainty=Certainty.POSSIBLE,
        is_certificate=False,
        evidence=tuple(map(telling.state, found[: telling.MOST_LINES])) or (BY_CENSUS,),
        excerpts=tuple(dict.fromkeys(words))[: telling.MOST_LINES],
        next_step=f"Read what it wrote before it ended: {kubectl.previous_log(namespace, name, DAPRD)}",
        explains=("pod-not-ready",),
    )


TIMES_OUT: Final = Explanation(id="sidecar-times-out", title="The sidecar waits for the operator in vain", find=_times_out, claims=DEADLINE)
CRASHES: Final = Explanation(
    id="sidecar-crashes",
    title="The sidecar crash-loops, and nothing says why",
    find=_crashes,
    claims=("sidecar-gets-no-identity",),
)
READY: Final = Explanation(
    id="sidecar-not-ready", title="The sidecar is not ready, and nothing says why", find=_not_ready, claims=NOT_READY
)
