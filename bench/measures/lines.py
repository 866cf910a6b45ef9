"""Lines of a log: how many a second one core classifies, beside the loops that anybody would write."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from bench.figures import median
from bench.measure import Measure, Workshop
from bench.table import Measured, Promise, Table

LEAST_A_SECOND: Final = 500_000


async def run(shop: Workshop) -> Measured:
    """One process, one thread; the ways take turns over the same lines."""
    told = await shop.figures("classify", {"lines": shop.scale.lines, "rounds": shop.scale.rounds}, shop.bytecode)
    a_second = {name: told["lines"] / median(way["seconds"]) for name, way in told["ways"].items()}
    table = Table(
        title="Lines of a log",
        columns=("what", "lines /s", "lines known", "classify is faster"),
        rows=[_row(name, way, a_second) for name, way in told["ways"].items()],
        notes=(
            (
                f"{told['lines']} lines as daprd prints them, {told['characters'] / told['lines']:.0f} characters each, one of a hundred "
                "a complaint that a signature knows; one core, medians of all rounds."
            ),
            "classify tries all signatures, and of a line that bears one it unwraps the record and tells what it is, and why.",
            "literal in line and re.search try all signatures one after the other on the raw line, and do nothing more.",
            "re.search misses what only a whole message may say, since it looks at the raw line.",
        ),
    )
    promise = Promise(what="lines classified", limit=LEAST_A_SECOND, unit="lines/s", value=a_second["classify"], at_least=True)
    return Measured(tables=(table,), promises=(promise,))


def _row(name: str, way: Mapping[str, Any], a_second: Mapping[str, float]) -> Sequence[str | float]:
    ratio = a_second["classify"] / a_second[name]
    return name, a_second[name], str(way["known"]), "" if name == "classify" else f"{ratio:.1f} times"


MEASURE = Measure(name="lines", run=run)
