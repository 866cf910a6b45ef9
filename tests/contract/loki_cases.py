"""What every Loki promises, as cases over a :class:`Loki`: run on the simulated one and on a real one."""

from typing import Final

from tests.contract import loki_client, loki_counting, loki_listing, loki_matching, loki_pushing, loki_reading, loki_refusing
from tests.contract.loki_world import Case

CASES: Final[tuple[Case, ...]] = (
    *loki_reading.CASES,
    *loki_matching.CASES,
    *loki_counting.CASES,
    *loki_listing.CASES,
    *loki_pushing.CASES,
    *loki_refusing.CASES,
    *loki_client.CASES,
)
