import pytest

from bench import table
from bench.table import Promise, Table

TABLE = Table(title="Sweeps", columns=("what", "s"), rows=[("ours", 0.3456), ("theirs", 12345.6)], notes=("Seconds.",))


@pytest.mark.parametrize(
    ("value", "shown"),
    [(0, "0"), (0.012345, "0.0123"), (0.3456, "0.346"), (1, "1"), (12.34, "12.3"), (999.6, "1000"), (12345.6, "12300"), (1e-7, "1e-07")],
)
def test_three_digits_matter(value: float, shown: str) -> None:
    assert table.number(value) == shown


def test_a_terminal_sees_columns_in_line_and_numbers_to_the_right() -> None:
    assert table.text(TABLE) == "Sweeps\n------\nwhat        s\nours    0.346\ntheirs  12300\n* Seconds.\n"


def test_a_page_sees_markdown() -> None:
    assert table.markdown(TABLE) == "### Sweeps\n\n| what | s |\n| --- | ---: |\n| ours | 0.346 |\n| theirs | 12300 |\n\n- Seconds.\n"


@pytest.mark.parametrize(
    ("promise", "shown"),
    [
        (Promise(what="sweep", limit=1, unit="s", value=1), ("sweep", "≤ 1 s", "1 s", "kept")),
        (Promise(what="sweep", limit=1, unit="s", value=1.2), ("sweep", "≤ 1 s", "1.2 s", "MISSED")),
        (Promise(what="faster", limit=20, unit="times", value=19, at_least=True), ("faster", "≥ 20 times", "19 times", "MISSED")),
        (Promise(what="faster", limit=20, unit="times", value=21, at_least=True), ("faster", "≥ 20 times", "21 times", "kept")),
        (Promise(what="faster", limit=20, unit="times", value=None, at_least=True), ("faster", "≥ 20 times", "?", "not measured")),
    ],
)
def test_a_promise_says_whether_it_was_kept(promise: Promise, shown: tuple[str, ...]) -> None:
    assert table.promises([promise]).rows == [shown]


def test_what_was_not_measured_was_not_kept() -> None:
    assert not Promise(what="sweep", limit=1, unit="s", value=None).is_kept
