"""Kubernetes' numbers: quantities ("100m", "1Gi", "1e3") and numbers that may be per cents ("25%")."""

import re
from decimal import ROUND_CEILING, Decimal
from typing import Final

from msgspec import ValidationError

# apimachinery/pkg/api/resource/suffix.go
_SUFFIXES: Final = {
    "n": Decimal("1e-9"), "u": Decimal("1e-6"), "m": Decimal("1e-3"), "": Decimal(1),
    "k": Decimal(10**3), "M": Decimal(10**6), "G": Decimal(10**9), "T": Decimal(10**12), "P": Decimal(10**15), "E": Decimal(10**18),
    "Ki": Decimal(2**10), "Mi": Decimal(2**20), "Gi": Decimal(2**30), "Ti": Decimal(2**40), "Pi": Decimal(2**50), "Ei": Decimal(2**60),
}  # fmt: skip
_QUANTITY: Final = re.compile(
    r"(?P<number>[+-]?(?:[0-9]{1,24}(?:\.[0-9]{0,24})?|\.[0-9]{1,24}))(?:[eE](?P<exponent>[+-]?[0-9]{1,2})|(?P<suffix>[a-zA-Z]{0,2}))"
)
_PER_CENT: Final = re.compile(r"([0-9]{1,6})%")
_WHOLE: Final = 100
_MOST: Final = 10**9


def thousandths(quantity: int | str) -> int:
    """A quantity in thousandths of its unit, rounded up. ValidationError when it is none."""
    found = _QUANTITY.fullmatch(str(quantity))
    if found is None or (found["suffix"] or "") not in _SUFFIXES:
        raise ValidationError("a quantity is not one of Kubernetes'")
    scale = Decimal(10) ** int(found["exponent"]) if found["exponent"] else _SUFFIXES[found["suffix"] or ""]
    return int((Decimal(found["number"]) * scale * 1000).to_integral_value(ROUND_CEILING))


def of(number: int | str, whole: int, *, up: bool) -> int:
    """A number, or its per cents of ``whole``, rounded up or down; never below 0. ValidationError when it is neither."""
    if isinstance(number, int):
        return min(max(number, 0), _MOST)
    found = _PER_CENT.fullmatch(number)
    if found is None:
        raise ValidationError("a number of pods is neither a number nor per cents")
    parts = int(found[1]) * max(whole, 0)
    return -(-parts // _WHOLE) if up else parts // _WHOLE
