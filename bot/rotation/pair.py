"""The texts that a rotation writes into both objects. What is kept is kept byte for byte."""

from dataclasses import dataclass

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from bot.model.certificate import Certificate
from bot.rotation.authority import NewCa


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """``ca``: of Secret and ConfigMap alike, to the byte. ``issuer``: the issuer's chain. The key is not here."""

    ca: bytes
    issuer: bytes


def crossed(ca: bytes, issuer: bytes, new: NewCa, cross: Certificate) -> Pair:
    """Behind the present texts, and before them: every present root, then the new one; new issuer, cross-certificate, present chain."""
    return Pair(ca=_ended(ca) + _pem(new.root), issuer=_pem(new.issuer) + _pem(cross) + issuer)


def alone(new: NewCa) -> Pair:
    """The new CA and nothing else."""
    return Pair(ca=_pem(new.root), issuer=_pem(new.issuer))


def _ended(text: bytes) -> bytes:
    """A block that begins in the last line of another is not seen."""
    return text if not text or text.endswith(b"\n") else text + b"\n"


def _pem(one: Certificate) -> bytes:
    return x509.load_der_x509_certificate(one.der).public_bytes(Encoding.PEM)
