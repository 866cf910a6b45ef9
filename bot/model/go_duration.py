"""Spans as Go writes them ("24h0m0s", "15m", "1.5h"): what stands in Dapr's Configuration."""

import re
from datetime import timedelta
from typing import Final

_PART: Final = re.compile(r"([0-9]{1,12}(?:\.[0-9]{0,12})?|\.[0-9]{1,12})(ns|us|µs|μs|ms|s|m|h)")
_SECONDS: Final = {"h": 3600.0, "m": 60.0, "s": 1.0, "ms": 1e-3, "us": 1e-6, "µs": 1e-6, "μs": 1e-6, "ns": 1e-9}


def parsed(text: str) -> timedelta | None:
    """The span; None when it is none (time.ParseDuration), negative, or longer than Go can count (292 years)."""
    wanted = text.removeprefix("+")
    if wanted == "0":
        return timedelta()
    seconds, at = 0.0, 0
    for found in _PART.finditer(wanted):
        if found.start() != at:
            return None
        seconds += float(found[1]) * _SECONDS[found[2]]
        at = found.end()
    if not wanted or at != len(wanted) or seconds >= (1 << 63) / 1e9:
        return None
    return timedelta(seconds=seconds)
