"""The parameters of a question, as Loki reads them: times in three forms, limit, direction, step."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from bot.model.nanoseconds import SECOND
from playground.loki import durations, refusals
from playground.loki.durations import HOUR, MILLISECOND
from playground.loki.refusals import bad_request

_POINTS: Final = 11_000
_DEFAULT_LIMIT: Final = "100"
_WHOLE: Final = re.compile(r"[+-]?\d{1,19}")
_DIRECTIONS: Final = ("forward", "backward")


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """From ``start_ns`` to ``end_ns``."""

    start_ns: int
    end_ns: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A range query, but for what its LogQL means."""

    query: str
    span: Span
    limit: int
    forward: bool
    step_ns: int


def span(form: Mapping[str, str], now_ns: int) -> Span:
    """``start`` and ``end``: the hour before now where they are not given. Refusal 400 when one cannot be read."""
    end_ns = _time("end", form, now_ns)
    return Span(start_ns=_time("start", form, min(end_ns, now_ns) - HOUR), end_ns=end_ns)


def question(form: Mapping[str, str], now_ns: int) -> Question:
    """All of them. Refusal 400 when one cannot be read or asks for too many points."""
    asked = span(form, now_ns)
    if asked.end_ns < asked.start_ns:
        raise bad_request(refusals.BACKWARDS)
    limit = form.get("limit") or _DEFAULT_LIMIT
    if not _WHOLE.fullmatch(limit):
        raise bad_request(f'strconv.Atoi: parsing "{limit}": invalid syntax')
    if int(limit) <= 0:
        raise bad_request("limit must be a positive value")
    direction = (form.get("direction") or "backward").lower()
    if direction not in _DIRECTIONS:
        raise bad_request(f"invalid direction '{form['direction']}'")
    step_ns = _step(form.get("step", ""), asked)
    if (asked.end_ns - asked.start_ns) // step_ns > _POINTS:
        raise bad_request(refusals.POINTS)
    return Question(query=form.get("query", ""), span=asked, limit=int(limit), forward=direction == "forward", step_ns=step_ns)


def _time(name: str, form: Mapping[str, str], default: int) -> int:
    text = form.get(name, "")
    if not text:
        return default
    if _WHOLE.fullmatch(text):
        # Ten digits or fewer are seconds, as Loki counts them.
        return int(text) * (SECOND if len(text) <= len("1234567890") else 1)
    try:
        if "." in text and "T" not in text:
            fraction, whole = math.modf(float(text))
            return int(whole) * SECOND + int(round(fraction, 3) * SECOND)
        return _rfc3339_ns(text)
    except ValueError:
        raise bad_request(f"could not parse '{name}' parameter: strconv.ParseInt: parsing \"{text}\": invalid syntax") from None


def _rfc3339_ns(text: str) -> int:
    found = re.fullmatch(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)", text)
    if found is None:
        raise ValueError(text)
    seconds, fraction, zone = found.groups()
    instant = datetime.fromisoformat(f"{seconds}{'+00:00' if zone == 'Z' else zone}").astimezone(UTC)
    return int(instant.timestamp()) * SECOND + int((fraction or "0").ljust(9, "0"))


def _step(text: str, asked: Span) -> int:
    if not text:
        return max((asked.end_ns - asked.start_ns) // SECOND // 250, 1) * SECOND
    try:
        step_ns = int(float(text) * SECOND)
    except ValueError:
        found = durations.read(text)
        if found is None:
            raise bad_request(f'cannot parse "{text}" to a valid duration') from None
        step_ns = found
    if step_ns <= 0:
        raise bad_request("zero or negative query resolution step or interval parameter is not accepted. Try a positive integer")
    # Loki hands it on in milliseconds.
    return max(step_ns // MILLISECOND, 1) * MILLISECOND
