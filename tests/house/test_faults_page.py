"""docs/rotation-faults.md: every test that it names exists, every row has its tests, and no cell is empty."""

import re

from tests.house.tree import ROOT, files

PAGE = (ROOT / "docs" / "rotation-faults.md").read_text(encoding="utf-8")
ROWS = [[cell.strip() for cell in line.strip("|").split("|")] for line in PAGE.splitlines() if re.match(r"\| \d+ \|", line)]


def test_every_test_that_the_page_names_exists() -> None:
    sources = [path.read_text(encoding="utf-8") for path in files() if path.suffix == ".py" and path.name.startswith("test_")]
    known = {name for text in sources for name in re.findall(r"def (test_\w+)", text)}
    mentioned = set(re.findall(r"`(test_\w+)`", PAGE))

    assert len(mentioned) > 40
    assert mentioned - known == set()


def test_every_row_is_told_in_every_column_and_has_its_paragraph() -> None:
    told = {int(number) for head in re.findall(r"^\*\*([\d, to]+)\. ", PAGE, flags=re.MULTILINE) for number in _numbers(head)}

    assert [int(row[0]) for row in ROWS] == list(range(1, 21))
    assert {len(row) for row in ROWS} == {10}
    assert [row for row in ROWS if not all(row)] == []
    assert told == set(range(1, 21))


def _numbers(head: str) -> list[int]:
    first, *rest = (int(one) for one in re.findall(r"\d+", head))
    return list(range(first, rest[-1] + 1)) if rest else [first]
