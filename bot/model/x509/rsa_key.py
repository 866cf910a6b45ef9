"""The consistency checks that Go makes on an RSA private key (crypto/internal/fips140/rsa checkPrivateKey, Go 1.24 and later)."""

from dataclasses import dataclass
from math import gcd

from cryptography.hazmat.primitives.asymmetric import rsa

from bot.model.x509.der import DerError
from bot.model.x509.public_key import PublicKey

_MAX_EXPONENT = (1 << 31) - 1
# Go has no limit of its own, but nobody has such a key: eight times as many bits take the checks below five hundred times as long.
_MAX_BITS = 16384
_MAX_EXTRA_PRIMES = 8


@dataclass(frozen=True, slots=True, repr=False)
class RsaNumbers:
    """The integers of a PKCS #1 key; the last three are None when absent. Has no repr: it is a secret."""

    n: int
    e: int
    d: int
    p: int
    q: int
    dp: int | None
    dq: int | None
    q_inverse: int | None


def rsa_public_half(key: RsaNumbers, extra_primes: tuple[int, ...]) -> PublicKey:
    """The public half; DerError when Go's Validate refuses the key."""
    _check_sizes(key, extra_primes)
    _check_public(key)
    if key.d >= key.n:
        raise DerError("crypto/rsa: private exponent is not smaller than the modulus")
    if extra_primes:
        _check_many((key.p, key.q, *extra_primes))
    else:
        _check_primes(key)
        _check_exponents(key)
        _check_distance(key)
    return PublicKey("RSA", modulus=key.n, exponent=key.e)


def rsa_signing_key(key: RsaNumbers, extra_primes: tuple[int, ...]) -> rsa.RSAPrivateKey:
    """Something that signs; DerError when Go refuses the key, or when it has more than two primes or a shape that OpenSSL refuses."""
    public = rsa_public_half(key, extra_primes)
    p, q = max(key.p, key.q), min(key.p, key.q)
    numbers = rsa.RSAPrivateNumbers(
        p, q, key.d, key.d % (p - 1), key.d % (q - 1), pow(q, -1, p), rsa.RSAPublicNumbers(public.exponent, public.modulus)
    )
    try:
        return numbers.private_key()
    except ValueError:
        raise DerError("an RSA key of this shape signs nothing here") from None


def _check_sizes(key: RsaNumbers, extra_primes: tuple[int, ...]) -> None:
    largest = max(one.bit_length() for one in (key.n, key.d, key.p, key.q, *extra_primes))
    if largest > _MAX_BITS or len(extra_primes) > _MAX_EXTRA_PRIMES:
        raise DerError(f"an RSA key of more than {_MAX_BITS} bits, or of very many primes, is not read here")


def _check_public(key: RsaNumbers) -> None:
    if key.n & 1 == 0:
        raise DerError("crypto/rsa: public modulus is even")
    if key.e < 2 or key.e & 1 == 0 or key.e > _MAX_EXPONENT:  # noqa: PLR2004 - one signs nothing
        raise DerError("crypto/rsa: public exponent too small, even or too large")


def _check_many(primes: tuple[int, ...]) -> None:
    product = primes[0]
    if min(primes) <= 1:
        raise DerError("crypto/rsa: prime factor is <= 1")
    for prime in primes[1:]:
        if gcd(product, prime) != 1:
            raise DerError("crypto/rsa: prime factors are not relatively prime")
        product *= prime


def _check_primes(key: RsaNumbers) -> None:
    if not (1 < key.p < key.n and 1 < key.q < key.n) or key.p == 2 or key.q == 2:  # noqa: PLR2004 - p - 1 must be a modulus
        raise DerError("crypto/rsa: invalid prime")
    if key.p * key.q % key.n:
        raise DerError("crypto/rsa: p * q != n")


def _check_exponents(key: RsaNumbers) -> None:
    for prime, exponent in ((key.p, key.dp), (key.q, key.dq)):
        if key.dp is None or key.dq is None or key.q_inverse is None:
            exponent = key.d % (prime - 1)  # noqa: PLW2901 - Go recomputes all three when one is missing
        if exponent is None or exponent >= prime - 1 or key.e * exponent % (prime - 1) != 1:
            raise DerError("crypto/rsa: invalid CRT exponent")
        if key.d % (prime - 1) != exponent:
            raise DerError("crypto/rsa: d does not match dP or dQ")
    _check_coefficient(key)


def _check_coefficient(key: RsaNumbers) -> None:
    if key.p & 1 == 0:
        raise DerError("crypto/rsa: p is even")
    computed = key.dp is None or key.dq is None or key.q_inverse is None
    inverse = pow(key.q, key.p - 2, key.p) if computed else key.q_inverse
    if inverse is None or inverse >= key.p or key.q * inverse % key.p != 1:
        raise DerError("crypto/rsa: invalid CRT coefficient")


def _check_distance(key: RsaNumbers) -> None:
    bits = key.n.bit_length()
    if key.p == key.q:
        raise DerError("crypto/rsa: p == q")
    if abs(key.p - key.q).bit_length() <= bits // 2 - 100:
        raise DerError("crypto/rsa: |p - q| too small")
    if key.d.bit_length() <= bits // 2:
        raise DerError("crypto/rsa: d too small")
