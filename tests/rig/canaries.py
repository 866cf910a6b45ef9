"""What must never be found anywhere: every form in which a private key or a token could have got out."""

import base64
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import load_pem_private_key

# So many bytes of a key in a row are no accident.
_TELLTALE = 6
_JWT_PART = 32


@dataclass(frozen=True)
class Canary:
    """One secret: its name for people, and the byte strings by which it would be recognised."""

    name: str
    songs: tuple[bytes, ...]

    def __repr__(self) -> str:
        return f"Canary({self.name!r})"

    def is_heard_in(self, content: bytes) -> bool:
        """Whether any form of it stands in there."""
        return any(song in content for song in self.songs)


def of_key(name: str, pem: bytes) -> Canary:
    """A private key in PEM: its secret numbers in every form (so any DER around them), and its telling lines, each also in base64."""
    numbers = list(_secret_numbers(pem))
    songs = [song for number in numbers for song in _forms(number)]
    for line in _telling_lines(pem, numbers):
        songs += [line, *_base64(line)]
    return Canary(name, tuple(dict.fromkeys(songs)))


def of_bytes(name: str, secret: bytes) -> Canary:
    """A secret that is nothing but random bytes, such as a sealing key, in every form."""
    return Canary(name, tuple(dict.fromkeys(_forms(secret))))


def of_token(name: str, token: str) -> Canary:
    """A token: all of it, a JWT's claims and signature alone, and its base64."""
    raw = token.encode()
    parts = [part for part in raw.split(b".")[1:] if len(part) >= _JWT_PART]
    return Canary(name, tuple(dict.fromkeys((raw, *parts, *_base64(raw)))))


def heard(canaries: Iterable[Canary], places: Iterable[tuple[str, bytes]]) -> list[str]:
    """ "NAME in PLACE" for everything that got out."""
    there = list(places)
    return [f"{canary.name} in {place}" for canary in canaries for place, content in there if canary.is_heard_in(content)]


def _secret_numbers(pem: bytes) -> Iterator[bytes]:
    key = load_pem_private_key(pem, password=None)
    match key:
        case ec.EllipticCurvePrivateKey():
            yield key.private_numbers().private_value.to_bytes((key.key_size + 7) // 8, "big")
        case ed25519.Ed25519PrivateKey():
            yield key.private_bytes_raw()
        case rsa.RSAPrivateKey():
            numbers = key.private_numbers()
            for number in (numbers.d, numbers.p, numbers.q):
                yield number.to_bytes((number.bit_length() + 7) // 8, "big")
        case _:
            raise ValueError(f"no idea what is secret in a {type(key).__name__}")


def _telling_lines(pem: bytes, numbers: Iterable[bytes]) -> list[bytes]:
    """Lines with a piece of a secret number. The others hold the public half, which may be anywhere."""
    telltales = [number[at : at + _TELLTALE] for number in numbers for at in range(len(number) - _TELLTALE + 1)]
    lines = [line.strip() for line in pem.splitlines() if line.strip() and not line.startswith(b"-----")]
    return [line for line in lines if any(telltale in base64.b64decode(line) for telltale in telltales)]


def _forms(secret: bytes) -> Iterator[bytes]:
    """As it is, from behind (as a processor keeps it), as a number, as hex (also as openssl prints it), as Python prints it, in base64.

    Halves too: the page of a database may end within it. In base64 twice as well, as a Secret holds a file of base64.
    """
    middle = len(secret) // 2
    yield str(int.from_bytes(secret, "big")).encode()
    for piece in (secret, secret[:middle], secret[middle:]):
        yield from (piece, piece[::-1], repr(piece)[2:-1].encode())
        for digits in (piece.hex(), piece.hex(":")):
            yield from (digits.encode(), digits.upper().encode())
        yield from _base64(piece)
    yield from (twice for once in _base64(secret) for twice in _base64(once))


def _base64(raw: bytes) -> Iterator[bytes]:
    """As it would read inside a longer base64 text, whichever of the three places of a group it begins at; also as a JWK has it."""
    for skipped in range(3):
        inner = raw[skipped:]
        whole = inner[: len(inner) - len(inner) % 3]
        yield from (base64.b64encode(whole), base64.urlsafe_b64encode(whole))
