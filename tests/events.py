"""Builders for runs and what their journals hold: defaults are sound; only the deviation is written."""

from typing import Any

from bot.model.rotation import Kind
from bot.model.run import (
    Commanded,
    Counted,
    Effected,
    Event,
    Finished,
    Held,
    Intended,
    Reopened,
    Staged,
    Stand,
    Started,
    StepDone,
    Way,
)
from bot.model.trust_pair import BOTH, NEW, PairDigest
from tests.cards import MINUTE, NOW
from tests.requests import ANN, BOB


def started(**deviations: Any) -> Started:
    fields: dict[str, Any] = {"kind": Kind.CROSS_SIGNED, "digest": "d" * 64, "approved_by": (ANN, BOB)}
    return Started(**fields | deviations)


def intended(pair: str = BOTH, step: str = "both") -> Intended:
    return Intended(step=step, effect=f"write-pair {pair}", pair=pair)


def a_digest(name: str = NEW) -> PairDigest:
    return PairDigest(name=name, ca="a" * 64, issuer="b" * 64, key="c" * 64)


EVERY_EVENT: tuple[Event, ...] = (
    Staged(pairs=(a_digest(BOTH), a_digest(NEW))),
    intended(),
    Effected(step="both", effect="write-pair both"),
    Counted(step="both", told="sentry has not loaded it", done=1, of=3, until=NOW + 5 * MINUTE),
    Reopened(step="both", reason="the pair was changed by <@U1> & co."),
    StepDone(step="both", fact="every sentry shows issuer 2222"),
    Held(step="apps", reason="it waits for \u202e", advice="look", ways=(Way.RETRY, Way.LOSE), affected=("shop/orders-1",)),
    Commanded(way=Way.LOSE, actor=ANN, person="Ann", reason="known", named=("shop/orders-1",)),
)
FINISHED = Finished(stand=Stand.DONE, proof=("every pod trusts the new CA",), left=("delete the old Secret",))
