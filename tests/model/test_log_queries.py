"""Matchers are read strictly, and written again they are the same and break out of nothing."""

import json
import re
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model.log_queries import any_of, duration, quoted, selector
from bot.model.logql import LABEL, Matcher, label_names, matchers

names = st.from_regex(LABEL, fullmatch=True)
printable = st.text(st.characters(exclude_categories=("C", "Z"), include_characters=' "\\{},|'))
written = st.lists(st.builds(Matcher, name=names, operator=st.sampled_from(["=", "!=", "=~", "!~"]), value=printable), max_size=5)


@given(written)
def test_what_is_written_is_read_again(expected: list[Matcher]) -> None:
    text = " , ".join(f"{one.name} {one.operator} " + '"' + one.value.replace("\\", "\\\\").replace('"', '\\"') + '"' for one in expected)

    assert list(matchers(text)) == expected


@given(st.text(max_size=30) | st.from_regex(r'[a-z]=~?"[^"]{0,5}["\\\\,}]{0,4}', fullmatch=True))
def test_what_is_read_of_anything_stays_in_its_braces(text: str) -> None:
    try:
        found = matchers(text)
    except ValueError:
        return
    beside_strings = re.sub(r'"(?:[^"\\]|\\.)*"', "", selector(found))

    assert beside_strings == "{" + ",".join(f"{one.name}{one.operator}" for one in found) + "}"


@given(st.text(max_size=30))
def test_a_quoted_string_ends_where_it_should_and_means_what_was_put_in(text: str) -> None:
    literal = quoted(text)

    assert re.fullmatch(r'"(?:[ !#-\[\]-~]|\\["\\]|\\u[0-9a-f]{4}|\\U[0-9a-f]{8})*"', literal)
    as_json = re.sub(r"\\U([0-9a-f]{8})", lambda found: json.dumps(chr(int(found.group(1), 16)))[1:-1], literal)
    assert json.loads(as_json) == text


def test_what_is_no_character_is_replaced() -> None:
    assert quoted("a\ud800") == r'"a\ufffd"'


@given(st.lists(st.text(min_size=1, max_size=10), min_size=1, max_size=4), st.text(max_size=10))
def test_an_alternation_matches_its_texts_and_no_other(texts: list[str], other: str) -> None:
    pattern = any_of(tuple(texts))

    assert all(re.fullmatch(pattern, text) for text in texts)
    assert bool(re.fullmatch(pattern, other)) == (other in texts)


def test_an_evil_value_stays_in_its_quotes() -> None:
    evil = Matcher(name="pod", operator="=", value='x"} or {a=~".+\n\\')

    assert selector((evil,)) == '{pod="x\\"} or {a=~\\".+\\u000a\\\\"}'


def test_no_labels_are_set_by_nothing() -> None:
    assert label_names(" ") is None
    assert label_names("ns, pod ,") == ("ns", "pod", "")


@pytest.mark.parametrize(("milliseconds", "text"), [(1_000, "1s"), (1_500, "1500ms"), (3_600_000, "3600s")])
def test_a_span_is_written_in_whole_units(milliseconds: int, text: str) -> None:
    assert duration(timedelta(milliseconds=milliseconds)) == text
