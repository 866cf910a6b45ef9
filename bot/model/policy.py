"""What the operator decided about judging: ladder, severities, patience. Pure numbers, no secrets."""

from datetime import timedelta

import msgspec

from bot.model.finding import Severity

DEFAULT_LADDER = (90, 60, 30, 14, 7, 3, 1, 0)


class Policy(msgspec.Struct, frozen=True):
    """How findings are graded.

    ``ladder``            days left at which an expiry speaks up, descending, ending in 0
    ``warning_days``      at this many days left or fewer an expiry is a WARNING
    ``critical_days``     at this many days left or fewer, or expired, it is CRITICAL
    ``healthy_sweeps``    how many healthy sweeps in a row resolve a card
    ``reopen_within``     a cause that comes back within this span reopens its card
    ``repeat_critical``   an open CRITICAL is broadcast again after this span
    ``blind_after``       no complete sweep for this long is a card of its own
    """

    ladder: tuple[int, ...] = DEFAULT_LADDER
    warning_days: int = 30
    critical_days: int = 7
    healthy_sweeps: int = 2
    reopen_within: timedelta = timedelta(hours=24)
    repeat_critical: timedelta = timedelta(hours=24)
    blind_after: timedelta = timedelta(minutes=10)

    def rung(self, left: timedelta) -> int | None:
        """The lowest rung that ``left`` has reached: 12 days left is on rung 14; None above the ladder; expired is 0."""
        reached = [days for days in self.ladder if left <= timedelta(days=days)]
        return min(reached) if reached else None

    def severity(self, left: timedelta) -> Severity:
        """OK above the ladder, NOTICE on its upper rungs, WARNING from ``warning_days``, CRITICAL from ``critical_days``."""
        if left <= timedelta(days=self.critical_days):
            return Severity.CRITICAL
        if left <= timedelta(days=self.warning_days):
            return Severity.WARNING
        return Severity.OK if self.rung(left) is None else Severity.NOTICE
