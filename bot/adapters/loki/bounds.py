"""How much one question may take: time, bytes, lines, requests. A value, so that a test needs no patience."""

from dataclasses import dataclass
from typing import Final

MIB: Final = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """Ends to everything that another side could drag out or pile up.

    ``request_seconds`` one request, from the connection to the last byte; ``connect_seconds`` the connection alone
    ``call_seconds``    one call of the port, all its requests together; after it what was read so far is the answer
    ``body_bytes``      one answer; ``call_bytes`` all answers of a call, after which no more pages are asked for
    ``page_lines``      lines in one request: Loki's own default limit (max_entries_limit_per_query)
    ``pages``           requests of one call
    ``halvings``        how often in a row a window is halved that took too long
    ``points``          numbers of a range query: Loki's own limit
    """

    request_seconds: float = 15.0
    connect_seconds: float = 3.0
    call_seconds: float = 60.0
    body_bytes: int = 8 * MIB
    call_bytes: int = 16 * MIB
    page_lines: int = 5_000
    pages: int = 40
    halvings: int = 4
    points: int = 11_000
