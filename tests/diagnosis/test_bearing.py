"""Which literals stand in a text: the same as if each were looked for alone, in the table's order."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.diagnosis.classifying import bearing
from bot.diagnosis.signature import Component, Signature
from bot.diagnosis.signatures import SIGNATURES
from tests.diagnosis.wrappings import dapr_text

ANYBODY = (None, *Component)
LITERALS = sorted({one.literal for one in SIGNATURES})


def one_by_one(text: str, component: Component | None) -> list[Signature]:
    return [one for one in SIGNATURES if one.literal in text and (component is None or component in one.components)]


@st.composite
def pieces(draw: st.DrawFn) -> str:
    """A literal, or a part of one, so that literals overlap, nearly begin and nearly end."""
    literal = draw(st.sampled_from(LITERALS))
    start = draw(st.integers(0, len(literal) - 1)) if draw(st.booleans()) else 0
    end = draw(st.integers(start, len(literal))) if draw(st.booleans()) else len(literal)
    return literal[start:end]


# Lone surrogates and NUL as well: a container may print anything.
OTHERS = st.text(st.characters(codec=None), max_size=6)


@given(st.lists(pieces() | OTHERS, max_size=12).map("".join), st.sampled_from(ANYBODY))
def test_a_text_bears_what_it_would_if_each_literal_were_looked_for_alone(text: str, component: Component | None) -> None:
    assert bearing(text, component) == one_by_one(text, component)


@pytest.mark.parametrize("component", ANYBODY, ids=str)
def test_all_literals_in_one_text_come_in_the_order_of_the_table(component: Component | None) -> None:
    text = " ".join(reversed(LITERALS))

    assert bearing(text, component) == [one for one in SIGNATURES if component is None or component in one.components]


def test_literals_that_overlap_or_hold_one_another_are_all_found() -> None:
    for text in (
        first[:-size] + second for first in LITERALS for second in LITERALS for size in range(1, 8) if first[-size:] == second[:size]
    ):
        assert bearing(text, None) == one_by_one(text, None)
    for literal in LITERALS:
        assert bearing(literal, None) == one_by_one(literal, None)


@pytest.mark.parametrize(
    "around", ["\ud800", "\udfff\ud800", "\0", "\U0001f7e0", "é" * 50_000, "x" * 1_000_000], ids=lambda text: ascii(text[:4])
)
def test_what_stands_around_a_literal_does_not_matter(around: str) -> None:
    for literal in LITERALS:
        assert bearing(f"{around}{literal}{around}", None) == one_by_one(literal, None)
        assert bearing(f"{literal[:7]}{around}{literal[7:]}", None) == one_by_one(literal[7:], None)


def test_no_text_bears_nothing() -> None:
    assert bearing("", None) == []
    assert bearing(dapr_text("http server listening on port 3500", "dapr.runtime.http", "info"), None) == []


def test_threads_find_the_same() -> None:
    texts = [one.witness for one in SIGNATURES] * 20

    with ThreadPoolExecutor(4) as threads:
        found = list(threads.map(lambda text: bearing(text, None), texts))

    assert found == [one_by_one(text, None) for text in texts]
