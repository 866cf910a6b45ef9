"""The arithmetic of measuring: medians, percentiles, growth. No clock and no process in here."""

import math
from collections.abc import Mapping, Sequence


def median(values: Sequence[float]) -> float:
    """The middle one, or the mean of the two in the middle. ValueError for none."""
    return percentile(values, 50)


def percentile(values: Sequence[float], percent: float) -> float:
    """``percent`` of 0 to 100, linear between neighbours: 0 is the least, 100 the greatest. ValueError for no values."""
    if not values:
        raise ValueError("no values")
    ordered = sorted(values)
    place = (len(ordered) - 1) * percent / 100
    below = math.floor(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)


def growth(points: Mapping[float, float]) -> float:
    """Exponent k of y = c * x^k through the points (x to y), by least squares over logarithms.

    1 is linear, 2 quadratic, 0 constant. ValueError for fewer than two points, or one that is not positive.
    """
    if len(points) < 2:  # noqa: PLR2004 - two points make a line
        raise ValueError("growth needs two points")
    xs, ys = [math.log(x) for x in points], [math.log(y) for y in points.values()]
    mean_x, mean_y = sum(xs) / len(xs), sum(ys) / len(ys)
    spread = sum((x - mean_x) ** 2 for x in xs)
    return sum((x - mean_x) * (y - mean_y) for x, y in zip(xs, ys, strict=True)) / spread
