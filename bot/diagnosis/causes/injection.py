"""Pods without a sidecar, and webhooks of Dapr's that the API server does not trust."""

from collections.abc import Iterator
from typing import Final

from msgspec.structs import replace

from bot.diagnosis import telling
from bot.diagnosis.clues import Clues
from bot.diagnosis.explanation import Candidate, Explanation, Reach
from bot.model import counters, phrases
from bot.model.diagnosis import Cause, Certainty
from bot.model.finding import Severity

INJECTOR_LINES: Final = ("injector-rejected", "injector-cannot-patch-webhook", "injector-fails-open", "injector-fails-closed")
CONVERSION_LINES: Final = ("conversion-distrusted", "conversion-service-missing", "operator-cannot-patch-crd", "operator-finds-no-crd")
COUNTS: Final = (counters.INJECTION_FAILED,)
MISSING_LINES: Final = (
    "injector-gets-no-certificate-for-app",
    "injector-fails-for-app",
    "injector-denies-creator",
    "injector-left-pod-alone",
)
CLOSED: Final = "injector-fails-closed"
HOW: Final = "See why at the injector: docs/checks.md#injector-untrusted"


def _injector(clues: Clues) -> Iterator[Candidate]:
    """It hits whoever is created: the target where its pods came without a sidecar, or are not created at all."""
    findings = clues.trouble("injector-untrusted")
    events = clues.events_that_say(CLOSED)
    hits = bool(events) or any(pod.daprd is None for pod in clues.pods) or clues.scene.target.name == "sidecar-injector"
    reach = Reach.TARGET if hits else Reach.ELSEWHERE
    # An operator that is rejected says it with the same words.
    lines = [one for one in clues.said(*INJECTOR_LINES) if one.component == "sidecar-injector"]
    is_total = any(one.severity is Severity.CRITICAL for one in findings)
    explains = ("sidecar-missing",) if is_total or events else ()
    if findings:
        cause = telling.proved(clues, findings[0], id_="injector-untrusted", own=INJECTOR_LINES, explains=explains)
        yield Candidate(cause=replace(cause, excerpts=(*telling.told(events), *cause.excerpts)), reach=reach)
    elif events:
        yield Candidate(cause=_closed(clues, explains))
    elif lines:
        fact = "The log of the injector says that the API server rejects its certificate"
        yield Candidate(cause=telling.complained(clues, lines, id_="injector-untrusted", fact=fact, own=INJECTOR_LINES), reach=reach)


def _closed(clues: Clues, explains: tuple[str, ...]) -> Cause:
    return Cause(
        id="injector-untrusted",
        fact=f"No pod of {clues.scene.target.name} can be created: calling Dapr's sidecar injector fails",
        certainty=Certainty.LIKELY,
        is_certificate=True,
        evidence=(telling.not_borne_out(clues, ("injector-untrusted", "control-plane-unready")),),
        excerpts=telling.told(clues.events_that_say(CLOSED)),
        next_step=HOW,
        explains=explains,
    )


def _conversion(clues: Clues) -> Iterator[Candidate]:
    findings = clues.trouble("conversion-untrusted")
    lines = clues.said(*CONVERSION_LINES)
    reach = Reach.TARGET if clues.scene.target.name == "operator" and clues.is_component else Reach.ELSEWHERE
    if findings:
        cause = telling.proved(clues, findings[0], id_="conversion-untrusted", own=CONVERSION_LINES)
        yield Candidate(cause=cause, reach=Reach.TARGET if lines else reach)
    elif lines:
        fact = "A log says that Subscriptions cannot be converted, and so not be listed"
        yield Candidate(cause=telling.complained(clues, lines, id_="conversion-untrusted", fact=fact, own=CONVERSION_LINES), reach=reach)


def _missing(clues: Clues) -> Iterator[Candidate]:
    bare = [pod for pod in clues.pods if pod.daprd is None and pod.is_live]
    for finding in clues.trouble("sidecar-missing")[:1]:
        cause = replace(telling.proved(clues, finding, id_="sidecar-missing", own=MISSING_LINES), is_certificate=False)
        if bare:
            who = f"{len(bare)} of {phrases.count(len(clues.pods), 'pod')} of {clues.scene.target.name}"
            cause = replace(cause, fact=f"{who} {'has' if len(bare) == 1 else 'have'} no sidecar, though asking for one")
            cause = replace(cause, next_step=telling.for_those(cause.next_step, bare))
        yield Candidate(cause=cause, reach=Reach.TARGET if bare else Reach.ELSEWHERE)


INJECTOR: Final = Explanation(
    id="injector-untrusted",
    title="The API server does not trust the sidecar injector",
    find=_injector,
    claims=INJECTOR_LINES,
    counts=COUNTS,
)
CONVERSION: Final = Explanation(
    id="conversion-untrusted", title="The API server does not trust the conversion webhook", find=_conversion, claims=CONVERSION_LINES
)
MISSING: Final = Explanation(
    id="sidecar-missing",
    title="The target's pod has no sidecar, though it asks for one",
    find=_missing,
    claims=MISSING_LINES,
    counts=COUNTS,
)
