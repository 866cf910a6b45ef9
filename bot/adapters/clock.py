"""The one place that asks the machine for the time."""

from datetime import UTC, datetime


class SystemClock:
    """Implements :class:`bot.ports.Clock`."""

    def now(self) -> datetime:
        """The current instant, aware, UTC."""
        return datetime.now(UTC)  # noqa: TID251 - the Clock itself
