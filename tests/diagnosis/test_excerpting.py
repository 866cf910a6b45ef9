"""A pasted private key is shown by none of its lines, however it was cut."""

import pytest

from bot.diagnosis.excerpting import LONGEST_KEY, excerpts
from bot.model.redaction import MARK
from tests.builders import A_CA

KEY = A_CA.key_pem.decode().strip().splitlines()
BEGIN, *INNER, END = KEY


@pytest.mark.parametrize(
    "lines",
    [
        KEY,
        [f"    {line}" for line in KEY],
        [f'"{line}\\n"' for line in KEY],
        [BEGIN, *INNER],
        [*INNER, END],
        [*INNER[1:], END],
        [f'"{line}\\n"' for line in (*INNER[1:], END)],
        INNER[:-1],
    ],
    ids=["whole", "indented", "quoted", "no end", "no beginning", "last lines", "last lines quoted", "out of the middle"],
)
def test_no_line_of_a_key_is_shown(lines: list[str]) -> None:
    shown = " ".join(excerpts(["before it", *lines, "after it"]))

    assert not [line for line in INNER if line in shown]
    assert MARK in shown
    assert "before it" in shown


def test_what_follows_a_key_is_shown_again() -> None:
    assert excerpts([*KEY, "Back-off restarting"])[-1] == "Back-off restarting"


def test_a_key_that_never_ends_hides_so_many_lines_and_no_more() -> None:
    shown = excerpts([BEGIN, *["a word"] * (LONGEST_KEY + 2)])

    assert shown[1:] == (*[MARK] * LONGEST_KEY, "a word", "a word")


def test_a_key_on_one_line_hides_nothing_after_it() -> None:
    assert excerpts([" ".join(KEY), "next"]) == (MARK, "next")


def test_two_keys_of_which_one_has_no_end_hide_what_follows() -> None:
    assert excerpts([f"{BEGIN} x {END} {BEGIN}", "canary"])[1] == MARK


def test_short_words_before_a_stray_end_are_hidden_and_sentences_are_not() -> None:
    assert excerpts(["a sentence", "AbCd12==", END]) == ("a sentence", MARK, excerpts([END])[0])
