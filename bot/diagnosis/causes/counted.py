"""What only Dapr's own counters tell. They say how often, never when: no more than a possibility, and only where nothing else is found."""

from collections.abc import Iterator
from typing import Final

from bot.diagnosis import telling
from bot.diagnosis.clues import Clues
from bot.diagnosis.explanation import Candidate, Explanation
from bot.model import counters
from bot.model.diagnosis import Cause, Certainty

FAILURES: Final = (counters.RENEWAL_FAILED, counters.INIT_FAILED)
REFUSALS: Final = (counters.REQUESTS_REFUSED,)
EARLIER: Final = "It may have been long ago: a counter begins when its program starts, and tells no time."


def _requests(clues: Clues) -> Iterator[Candidate]:
    """Lines that somebody answers for say the same, and why."""
    own = telling.counted(clues, FAILURES)
    if own and not clues.claimed:
        yield Candidate(
            cause=Cause(
                id="certificate-requests-fail",
                fact=f"A sidecar of {clues.scene.target.name} asked for a certificate and got none, at least once since it started",
                certainty=Certainty.POSSIBLE,
                is_certificate=True,
                evidence=(*own, *telling.counted(clues, REFUSALS), EARLIER),
                next_step="See whether the number still grows, and what sentry logs then: docs/causes.md#certificate-requests-fail",
            )
        )


REQUESTS: Final = Explanation(
    id="certificate-requests-fail", title="A sidecar has counted failed requests for a certificate", find=_requests
)
