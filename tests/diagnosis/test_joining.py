"""Pieces of a line become the line, whoever's pieces come between; and nobody can make it hoard."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.diagnosis.digesting import kinds
from bot.diagnosis.explaining import explain
from bot.diagnosis.joining import MOST_BEGUN, MOST_PIECES, joined_lines
from bot.diagnosis.sightings import sighted
from bot.diagnosis.unwrapping import LONGEST
from bot.model.logs import LogLine
from tests.diagnosis.wrappings import AT, cri, dapr_json, dapr_text

RENEWAL = "Error renewing identity, trying again in 10 seconds: x509: certificate signed by unknown authority"


def piece(text: str, flag: str = "P", stream: str = "stderr") -> str:
    return f"{AT} {stream} {flag} {text}"


def pieces(line: str, *cuts: int) -> list[str]:
    ends = (0, *cuts, len(line))
    parts = [line[start:end] for start, end in pairwise(ends)]
    return [*(piece(part) for part in parts[:-1]), piece(parts[-1], "F")]


def a_line(text: str, *, pod: str = "orders-1", at_ns: int = 1) -> LogLine:
    return LogLine(at_ns=at_ns, text=text, namespace="shop", pod=pod, container="daprd")


def texts(lines: list[LogLine]) -> list[str]:
    return [one.text for one in joined_lines(lines)]


@pytest.mark.parametrize("cuts", [(40,), (20, 60), (10, 20, 30, 40, 50, 60, 70, 80)])
@pytest.mark.parametrize("form", [dapr_text, dapr_json])
def test_a_line_in_pieces_is_explained_as_the_line(form: object, cuts: tuple[int, ...]) -> None:
    assert callable(form)
    whole = form(RENEWAL, "dapr.runtime.security")

    (one,) = explain("\n".join(pieces(whole, *cuts)))
    (other,) = explain(cri(whole))
    assert (one.signature, one.reasons, one.excerpt) == (other.signature, other.reasons, other.excerpt)
    assert one.signature is not None
    assert one.number == 1


def test_lines_after_it_keep_their_numbers() -> None:
    text = "\n".join(["hello", *pieces(dapr_text(RENEWAL, "dapr.runtime"), 30), "current user UID(0) is root"])

    assert [(one.number, one.signature and one.signature.id) for one in explain(text)] == [
        (1, None),
        (2, "sidecar-renewal-fails"),
        (4, "runs-as-root"),
    ]


def test_what_comes_between_on_another_stream_or_from_another_pod_is_not_mixed_in() -> None:
    first, last = pieces("one two", 4)
    lines = [a_line(first), a_line(piece("out", "F", "stdout")), a_line(piece("x", "P"), pod="orders-2"), a_line(last)]

    assert sorted(texts(lines)) == sorted([piece("out", "F", "stdout"), piece("one two"), piece("x", "P")])


def test_a_line_of_a_pod_is_seen_and_counted_once() -> None:
    lines = [a_line(text, at_ns=number) for number, text in enumerate(pieces(dapr_text(RENEWAL, "dapr.runtime.security"), 70, 150), 1)]

    (seen,) = sighted(lines)
    assert (seen.signature, seen.count) == ("sidecar-renewal-fails", 1)
    (kind,) = kinds(lines)
    assert (kind.signature and kind.signature.id, kind.count) == ("sidecar-renewal-fails", 1)


def test_a_line_whose_end_never_comes_is_there_as_far_as_it_came() -> None:
    assert texts([a_line(one) for one in pieces("one two three", 4, 8)[:-1]]) == [piece("one two ")]


def test_pieces_without_end_do_not_become_a_line_without_end() -> None:
    lines = [a_line(piece("x" * 16_384)) for _ in range(MOST_PIECES * 3)]

    found = texts(lines)
    assert len(found) == 3
    assert all(len(one) == LONGEST + 1 for one in found)


def test_lines_begun_everywhere_do_not_wait_for_ever() -> None:
    lines = [a_line(piece("x"), pod=f"pod-{number}") for number in range(MOST_BEGUN * 3)]

    assert sorted(one.pod for one in joined_lines(lines)) == sorted(line.pod for line in lines)


PIECES = st.builds(piece, st.text(max_size=20), st.sampled_from("FP"), st.sampled_from(["stdout", "stderr"]))


@given(st.lists(st.text(max_size=20) | PIECES))
def test_no_text_is_lost(lines: list[str]) -> None:
    found = "".join(texts([a_line(line) for line in lines]))

    for line in lines:
        assert line.rpartition(" ")[2] in found
