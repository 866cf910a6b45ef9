"""Certificate extensions (Go: crypto/x509/parser.go processExtensions): what Go takes from them and what it refuses."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from bot.model.x509 import domains, policy_extensions, urls
from bot.model.x509.constraint_extension import NameConstraints, name_constraints
from bot.model.x509.der import BOOLEAN, INTEGER, OCTET_STRING, OID, SEQUENCE, DerError, Reader, context, oid
from bot.model.x509.policy_extensions import PolicyRules

SAN: Final = "2.5.29.17"
NAME_CONSTRAINTS: Final = "2.5.29.30"
KEY_CERT_SIGN: Final = 1 << 5
DIGITAL_SIGNATURE: Final = 1 << 0
CRL_SIGN: Final = 1 << 6
EKU_ANY: Final = "2.5.29.37.0"
EKU_SERVER_AUTH: Final = "1.3.6.1.5.5.7.3.1"
EKU_CLIENT_AUTH: Final = "1.3.6.1.5.5.7.3.2"

_KEY_USAGE_BITS = 9
_URI = context(6, constructed=False)
_IP_SIZES = (4, 16)


@dataclass(frozen=True, slots=True)
class Names:
    """Subject alternative names by type. ``uri_hosts`` keeps the host of each URI, ``uris`` the URIs as written."""

    raw: bytes = b""
    dns: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    ips: tuple[bytes, ...] = ()
    uris: tuple[str, ...] = ()
    uri_hosts: tuple[str, ...] = ()

    @property
    def count(self) -> int:
        """How many names."""
        return len(self.dns) + len(self.emails) + len(self.ips) + len(self.uris)


@dataclass(frozen=True, slots=True)
class Extensions:
    """What Go keeps of a certificate's extensions. ``names`` None: there is no subject alternative name extension.

    ``key_usage`` is a bit set, 0 when absent *or empty* (Go does not tell these apart). ``path_length`` -1: no limit.
    """

    key_usage: int = 0
    has_basic_constraints: bool = False
    is_ca: bool = False
    path_length: int = -1
    names: Names | None = None
    constraints: NameConstraints | None = None
    authority_key_id: bytes = b""
    subject_key_id: bytes = b""
    extended_key_usages: tuple[str, ...] = ()
    policy: PolicyRules = field(default_factory=PolicyRules)
    unhandled_critical: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Raw:
    id: str
    critical: bool
    value: bytes


def extensions(der: bytes) -> Extensions:
    """The extensions field's SEQUENCE OF (its contents). DerError where Go refuses the certificate."""
    found: dict[str, object] = {}
    unhandled: list[str] = []
    for one in _all(Reader(der)):
        reader = _READERS.get(one.id)
        values = reader(one) if reader else None
        if values is not None:
            found.update(values)
        if one.critical and (values is None or _nothing_understood(one.id, values)):
            unhandled.append(one.id)
    rules = PolicyRules(**{key.removeprefix("policy."): found.pop(key) for key in list(found) if key.startswith("policy.")})  # type: ignore[arg-type]  # keys are its fields
    return Extensions(**found, policy=rules, unhandled_critical=tuple(unhandled))  # type: ignore[arg-type]  # keys are its fields


def _all(reader: Reader) -> list[_Raw]:
    found: dict[str, _Raw] = {}
    while not reader.empty:
        one = _one(reader.inner(SEQUENCE, "x509: malformed extension"))
        if one.id in found:
            raise DerError(f"x509: certificate contains duplicate extension with OID {one.id}")
        found[one.id] = one
    return list(found.values())


def _one(reader: Reader) -> _Raw:
    complaint = "x509: malformed extension OID field"
    kind = oid(reader.read(OID, complaint), complaint)
    critical = reader.boolean("x509: malformed extension critical field") if reader.peek(BOOLEAN) else False
    return _Raw(kind, critical, reader.read(OCTET_STRING, "x509: malformed extension value field"))


def _nothing_understood(kind: str, values: Mapping[str, object]) -> bool:
    """A critical extension of which some part is beyond Go makes every path through the certificate fail."""
    if kind == SAN:
        names = values["names"]
        return isinstance(names, Names) and not (names.dns or names.emails or names.ips or names.uris)
    constraints = values.get("constraints")
    return isinstance(constraints, NameConstraints) and constraints.has_unknown_types


def _key_usage(one: _Raw) -> Mapping[str, object]:
    bits, padding = Reader(one.value).bit_string("x509: invalid key usage")
    length = len(bits) * 8 - padding
    usage = sum(1 << at for at in range(min(_KEY_USAGE_BITS, length)) if bits[at // 8] >> (7 - at % 8) & 1)
    return {"key_usage": usage}


def _basic_constraints(one: _Raw) -> Mapping[str, object]:
    complaint = "x509: invalid basic constraints"
    body = Reader(one.value).inner(SEQUENCE, complaint)
    is_ca = body.boolean(complaint) if body.peek(BOOLEAN) else False
    length = -1
    if body.peek(INTEGER):
        length = body.integer(complaint)
        if not 0 <= length < 1 << 63:
            raise DerError(complaint)
    return {"has_basic_constraints": True, "is_ca": is_ca, "path_length": length}


def _names(one: _Raw) -> Mapping[str, object]:
    body = Reader(one.value).inner(SEQUENCE, "x509: invalid subject alternative names")
    dns: list[str] = []
    emails: list[str] = []
    ips: list[bytes] = []
    uris: list[str] = []
    while not body.empty:
        tag, header, whole = body.any_element("x509: invalid subject alternative name")
        value = whole[header:]
        match tag ^ 0x80:
            case 1:
                emails.append(ia5(value, "x509: SAN rfc822Name is malformed"))
            case 2:
                dns.append(ia5(value, "x509: SAN dNSName is malformed"))
            case 6:
                uris.append(ia5(value, "x509: SAN uniformResourceIdentifier is malformed"))
            case 7:
                ips.append(_ip(value))
            case _:
                pass
    hosts = tuple(_uri_host(uri) for uri in uris)
    return {"names": Names(one.value, tuple(dns), tuple(emails), tuple(ips), tuple(uris), hosts)}


def _uri_host(uri: str) -> str:
    host = urls.host(uri)
    if not domains.valid(host, constraint=False):
        raise DerError("x509: cannot parse URI: invalid domain")
    return host


def _ip(value: bytes) -> bytes:
    if len(value) not in _IP_SIZES:
        raise DerError(f"x509: cannot parse IP address of length {len(value)}")
    return value


def ia5(value: bytes, complaint: str) -> str:
    """ASCII text; DerError with the complaint when a byte is not ASCII."""
    try:
        return value.decode("ascii")
    except UnicodeDecodeError:
        raise DerError(complaint) from None


def _constraints(one: _Raw) -> Mapping[str, object]:
    return {"constraints": name_constraints(one.value)}


def _distribution_points(one: _Raw) -> Mapping[str, object]:
    point = "x509: invalid CRL distribution point"
    body = Reader(one.value).inner(SEQUENCE, f"{point}s")
    while not body.empty:
        name = body.inner(SEQUENCE, point).optional(context(0, constructed=True), point)
        if name is None:
            continue
        full = Reader(name).inner(context(0, constructed=True), point)
        while full.peek(_URI):
            full.read(_URI, point)
    return {}


def _authority_key_id(one: _Raw) -> Mapping[str, object]:
    complaint = "x509: invalid authority key identifier"
    if one.critical:
        raise DerError("x509: authority key identifier incorrectly marked critical")
    key = Reader(one.value).inner(SEQUENCE, complaint).optional(context(0, constructed=False), complaint)
    return {"authority_key_id": key or b""}


def _subject_key_id(one: _Raw) -> Mapping[str, object]:
    if one.critical:
        raise DerError("x509: subject key identifier incorrectly marked critical")
    return {"subject_key_id": Reader(one.value).read(OCTET_STRING, "x509: invalid subject key identifier")}


def _extended_key_usage(one: _Raw) -> Mapping[str, object]:
    complaint = "x509: invalid extended key usages"
    body = Reader(one.value).inner(SEQUENCE, complaint)
    usages: list[str] = []
    while not body.empty:
        usages.append(body.oid(complaint))
    return {"extended_key_usages": tuple(usages)}


def _authority_information(one: _Raw) -> Mapping[str, object]:
    complaint = "x509: invalid authority info access"
    if one.critical:
        raise DerError("x509: authority info access incorrectly marked critical")
    body = Reader(one.value).inner(SEQUENCE, complaint)
    while not body.empty:
        description = body.inner(SEQUENCE, complaint)
        description.oid(complaint)
        if description.peek(_URI):
            description.read(_URI, complaint)
    return {}


def _policy(read: Callable[[bytes], Mapping[str, object]]) -> "Callable[[_Raw], Mapping[str, object]]":
    return lambda one: {f"policy.{key}": value for key, value in read(one.value).items()}


_READERS: Final[Mapping[str, Callable[[_Raw], Mapping[str, object]]]] = {
    "2.5.29.15": _key_usage,
    "2.5.29.19": _basic_constraints,
    SAN: _names,
    NAME_CONSTRAINTS: _constraints,
    "2.5.29.31": _distribution_points,
    "2.5.29.35": _authority_key_id,
    "2.5.29.36": _policy(policy_extensions.constraints),
    "2.5.29.37": _extended_key_usage,
    "2.5.29.14": _subject_key_id,
    "2.5.29.32": _policy(policy_extensions.policies),
    "2.5.29.33": _policy(policy_extensions.mappings),
    "2.5.29.54": _policy(policy_extensions.inhibit_any),
    "1.3.6.1.5.5.7.1.1": _authority_information,
}
