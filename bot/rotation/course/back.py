"""The way back: the old issuer and its key return while every root stays trusted; much later the saved pair, byte for byte.

Where the old CA ends meanwhile, each step is over: a sentry that found it alone would make a CA of its own. The run ends, so that a
recovery can be asked for, with its own plan.
"""

from bot.model.trust_pair import BACK, OLD
from bot.rotation import quiet, signing
from bot.rotation.course_step import CourseStep
from bot.rotation.outcome import Doing, Done, Outcome, Waiting, WritePair
from bot.rotation.sight import Sight


def _write(sight: Sight, _: str) -> Outcome:
    """At once: the ConfigMap keeps its roots, so nothing is unequal in between."""
    if (ended := _ended(sight)) is not None:
        return ended
    if sight.holds(BACK):
        return Done("the Secret holds the old issuer, every root stays trusted")
    return Doing(WritePair(BACK), "writing the old issuer back")


def _sentry(sight: Sight, step: str) -> Outcome:
    """Kubelets, which may take a minute and a half, are not waited for."""
    return _ended(sight) or signing.look(sight, step, at_once=True)


def _leaves(sight: Sight, _: str) -> Outcome:
    if (ended := _ended(sight)) is not None:
        return ended
    until = sight.run.done.get(SENTRY_BACK.id, sight.now) + sight.plan.leaves_for
    if sight.now >= until:
        return Done("the last of them has ended")
    return Waiting(told="for the last certificates of the new issuer to end; every pod reaches every other meanwhile", until=until)


def _return(sight: Sight, step: str) -> Outcome:
    if sight.holds(OLD):
        return Done("both objects are as they were, byte for byte")
    return _ended(sight) or quiet.obstacle(sight, step) or Doing(WritePair(OLD), "writing the saved pair")


def _ended(sight: Sight) -> Done | None:
    """None: what it goes back to is alive."""
    if not sight.goes_back_to_nothing:
        return None
    left = ": every root stays. Plan again: a recovery" if sight.known() else ". Plan again"
    return Done(f"the old CA has ended meanwhile, so it was not put back alone{left}")


WRITE_BACK = CourseStep(id="write-back", look=_write)
SENTRY_BACK = CourseStep(id="sentry-back", look=_sentry)
NEW_LEAVES = CourseStep(id="wait-for-new-leaves", look=_leaves)
RETURN_PAIR = CourseStep(id="return-pair", look=_return)
