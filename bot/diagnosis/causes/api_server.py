"""The API server was away, say lines that everybody finds first and that almost never are the cause."""

from collections.abc import Iterator
from typing import Final

from bot.diagnosis import telling
from bot.diagnosis.clues import Clues
from bot.diagnosis.explanation import Candidate, Explanation, Reach
from bot.model.diagnosis import Cause, Certainty
from bot.model.logs import Sighting
from bot.model.observed import Unobserved, Why

HERRINGS: Final = ("api-connection-lost", "leader-election-lost", "api-watch-failed")
SILENT: Final = (Why.UNREACHABLE, Why.TIMED_OUT)
AWAY: Final = 2
"""So many parts of the API that do not answer are the API server, not one of its resources."""


def _away(clues: Clues) -> Iterator[Candidate]:
    snapshot = clues.snapshot
    parts = (snapshot.secret, snapshot.configmap, snapshot.components, snapshot.census)
    silent = [one for one in parts if isinstance(one, Unobserved) and one.why in SILENT]
    lines = telling.first(HERRINGS, clues.said(*HERRINGS))
    if len(silent) >= AWAY:
        evidence = (f"{len(silent)} of {len(parts)} questions to it were not answered.", *map(telling.sentence, lines))
        yield Candidate(
            cause=_cause("The API server of Kubernetes does not answer", Certainty.LIKELY, evidence, lines), reach=Reach.HERRING
        )
    elif lines:
        evidence = (
            *map(telling.sentence, lines),
            "It answers now. Such lines are written at every disturbance, and break nothing that lasts.",
        )
        fact = "The API server was out of reach for a part of Dapr for a moment"
        yield Candidate(cause=_cause(fact, Certainty.POSSIBLE, evidence, lines), reach=Reach.HERRING)


def _cause(fact: str, certainty: Certainty, evidence: tuple[str, ...], lines: list[Sighting]) -> Cause:
    return Cause(
        id="api-server-unreachable",
        fact=fact,
        certainty=certainty,
        is_certificate=False,
        evidence=evidence,
        excerpts=tuple(dict.fromkeys(one.excerpt for one in lines)),
        next_step="Ask it: kubectl get --raw /readyz",
    )


API_SERVER: Final = Explanation(id="api-server-unreachable", title="The API server was out of reach", find=_away, claims=HERRINGS)
