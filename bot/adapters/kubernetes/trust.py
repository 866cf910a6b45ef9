"""Secret and ConfigMap ``dapr-trust-bundle``. The private key becomes facts in here and nothing else of it leaves."""

import base64
import hashlib
import hmac
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Final, TypeVar

import msgspec
from msgspec import Raw

from bot.adapters.kubernetes.facts import facts
from bot.adapters.kubernetes.wire import BundleObject
from bot.model import pem, private_key
from bot.model.pem import PemDocument
from bot.model.snapshot import TrustConfigMap, TrustSecret

T = TypeVar("T")

_JWT_KEYS: Final = frozenset({"jwt.key", "jwks.json"})
_OBJECT = msgspec.json.Decoder(BundleObject)
_TEXT = msgspec.json.Decoder(str)


@dataclass(frozen=True, slots=True, kw_only=True)
class Keys:
    """Names of the keys that sentry was told to use."""

    ca: str
    issuer_cert: str
    issuer_key: str


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Why an object cannot be used: names what, never holds a value. Returned, not raised: a traceback would hold the object."""

    problem: str


def secret(body: bytes, name: str, keys: Keys) -> TrustSecret | Unreadable:
    """A Secret as facts. Every way out of here is free of the private key: the answer, and the complaint."""
    try:
        found = _OBJECT.decode(body)
        if found.kind != "Secret" or found.metadata.name != name:
            return Unreadable(f"asked for Secret {name}, got something else")
        data = found.data or {}
        own = {keys.ca, keys.issuer_cert, keys.issuer_key}
        return TrustSecret(
            facts=facts(found.metadata),
            ca=_value(data, keys.ca, pem.read),
            issuer=_value(data, keys.issuer_cert, pem.read),
            key=_value(data, keys.issuer_key, private_key.read_key),
            jwt=data.keys() >= _JWT_KEYS,
            other_keys=tuple(sorted(data.keys() - _JWT_KEYS - own)),
            rest=_rest(data, own, _TEXT.decode(data[keys.issuer_key]).encode()) if keys.issuer_key in data else "",
        )
    except (msgspec.MsgspecError, UnicodeError) as error:
        return Unreadable(_types_only(error))
    except ValueError:
        # binascii.Error, or a plain one where a character is not even ASCII.
        return Unreadable("a value of its data is not base64")


def configmap(body: bytes, name: str, ca_key: str) -> TrustConfigMap | Unreadable:
    """A ConfigMap as facts. Sentry reads ``data`` only, so ``binaryData`` counts as other keys."""
    try:
        found = _OBJECT.decode(body)
        if found.kind != "ConfigMap" or found.metadata.name != name:
            return Unreadable(f"asked for ConfigMap {name}, got something else")
        data = found.data or {}
        everything, own = {**data, **(found.binary_data or {})}, {ca_key}
        return TrustConfigMap(
            facts=facts(found.metadata),
            ca=_ca(data, ca_key),
            other_keys=tuple(sorted(everything.keys() - own)),
            rest=_rest(everything, own, b"-"),
        )
    except (msgspec.MsgspecError, UnicodeError) as error:
        return Unreadable(_types_only(error))


def _value(data: Mapping[str, Raw], key: str, read: Callable[[bytes], T]) -> T | None:
    return read(base64.b64decode(_TEXT.decode(data[key]), validate=True)) if key in data else None


def _ca(data: Mapping[str, Raw], key: str) -> PemDocument | None:
    return pem.read(_TEXT.decode(data[key]).encode()) if key in data else None


def _rest(data: Mapping[str, Raw], own: Collection[str], key: bytes) -> str:
    """A keyed digest of everything but its ``own`` keys, "" where there is nothing else, or no ``key``: anybody could guess at it."""
    others = [(name, hashlib.sha256(data[name]).hexdigest()) for name in sorted(data.keys() - set(own))]
    return hmac.digest(key, msgspec.json.encode(others), "sha256").hex() if others and key else ""


def _types_only(error: Exception) -> str:
    # msgspec names path and type; a UnicodeError would quote the bytes.
    return str(error) if isinstance(error, msgspec.MsgspecError) else "it is not UTF-8"
