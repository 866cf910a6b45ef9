"""Spans as Go writes them."""

from datetime import timedelta

import pytest

from bot.model.go_duration import parsed


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("24h", 86400), ("24h0m0s", 86400), ("15m", 900), ("1h30m", 5400), ("1.5h", 5400), (".5s", 0.5), ("20s", 20), ("0", 0), ("+5m", 300)],
)
def test_what_go_reads_is_read(text: str, seconds: float) -> None:
    assert parsed(text) == timedelta(seconds=seconds)


@pytest.mark.parametrize("text", ["", "24", "h", "1d", "1h 30m", "-5m", "1h-5m", "24hours", "1e3s", "9999999999h", "٣h"])
def test_what_it_does_not_read_is_none(text: str) -> None:
    assert parsed(text) is None
