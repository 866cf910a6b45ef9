"""docs/benchmarks.md: people write around the figures, the bench writes between two markers."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

from bench import table
from bench.table import Measured, Table

BEGIN: Final = "<!-- measured: begin; `make bench` writes from here -->"
END: Final = "<!-- measured: end -->"


def written(page: str, body: str) -> str:
    """The page with this body between its markers. ValueError when it does not have each of them once, in this order."""
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end) or BEGIN in after or END in after:
        raise ValueError("docs/benchmarks.md must hold each of the two markers once")
    return f"{before}{BEGIN}\n\n{body}\n{END}{after}"


def body(at: datetime, facts: Sequence[str], measured: Sequence[Measured]) -> str:
    """Facts, promises, then every table. ``at`` is when it began, UTC."""
    sentence = f"Measured on {at:%Y-%m-%d} with `make bench`: {' '.join(facts)}"
    return "\n".join((sentence, "", *(table.markdown(one) for one in tables(measured))))


def tables(measured: Sequence[Measured]) -> Sequence[Table]:
    """The promises first, then everything in the order of the measures."""
    kept = [promise for one in measured for promise in one.promises]
    return ([table.promises(kept)] if kept else []) + [one for found in measured for one in found.tables]


def update(path: Path, text: str) -> None:
    """Write the body between the markers of the page."""
    path.write_text(written(path.read_text(encoding="utf-8"), text), encoding="utf-8")
