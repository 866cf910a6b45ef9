"""A private key that does not print, copy or travel: what is made for a rotation, and the old issuer's for one signature."""

from typing import Final, NoReturn

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from bot.errors import InputError
from bot.model.pem import label_of
from bot.model.x509.der import DerError
from bot.model.x509.pem_decode import decode
from bot.model.x509.private_key import Signer, signing_key

PublicKey = ec.EllipticCurvePublicKey | ed25519.Ed25519PublicKey | rsa.RSAPublicKey

_RSA_BITS: Final = 2048


class PrivateKey:
    """ECDSA, RSA or Ed25519. Its text leaves it by :meth:`revealed` alone, so that a search for this word finds every place."""

    __slots__ = ("_signer",)

    def __init__(self, signer: Signer) -> None:
        self._signer = signer

    @classmethod
    def made(cls) -> "PrivateKey":
        """A new ECDSA P-256 key: every Dapr since 1.0 loads it, and signs with it for every sidecar."""
        return cls(ec.generate_private_key(ec.SECP256R1()))

    @classmethod
    def read(cls, text: bytes) -> "PrivateKey":
        """A key from PEM, as Go reads it: whatever sentry signs with is read. Raises InputError, which quotes nothing of it."""
        block = decode(text, 0)
        if block is None:
            raise InputError("The private key cannot be read: it is no PEM.")
        try:
            return cls(signing_key(label_of(block), block.contents))
        except DerError as error:
            # Not chained: a traceback shows more than it says.
            raise InputError(f"The private key cannot be read: {error}.") from None

    def signs(self, certificate: x509.CertificateBuilder) -> x509.Certificate:
        """The certificate, signed as Go would."""
        return certificate.sign(self._signer, _digest(self.public_key()))

    def public_key(self) -> PublicKey:
        """The public half."""
        return self._signer.public_key()

    def revealed(self) -> bytes:
        """The key itself, as PKCS#8 in PEM. For the Secret, and for what seals it."""
        return self._signer.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())

    def __repr__(self) -> str:
        """Never the key."""
        return "PrivateKey(**********)"

    def __reduce__(self) -> NoReturn:
        """Neither pickled nor copied."""
        raise TypeError("a private key is not copied")


def stand_in(public: PublicKey) -> PrivateKey:
    """A throw-away key that signs with the algorithm that the owner of ``public`` signs with."""
    match public:
        case ed25519.Ed25519PublicKey():
            return PrivateKey(ed25519.Ed25519PrivateKey.generate())
        case ec.EllipticCurvePublicKey():
            return PrivateKey(ec.generate_private_key(public.curve))
        case rsa.RSAPublicKey():
            return PrivateKey(rsa.generate_private_key(65537, _RSA_BITS))


def _digest(public: PublicKey) -> hashes.SHA256 | hashes.SHA384 | hashes.SHA512 | None:
    """What Go signs with when nobody chooses (crypto/x509 signingParamsForKey); Ed25519 has a digest of its own."""
    if isinstance(public, ed25519.Ed25519PublicKey):
        return None
    curve = public.curve.name if isinstance(public, ec.EllipticCurvePublicKey) else ""
    if curve == "secp384r1":
        return hashes.SHA384()
    return hashes.SHA512() if curve == "secp521r1" else hashes.SHA256()
