"""What people may do about a run, and when. Pure; who somebody is was found out before."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Final

from bot.model import phrases
from bot.model.access import Verb
from bot.model.approval import Refused
from bot.model.rotation import Kind, Plan
from bot.model.run import Commanded, Run, Stand, Way
from bot.model.trust_pair import NEW


class Overtaken(Refused, frozen=True, kw_only=True):
    """Another decision was faster. ``by``: whose, and which."""

    by: Commanded


VERBS: Final = {
    Way.PAUSE: Verb.OPERATE,
    Way.ABORT: Verb.OPERATE,
    Way.RESUME: Verb.APPROVE,
    Way.RETRY: Verb.APPROVE,
    Way.REVERT: Verb.APPROVE,
    Way.LOSE: Verb.APPROVE,
}
"""What each takes: to stop is easier than to go on."""

BACK_TAKES: Final = timedelta(minutes=5)
"""So long it takes at most until every sentry signs with the old issuer again, and hands out what it signed."""


def back_until(plan: Plan) -> datetime | None:
    """Until when people may choose the way back; None where there is none.

    It is over when the last certificate of the new issuer has ended; only then the saved pair returns. Chosen later, it would bring
    everybody onto a CA that ends under them.
    """
    return plan.expires_at - plan.leaves_for - BACK_TAKES if plan.expires_at is not None else None


def ways(run: Run, plan: Plan, now: datetime) -> tuple[Way, ...]:
    """What can be done about it now, in the order of buttons."""
    return tuple(way for way in Way if not why_not(run, plan, way, now))


def why_not(run: Run, plan: Plan, way: Way, now: datetime) -> str:
    """Why this cannot be done, for people; "" when it can."""
    return "This rotation is over. Nothing was changed." if run.is_over else _why_not(run, plan, way, now)


def _why_not(run: Run, plan: Plan, way: Way, now: datetime) -> str:
    match way:
        case Way.PAUSE:
            return "" if run.stand is Stand.RUNNING and not run.aborting else "It does not run: there is nothing to pause."
        case Way.RESUME:
            can = run.stand is Stand.PAUSED or (run.held is not None and Way.RESUME in run.held.ways)
            return "" if can else "It is not paused."
        case Way.RETRY | Way.LOSE:
            return "" if run.held is not None and way in run.held.ways else "It does not wait for that."
        case Way.REVERT:
            return _why_not_back(run, plan, now)
        case Way.ABORT:
            if run.pair == NEW and run.kind is Kind.CROSS_SIGNED:
                return "The old root is dropped already: it can only go on."
            return "" if not run.aborting and not run.back else "It goes back already, or is being aborted."


def _why_not_back(run: Run, plan: Plan, now: datetime) -> str:
    if run.kind is not Kind.CROSS_SIGNED:
        return "There is nothing sound to go back to: what was there before is dead, or foreign."
    if run.back:
        return "It goes back already."
    if not run.has_written:
        return "Nothing was written yet: abort ends it."
    if run.pair == NEW:
        return "The old root is dropped already: there is no way back, and none needed."
    return _too_late(plan, now)


def _too_late(plan: Plan, now: datetime) -> str:
    until = back_until(plan)
    if plan.expires_at is None or until is None or now <= until:
        return ""
    if now >= plan.expires_at:
        return "The old CA has ended: there is nothing to go back to."
    takes = phrases.left(plan.leaves_for + BACK_TAKES)
    return f"It is too late: a way back takes {takes}, and the old CA ends before that. Going on is what helps: the new CA lives."


def may(way: Way, actor: str, people: Collection[str]) -> bool:
    """Whether this Slack id may, as far as approvers go; operators are known to whoever let them in."""
    return VERBS[way] is Verb.OPERATE or actor in people
