"""One certificate, as Go's x509.ParseCertificate reads it (crypto/x509/parser.go): same acceptance, same refusals."""

import functools
from dataclasses import dataclass
from datetime import datetime

from bot.model.x509 import names
from bot.model.x509.der import SEQUENCE, DerError, Reader, context, small_integer
from bot.model.x509.extensions import Extensions, extensions
from bot.model.x509.public_key import PublicKey, public_key, right_align

_V2, _V3 = 2, 3
# So that a stream of ever new certificates cannot fill the memory.
_CACHED = 512


@dataclass(frozen=True, slots=True)
class Parsed:
    """A parsed certificate. ``raw_issuer`` and ``raw_subject`` are DER, compared byte for byte; times are UTC.

    ``signer`` is None for everything that was parsed. A certificate that does not exist yet (the one that sentry *would*
    issue) has the key that would sign it there, and neither ``der`` nor ``signature``.
    """

    der: bytes
    tbs: bytes
    version: int
    serial: int
    signature_algorithm: bytes
    signature: bytes
    raw_issuer: bytes
    raw_subject: bytes
    issuer: str
    subject: str
    not_before_at: datetime
    not_after_at: datetime
    spki: bytes
    key: PublicKey
    extensions: Extensions
    signer: PublicKey | None = None


@functools.lru_cache(maxsize=_CACHED)
def parse(der: bytes) -> Parsed:
    """One DER certificate and nothing after it. DerError (Go's words) where Go refuses it."""
    whole = Reader(der)
    body = whole.inner(SEQUENCE, "x509: malformed certificate")
    tbs = body.element(SEQUENCE, "x509: malformed tbs certificate")
    fields = Reader(tbs).inner(SEQUENCE, "x509: malformed tbs certificate")
    version = _version(fields)
    serial = fields.integer("x509: malformed serial number")
    if serial < 0:
        raise DerError("x509: negative serial number")
    algorithm = _algorithm(fields, body)
    raw_issuer = fields.element(SEQUENCE, "x509: malformed issuer")
    issuer = names.name(raw_issuer)
    not_before_at, not_after_at = _validity(fields)
    raw_subject = fields.element(SEQUENCE, "x509: malformed issuer")
    subject = names.name(raw_subject)
    spki = fields.element(SEQUENCE, "x509: malformed spki")
    key = public_key(spki)
    found = _extensions(fields, version)
    signature = right_align(*body.bit_string("x509: malformed signature"))
    if not whole.empty:
        raise DerError("x509: trailing data")
    return Parsed(
        der, tbs, version, serial, algorithm, signature, raw_issuer, raw_subject, issuer, subject,
        not_before_at, not_after_at, spki, key, found,
    )  # fmt: skip


def _version(fields: Reader) -> int:
    complaint = "x509: malformed version"
    wrapped = fields.optional(context(0, constructed=True), complaint)
    if wrapped is None:
        return 1
    inner = Reader(wrapped)
    number = small_integer(inner.integer(complaint), complaint)
    if number < 0 or not inner.empty:
        raise DerError(complaint)
    if number + 1 > _V3:
        raise DerError("x509: invalid version")
    return number + 1


def _algorithm(fields: Reader, body: Reader) -> bytes:
    inner = fields.read(SEQUENCE, "x509: malformed signature algorithm identifier")
    outer = body.read(SEQUENCE, "x509: malformed algorithm identifier")
    if inner != outer:
        raise DerError("x509: inner and outer signature algorithm identifiers don't match")
    reader = Reader(inner)
    reader.oid("x509: malformed OID")
    if not reader.empty:
        reader.any_element("x509: malformed parameters")
    return inner


def _validity(fields: Reader) -> tuple[datetime, datetime]:
    pair = fields.inner(SEQUENCE, "x509: malformed validity")
    return pair.time(), pair.time()


def _extensions(fields: Reader, version: int) -> Extensions:
    if version >= _V2:
        fields.optional(context(1, constructed=False), "x509: malformed issuerUniqueID")
        fields.optional(context(2, constructed=False), "x509: malformed subjectUniqueID")
    if version < _V3:
        return Extensions()
    wrapped = fields.optional(context(3, constructed=True), "x509: malformed extensions")
    if wrapped is None:
        return Extensions()
    return extensions(Reader(wrapped).read(SEQUENCE, "x509: malformed extensions"))
