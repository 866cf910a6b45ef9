"""Lengths of time in words. Two units at most, the smaller one only while it matters."""

from datetime import timedelta

MINUTE = 60
HOUR = 60 * MINUTE
DAY = 24 * HOUR
FEW_HOURS = 6


def words(length: timedelta) -> str:
    """Such as "12 days", "1 day 4 h", "5 h 10 min", "14 min", "40 s". Rounded down; a negative length is shown without its sign."""
    seconds = abs(int(length.total_seconds()))
    days, hours, minutes = seconds // DAY, seconds % DAY // HOUR, seconds % HOUR // MINUTE
    if days > 1:
        return f"{days} days"
    if days:
        return f"1 day {hours} h" if hours else "1 day"
    if hours:
        return f"{hours} h {minutes} min" if minutes and hours < FEW_HOURS else f"{hours} h"
    return f"{minutes} min" if minutes else f"{seconds} s"
