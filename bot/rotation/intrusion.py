"""Do both objects hold what this run put there? Asked before every step, also while the run is paused or held.

By itself the run closes a pair that is half written, and puts its pair back after sentry replaced the CA by one of its own making.
Whatever people and other programs wrote is told, and never overwritten without being asked.
"""

from datetime import timedelta
from typing import Final

from bot.model.trust_pair import BACK, OLD
from bot.rotation.outcome import Doing, Holding, Mend, Outcome, Voiding, Waiting, WritePair
from bot.rotation.sight import Sight

ID: Final = "objects"
"""In place of a step's id, when it holds for this."""
SENTRYS_NAMES: Final = ("sentry",)
"""It gives itself none, so the API server takes the program's."""
SETTLES_WITHIN: Final = timedelta(seconds=10)
"""Sentry writes the Secret, then the ConfigMap."""
MOST: Final = 3
"""So often a pair of sentry's own making is replaced by ours, by itself; after that once for each time that people say retry."""


def look(sight: Sight) -> Outcome | None:
    """None: they do, or nothing was written yet."""
    run = sight.run
    if not run.pairs or (run.pair == OLD and not run.back):
        return None
    if sight.holds(run.pair) or (sight.goes_back_to_nothing and sight.is_closed):
        # Of a way back whose end has died nothing is put back: the run ends.
        return None
    if sight.known():
        return _ours(sight)
    if sight.is_untouched and sight.is_closed:
        if run.aborting:
            return None
        return Voiding(f'"{sight.last_writer()[0] or "somebody"}" wrote Secret and ConfigMap before this rotation did.')
    return _foreign(sight)


def _ours(sight: Sight) -> Outcome | None:
    """The Secret holds another pair of this run: half written, not begun yet, or put there by somebody."""
    run = sight.run
    if not sight.is_closed:
        return Doing(WritePair(run.pair), "closing the pair")
    if run.intended.startswith("write-pair") or run.pair == BACK:
        # Begun, and not a byte of it written: its step chooses the moment anew. BACK changes the Secret only.
        return None
    if run.retried == ID:
        return Doing(WritePair(run.pair), "putting our pair back", step=_anew(sight), reason="somebody had put another pair back")
    names = ", ".join(one.name for one in sight.known())
    return _held(sight, f"Somebody put another pair of this rotation back (the {names} one)")


def _foreign(sight: Sight) -> Outcome:
    writer, at = sight.last_writer()
    is_sentrys = writer in SENTRYS_NAMES
    if is_sentrys and not sight.is_closed and at is not None and sight.now - at < SETTLES_WITHIN:
        return Waiting(told="for sentry to finish writing the CA that it made")
    is_asked = sight.run.retried == ID or (is_sentrys and sight.run.reopened < MOST)
    if is_asked and not sight.goes_back_to_nothing:
        return _ours_again(sight, is_sentrys=is_sentrys)
    if not sight.is_closed:
        return Doing(Mend(), "making the ConfigMap equal to the Secret that somebody wrote")
    if is_sentrys:
        return _held(sight, f"More than {MOST} times sentry wrote a CA of its own")
    return _held(sight, f'"{writer}" wrote another pair' if writer else "Somebody wrote another pair")


def _ours_again(sight: Sight, *, is_sentrys: bool) -> Doing:
    told = "putting our pair back in place of sentry's own" if is_sentrys else "putting our pair back"
    reason = "sentry had replaced the CA by one of its own making" if is_sentrys else "somebody had written another pair"
    return Doing(WritePair(sight.run.pair, over=True), told, step=_anew(sight), reason=reason)


def _anew(sight: Sight) -> str:
    """The step behind which everything has to be seen anew: who took the other CA is behind it."""
    return "sentry-back" if sight.run.back else "sentry"


def _held(sight: Sight, reason: str) -> Holding:
    return Holding(
        reason=f"{reason} into Secret and ConfigMap.",
        advice="Find out who, and keep them from doing it again; then retry puts this rotation's pair back.",
        ways=sight.ways_out,
    )
