"""The JWT signing key beside the CA, since 1.16: sentry reads it whenever jwt.key and jwks.json are both there, also where JWT is off."""

import base64
from collections.abc import Mapping
from typing import Any, Final

import msgspec
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from bot.model.private_key import read_key

KEY: Final = "jwt.key"
SET: Final = "jwks.json"


def present(files: Mapping[str, bytes]) -> bool:
    """Whether there is something to read."""
    return KEY in files and SET in files


def problem(files: Mapping[str, bytes]) -> str:
    """Why sentry refuses to start with this key and this set, in its words; "" when it does not."""
    if not present(files):
        return ""
    if wrong := read_key(files[KEY]).problem:
        return f"failed to load JWT signing key: failed to decode JWT signing key: {wrong}"
    try:
        keys = msgspec.json.decode(files[SET], type=dict[str, Any]).get("keys")
    except msgspec.MsgspecError:
        keys = None
    if not isinstance(keys, list):
        return "failed to verify JWKS: failed to parse JWKS: failed to unmarshal JWK set: failed to parse sole key in key set"
    if not keys:
        return "failed to verify JWKS: JWKS doesn't contain any keys"
    if not any(_is_of(one, files[KEY]) for one in keys):
        return "failed to verify JWKS: JWKS doesn't contain a matching public key for the JWT signing key"
    return ""


def key_set(key: bytes) -> bytes:
    """The jwks.json that belongs to an RSA key, as sentry writes it."""
    public = {"kty": "RSA", "n": _modulus(key), "e": "AQAB", "kid": "dapr-sentry", "alg": "RS256", "use": "sig"}
    return msgspec.json.encode({"keys": [public]})


def _is_of(public: Mapping[str, Any], key: bytes) -> bool:
    # Of RSA, sentry's own kind; no other is compared here.
    modulus = _modulus(key)
    return not modulus or public.get("n") == modulus


def _modulus(key: bytes) -> str:
    loaded = load_pem_private_key(key, None)
    if not isinstance(loaded, RSAPrivateKey):
        return ""
    number = loaded.public_key().public_numbers().n
    return base64.urlsafe_b64encode(number.to_bytes((number.bit_length() + 7) // 8, "big")).decode().rstrip("=")
