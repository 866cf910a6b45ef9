"""One thing about a trust bundle that a person should know."""

from typing import Literal

import msgspec


class Problem(msgspec.Struct, frozen=True):
    """``id`` is kebab-case and stable; ``message`` is plain words, and may contain outside text (names from certificates).

    ``severity``: "critical" breaks something now, "warning" will or may, "notice" is worth knowing.
    """

    id: str
    severity: Literal["critical", "warning", "notice"]
    message: str
