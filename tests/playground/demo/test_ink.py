from hypothesis import given
from hypothesis import strategies as st

from playground.demo import ink
from playground.demo.ink import BOLD, RED, Run

TEXT = st.text(alphabet="ab 🔴漢e\u0301\n", max_size=60)


def words(rows: list[ink.Line]) -> list[str]:
    return [ink.paint(row, colours=False) for row in rows]


def test_an_emoji_takes_two_columns_and_a_combining_mark_none() -> None:
    assert ink.cells("🔴 ok") == 5
    assert ink.cells("e\u0301") == 1
    assert ink.cells("漢字") == 4


def test_text_is_broken_at_spaces_and_goes_on_below_its_margin() -> None:
    rows = ink.wrap(ink.line("  • one two three four"), 12, hang=4)

    assert words(rows) == ["  • one two", "    three", "    four"]


def test_a_word_that_fits_nowhere_is_cut() -> None:
    assert words(ink.wrap(ink.line("abcdefgh"), 3)) == ["abc", "def", "gh"]


def test_an_empty_line_stays_an_empty_line() -> None:
    assert words(ink.wrap(ink.line("a\n\nb"), 10)) == ["a", "", "b"]


def test_a_word_in_two_styles_stays_one_word() -> None:
    rows = ink.wrap((Run("see sh"), Run("op/orders", BOLD)), 14)

    assert words(rows) == ["see", "shop/orders"]
    assert rows[1] == (Run("sh"), Run("op/orders", BOLD))


@given(TEXT, st.integers(min_value=4, max_value=30))
def test_no_row_is_wider_than_it_may_be_and_no_letter_is_lost(text: str, width: int) -> None:
    rows = ink.wrap((Run(text),), width)

    assert all(ink.measure(row) <= width for row in rows)
    assert "".join(words(rows)).replace(" ", "") == text.replace(" ", "").replace("\n", "")


def test_every_row_of_a_frame_is_equally_wide() -> None:
    rows = ink.frame(ink.line("#ops"), [ink.line("🔴 CRITICAL"), ink.line("plain"), ()], 30)

    assert {ink.measure(row) for row in rows} == {30}


def test_what_a_terminal_could_obey_is_replaced() -> None:
    assert ink.line("\x1b[2Jgone\u202e")[0].text == "�[2Jgone�"


def test_styles_are_painted_only_where_colours_are_wanted() -> None:
    line = (Run("bad", ink.styled(BOLD, RED)), Run(" plain"))

    assert ink.paint(line, colours=True) == "\x1b[1;31mbad\x1b[0m plain"
    assert ink.paint(line, colours=False) == "bad plain"


def test_two_things_stand_at_the_ends_of_a_row() -> None:
    assert words([ink.justified(ink.line("left"), ink.line("right"), 12)]) == ["left   right"]
