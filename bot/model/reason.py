"""One thing about a chain that a person should know, and the certificate that it is about."""

import msgspec

from bot.model.certificate import Certificate
from bot.model.pem import Severity
from bot.model.x509.parser import parse


class Reason(msgspec.Struct, frozen=True):
    """A ``Problem`` with its certificate: ``fingerprint`` is that one's SHA-256 in hex, "" when it is about a file or a whole path.

    ``message`` may contain outside text (names from certificates).
    """

    id: str
    severity: Severity
    message: str
    fingerprint: str = ""


def about(one: Certificate, id_: str, severity: Severity, message: str) -> Reason:
    """A reason about that certificate."""
    return Reason(id_, severity, message, one.fingerprint)


def named(one: Certificate) -> str:
    """A certificate for a person: its subject, else its first URI (workload certificates have no subject), and eight hex digits."""
    return f"{one.subject or _first_uri(one) or 'the certificate without a subject'} ({one.fingerprint[:8]})"


def _first_uri(one: Certificate) -> str:
    names = parse(one.der).extensions.names
    return names.uris[0] if names and names.uris else ""
