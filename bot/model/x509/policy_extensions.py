"""The four policy extensions (Go: crypto/x509/parser.go). Rare in Dapr's world, yet one of them can make every path invalid."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.model.x509.der import OID, SEQUENCE, DerError, Reader, context, integer, small_integer

ANY_POLICY = b"\x55\x1d\x20\x00"


@dataclass(frozen=True, slots=True)
class PolicyRules:
    """Policy OIDs stay DER (Go compares them so). A limit is None when unset; Go treats negative ones as unset too."""

    policies: tuple[bytes, ...] = ()
    mappings: tuple[tuple[bytes, bytes], ...] = ()
    require_explicit: int | None = None
    inhibit_mapping: int | None = None
    inhibit_any: int | None = None

    @property
    def count(self) -> int:
        """How many policies and mappings."""
        return len(self.policies) + len(self.mappings)


def policies(value: bytes) -> Mapping[str, object]:
    """certificatePolicies; DerError on duplicates and malformed OIDs."""
    complaint = "x509: invalid certificate policies"
    body = Reader(value).inner(SEQUENCE, complaint)
    found: dict[bytes, None] = {}
    while not body.empty:
        one = body.inner(SEQUENCE, complaint).read(OID, complaint)
        if one in found or not _valid_oid(one):
            raise DerError(complaint)
        found[one] = None
    return {"policies": tuple(found)}


def mappings(value: bytes) -> Mapping[str, object]:
    """policyMappings."""
    complaint = "x509: invalid policy mappings extension"
    body = Reader(value).inner(SEQUENCE, complaint)
    found: list[tuple[bytes, bytes]] = []
    while not body.empty:
        pair = body.inner(SEQUENCE, complaint)
        found.append((pair.read(OID, complaint), pair.read(OID, complaint)))
    return {"mappings": tuple(found)}


def constraints(value: bytes) -> Mapping[str, object]:
    """policyConstraints."""
    complaint = "x509: invalid policy constraints extension"
    body = Reader(value).inner(SEQUENCE, complaint)
    found: dict[str, object] = {}
    for number, name in ((0, "require_explicit"), (1, "inhibit_mapping")):
        contents = body.optional(context(number, constructed=False), complaint)
        if contents is not None:
            found[name] = _limit(small_integer(integer(contents, complaint), complaint))
    return found


def inhibit_any(value: bytes) -> Mapping[str, object]:
    """inhibitAnyPolicy."""
    complaint = "x509: invalid inhibit any policy extension"
    return {"inhibit_any": _limit(small_integer(Reader(value).integer(complaint), complaint))}


def _limit(value: int) -> int | None:
    return value if value >= 0 else None


def _valid_oid(der: bytes) -> bool:
    if not der or der[-1] & 0x80:
        return False
    starts = (0, *(at + 1 for at, byte in enumerate(der[:-1]) if not byte & 0x80))
    return all(der[at] != 0x80 for at in starts)  # noqa: PLR2004 - a leading zero digit
