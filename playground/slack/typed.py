"""What people type or turn into a field, as far as their client lets them."""

import re
from collections.abc import Callable, Mapping
from datetime import date, time
from typing import Final

from playground.slack.errors import ImpossibleError, Payload

TEN_DIGITS: Final = re.compile(r"[1-9]\d{9}")
NUMBER: Final = re.compile(r"-?\d+(\.\d+)?")
LONGEST_TYPED: Final = 3000


def _date(wanted: str) -> str:
    try:
        return date.fromisoformat(wanted).isoformat()
    except ValueError as error:
        raise ImpossibleError(f"a date is written YYYY-MM-DD, not {wanted!r}") from error


def _time(wanted: str) -> str:
    try:
        return time.fromisoformat(wanted).strftime("%H:%M")
    except ValueError as error:
        raise ImpossibleError(f"a time is written HH:MM, not {wanted!r}") from error


def _moment(wanted: str) -> int:
    if not TEN_DIGITS.fullmatch(wanted):
        raise ImpossibleError(f"a moment is ten digits of seconds, not {wanted!r}")
    return int(wanted)


def _text(element: Payload, wanted: str) -> str:
    shortest, longest = element.get("min_length", 0), element.get("max_length", LONGEST_TYPED)
    if not shortest <= len(wanted) <= longest:
        raise ImpossibleError(f"between {shortest} and {longest} characters fit in here, not {len(wanted)}")
    return wanted


def _email(_: Payload, wanted: str) -> str:
    if "@" not in wanted:
        raise ImpossibleError(f"{wanted!r} is no e-mail address")
    return wanted


def _url(_: Payload, wanted: str) -> str:
    if not wanted.startswith(("https://", "http://")):
        raise ImpossibleError(f"{wanted!r} is no URL")
    return wanted


def _number(element: Payload, wanted: str) -> str:
    is_whole = "." not in wanted
    if not NUMBER.fullmatch(wanted) or not (is_whole or element.get("is_decimal_allowed")):
        raise ImpossibleError(f"{wanted!r} is no number that may stand here")
    lowest, highest = float(element.get("min_value", "-inf")), float(element.get("max_value", "inf"))
    if not lowest <= float(wanted) <= highest:
        raise ImpossibleError(f"{wanted} is not between {lowest} and {highest}")
    return wanted


MOMENTS: Final[Mapping[str, Callable[[str], str | int]]] = {"datepicker": _date, "timepicker": _time, "datetimepicker": _moment}
TEXTS: Final[Mapping[str, Callable[[Payload, str], str]]] = {
    "plain_text_input": _text,
    "email_text_input": _email,
    "url_text_input": _url,
    "number_input": _number,
}
