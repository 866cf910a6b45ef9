"""Distinguished names (Go: crypto/x509/parser.go parseName, parseASN1String): what Go refuses, and one line for a person."""

from bot.model.x509.der import OID, SEQUENCE, SET, DerError, Reader, oid

_LABELS = {
    "2.5.4.3": "CN",
    "2.5.4.5": "SERIALNUMBER",
    "2.5.4.6": "C",
    "2.5.4.7": "L",
    "2.5.4.8": "ST",
    "2.5.4.9": "STREET",
    "2.5.4.10": "O",
    "2.5.4.11": "OU",
    "2.5.4.17": "POSTALCODE",
    "0.9.2342.19200300.100.1.25": "DC",
    "1.2.840.113549.1.9.1": "emailAddress",
}
_PRINTABLE = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'()+,-./ :=?*&")
_NUMERIC = frozenset(b"0123456789 ")
_MAX_TEXT = 256

UTF8, NUMERIC, PRINTABLE, T61, IA5, BMP = 0x0C, 0x12, 0x13, 0x14, 0x16, 0x1E


def name(der: bytes) -> str:
    """A Name (SEQUENCE included) as one line, "O=cluster.local,CN=x"; "" when empty. DerError when Go would refuse it."""
    complaint = "x509: invalid RDNSequence"
    names = Reader(der).inner(SEQUENCE, complaint)
    parts: list[str] = []
    while not names.empty:
        pairs = names.inner(SET, complaint)
        while not pairs.empty:
            parts.append(_attribute(pairs.inner(SEQUENCE, f"{complaint}: invalid attribute")))
    return ",".join(parts)[:_MAX_TEXT]


def _attribute(pair: Reader) -> str:
    complaint = "x509: invalid RDNSequence: invalid attribute type"
    kind = oid(pair.read(OID, complaint), complaint)
    tag, header, whole = pair.any_element("x509: invalid RDNSequence: invalid attribute value")
    return f"{_LABELS.get(kind, kind)}={_shown(text(tag, whole[header:]))}"


def text(tag: int, value: bytes) -> str:
    """An ASN.1 string as text; DerError when its bytes do not belong to its type, or its type is none that Go reads."""
    match tag:
        case 0x14:
            return value.decode("latin-1")
        case 0x13 if _PRINTABLE.issuperset(value):
            return value.decode("ascii")
        case 0x12 if _NUMERIC.issuperset(value):
            return value.decode("ascii")
        case 0x0C | 0x16:
            return _decoded(value, "utf-8" if tag == UTF8 else "ascii")
        case 0x1E:
            return _bmp(value)
        case _:
            raise DerError("x509: invalid RDNSequence: invalid attribute value")


def _decoded(value: bytes, encoding: str) -> str:
    try:
        return value.decode(encoding)
    except UnicodeDecodeError:
        raise DerError("x509: invalid RDNSequence: invalid attribute value") from None


def _bmp(value: bytes) -> str:
    complaint = "x509: invalid RDNSequence: invalid attribute value: invalid BMPString"
    if len(value) % 2:
        raise DerError(complaint)
    points = [int.from_bytes(value[at : at + 2], "big") for at in range(0, len(value), 2)]
    if points and points[-1] == 0:
        points.pop()
    if any(point >= 0xFFFE or 0xFDD0 <= point <= 0xFDEF or 0xD800 <= point <= 0xDFFF for point in points):  # noqa: PLR2004 - no characters
        raise DerError(complaint)
    return "".join(map(chr, points))


def _shown(value: str) -> str:
    """Nothing that a terminal or a chat could act on: what is not printable is written as an escape."""
    return "".join(char if char.isprintable() else f"\\x{ord(char):02x}" for char in value[:_MAX_TEXT])
