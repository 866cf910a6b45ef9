"""PEM, chains, verdicts, checks and views: how many a second, at first sight and again, beside plain cryptography."""

from collections.abc import Sequence

from bench.measure import Measure, Workshop
from bench.table import Measured, Table

ANCHORS = 50


async def run(shop: Workshop) -> Measured:
    """One process does it all, one piece after the other."""
    scale = shop.scale
    options = {"pods": scale.main, "anchors": ANCHORS, "work_seconds": scale.work_seconds, "folder": str(shop.folder)}
    told = await shop.figures("compute", options, shop.bytecode)
    table = Table(
        title="Computing",
        columns=("what", "first sight /s", "again /s", "plain cryptography /s", "plain is faster, first sight"),
        rows=[_row(*row) for row in told["rows"]],
        notes=(
            "First sight: all caches are emptied before; again: as at every sweep after the first, when nothing has changed.",
            (
                "Plain cryptography loads the same certificates and reads their extensions, or looks for each one's signers; "
                "it knows neither Go's rules nor what is wrong with a text, which is what our own readers are for."
            ),
        ),
    )
    return Measured(tables=(table,))


def _row(what: str, first: float, again: float, plain: float | None) -> Sequence[str | float]:
    beside: tuple[str | float, str | float] = ("", "") if plain is None else (1 / plain, f"{first / plain:.1f} times")
    return (what, 1 / first, 1 / again, *beside)


MEASURE = Measure(name="computing", run=run)
