from datetime import UTC, datetime

import pytest

from bench import page
from bench.__main__ import PAGE
from bench.table import Measured, Promise, Table

AT = datetime(2026, 11, 25, 4, tzinfo=UTC)
MEASURED = Measured(
    tables=(Table(title="Sweeps", columns=("what", "s"), rows=[("ours", 0.3)]),),
    promises=(Promise(what="sweep", limit=1, unit="s", value=0.3),),
)


def test_figures_are_written_between_the_markers_and_nothing_else_changes() -> None:
    before = f"# Title\n{page.BEGIN}\nold\n{page.END}\nfoot\n"

    assert page.written(before, "new") == f"# Title\n{page.BEGIN}\n\nnew\n{page.END}\nfoot\n"
    assert page.written(page.written(before, "new"), "new") == page.written(before, "new")


@pytest.mark.parametrize("broken", ["", page.BEGIN, page.END, f"{page.END}{page.BEGIN}", f"{page.BEGIN}{page.END}{page.END}"])
def test_a_page_without_its_two_markers_is_left_alone(broken: str) -> None:
    with pytest.raises(ValueError, match="markers"):
        page.written(broken, "new")


def test_promises_come_first() -> None:
    body = page.body(AT, ("2 cores.", "It was quiet."), [MEASURED])

    assert body.startswith("Measured on 2026-11-25 with `make bench`: 2 cores. It was quiet.\n\n### What was promised\n")
    assert body.index("| sweep | ≤ 1 s | 0.3 s | kept |") < body.index("### Sweeps")


def test_the_page_in_the_documents_has_its_markers() -> None:
    text = PAGE.read_text(encoding="utf-8")

    assert "new" in page.written(text, "new")
