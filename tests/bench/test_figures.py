import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.figures import growth, median, percentile

SOME = st.lists(st.floats(0, 1e6), min_size=1, max_size=50)


def test_the_median_is_the_middle_one_or_between_the_two() -> None:
    assert median([9, 1, 5]) == 5
    assert median([1, 2, 3, 10]) == 2.5


@pytest.mark.parametrize(("percent", "expected"), [(0, 10), (25, 20), (50, 30), (90, 46), (99, 49.6), (100, 50)])
def test_a_percentile_lies_between_its_neighbours(percent: float, expected: float) -> None:
    assert percentile([50, 10, 40, 20, 30], percent) == pytest.approx(expected)


@given(SOME)
def test_percentiles_rise_from_the_least_to_the_greatest(values: list[float]) -> None:
    found = [percentile(values, percent) for percent in (0, 50, 99, 100)]

    assert found == sorted(found)
    assert (found[0], found[-1]) == (min(values), max(values))


def test_nothing_has_no_percentile() -> None:
    with pytest.raises(ValueError, match="no values"):
        percentile([], 50)


@pytest.mark.parametrize("exponent", [0, 0.5, 1, 2])
def test_growth_finds_the_exponent_of_a_power(exponent: float) -> None:
    assert growth({x: 7 * x**exponent for x in (1000, 5000, 20_000)}) == pytest.approx(exponent, abs=1e-9)


def test_growth_through_noise_lies_between_its_parts() -> None:
    assert 1 < growth({1000: 1, 5000: 5, 20_000: 40}) < 2


def test_one_point_does_not_grow() -> None:
    with pytest.raises(ValueError, match="two points"):
        growth({1000: 1})
