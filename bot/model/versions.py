"""Dapr versions, and which rules a version has. Unknown newer versions get the newest rules, and say so."""

import re
from typing import Final, Literal

import msgspec

Class = Literal["A", "B", "C"]

_VERSION = re.compile(
    r"v?(\d{1,4})\.(\d{1,4})(?:\.(\d{1,6}))?(?:-(?P<suffix>[0-9A-Za-z][0-9A-Za-z.\-]{0,63}))?(?:\+[0-9A-Za-z.\-]{1,64})?", re.ASCII
)
_FLOATING: Final = frozenset(("edge", "nightly", "latest", "master", "main", "dev"))


class Version(msgspec.Struct, frozen=True):
    """major.minor.patch of Dapr; compare ``number``.

    ``text`` is what was given ("v1.16.2-msft.1"). ``is_floating``: a tag such as edge, taken for newer than everything known.
    """

    major: int
    minor: int
    patch: int
    text: str = ""
    is_floating: bool = False

    @classmethod
    def parse(cls, text: str) -> "Version":
        """Read "1.18.3", "v1.16.2-msft.1", "1.17.0-rc.2", "1.14", "1.18.3-mariner" or "edge". ValueError for anything else."""
        wanted = text.strip()
        if wanted.lower() in _FLOATING or wanted.lower().split("-")[0] in _FLOATING:
            return cls(NEWEST.major, NEWEST.minor, NEWEST.patch, wanted, is_floating=True)
        found = _VERSION.fullmatch(wanted)
        if found is None:
            raise ValueError("a Dapr version looks like 1.18.3, v1.16.2-msft.1 or edge")
        return cls(int(found[1]), int(found[2]), int(found[3] or 0), wanted)

    @property
    def number(self) -> tuple[int, int, int]:
        """(major, minor, patch)."""
        return self.major, self.minor, self.patch

    @property
    def class_(self) -> Class:
        """A: up to 1.11 (Secret only); B: 1.12 to 1.15 (ConfigMap, SPIFFE); C: 1.16 and later (first file change only)."""
        if self.number < (1, 12, 0):
            return "A"
        return "B" if self.number < (1, 16, 0) else "C"

    @property
    def is_newer_than_known(self) -> bool:
        """Whether its rules are an extrapolation from the newest release that this code was checked against."""
        return self.is_floating or self.number > NEWEST.number

    @property
    def signs_with_any_key(self) -> bool:
        """Whether sentry works with an RSA or Ed25519 issuer: 1.16.16, 1.17.7, 1.18.0 and later."""
        if self.number[:2] == (1, 16):
            return self.patch >= 16  # noqa: PLR2004 - dapr#9904, #10089
        if self.number[:2] == (1, 17):
            return self.patch >= 7  # noqa: PLR2004 - dapr#10092
        return self.number >= (1, 18, 0)

    @property
    def refuses_self_signed_issuer(self) -> bool:
        """Whether an issuer chain of nothing but self-signed certificates is an error (1.16 and later)."""
        return self.class_ == "C"

    def __str__(self) -> str:
        """What was given, without a leading v; else major.minor.patch."""
        return self.text.removeprefix("v") or f"{self.major}.{self.minor}.{self.patch}"


NEWEST: Final = Version(1, 18, 3, "1.18.3")
"""The newest release whose source and binary these rules were compared with."""
