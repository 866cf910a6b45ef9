"""What the bot keeps sealed in two Secrets of its own: the last good pair, and the pairs of the run under way.

Packed bytes hold private keys. They go from here into a seal and from a seal into here, and nowhere else; what they become prints none.
"""

import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, TypeVar

import msgspec
from msgspec.structs import replace

from bot.errors import InputError
from bot.model import backup
from bot.model.backup import BackupFacts
from bot.model.binding import Dossier
from bot.model.trust_pair import BACKUP, STAGING, SecretBytes, TrustPair

ABOUT_BACKUP: Final = "backup"
"""What its seal is about."""
ABOUT_STAGING: Final = "staging"
"""What its seal is about."""
LARGEST: Final = 1000 * 1024
"""Bytes of a packed value. Kubernetes refuses a Secret of more than 1 MiB; the seal and the metadata need a little of it."""

_FORMAT: Final = b"\x01"
_LARGEST_UNPACKED: Final = 64 * 1024 * 1024
_DAMAGED: Final = "It was written by another version of the bot, or by somebody else."

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Backup:
    """``pair``: the last good one. ``roots``: fingerprints of what Dapr reads in it, sorted; ``issuer``: the issuer's, "" for none."""

    pair: TrustPair
    kept_at: datetime
    roots: tuple[str, ...]
    issuer: str

    @property
    def facts(self) -> BackupFacts:
        """Without the key."""
        return backup.facts(self.pair, self.kept_at)

    @property
    def note(self) -> str:
        """What stands beside it in public."""
        return backup.note(self.facts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Staged:
    """``run``: its id. ``dossier``: what was approved, without its sealed key. ``pairs``: by their names (:mod:`bot.model.trust_pair`)."""

    run: str
    dossier: Dossier
    pairs: Mapping[str, TrustPair]


class _Texts(msgspec.Struct, frozen=True):
    ca: bytes
    issuer: bytes
    key: bytes


class _Backup(msgspec.Struct, frozen=True):
    pair: _Texts
    kept_at: datetime
    roots: tuple[str, ...]
    issuer: str


class _Staged(msgspec.Struct, frozen=True):
    run: str
    dossier: Dossier
    pairs: dict[str, _Texts]


def backup_of(pair: TrustPair, kept_at: datetime) -> Backup:
    """A pair that was just seen to be good."""
    roots, issuer = backup.facts(pair, kept_at).identity
    return Backup(pair=pair, kept_at=kept_at, roots=roots, issuer=issuer)


def packed_backup(kept: Backup) -> bytes:
    """To be sealed about :data:`ABOUT_BACKUP`. Raises InputError for one that no Secret holds."""
    wire = _Backup(_texts(kept.pair), kept.kept_at, kept.roots, kept.issuer)
    return _packed(wire, "The pair")


def unpacked_backup(opened: bytes) -> Backup:
    """What a seal gave back. Raises InputError, which quotes nothing of it."""
    wire = _unpacked(opened, _Backup, f"Secret {BACKUP}")
    kept = backup_of(_pair(wire.pair), wire.kept_at)
    if (wire.roots, wire.issuer) != (kept.roots, kept.issuer):
        raise InputError(f"Secret {BACKUP} names another CA than it holds.", hint=_DAMAGED)
    return kept


def packed_staging(staged: Staged) -> bytes:
    """To be sealed about :data:`ABOUT_STAGING`. Raises InputError for a run that no Secret holds: it touches too many workloads."""
    pairs = {name: _texts(pair) for name, pair in staged.pairs.items()}
    return _packed(_Staged(staged.run, replace(staged.dossier, sealed_key=b""), pairs), "What was approved, with its pairs,")


def unpacked_staging(opened: bytes) -> Staged:
    """What a seal gave back. Raises InputError, which quotes nothing of it."""
    wire = _unpacked(opened, _Staged, f"Secret {STAGING}")
    return Staged(run=wire.run, dossier=wire.dossier, pairs={name: _pair(texts) for name, texts in wire.pairs.items()})


def _texts(pair: TrustPair) -> _Texts:
    return _Texts(pair.ca, pair.issuer, pair.key.revealed())


def _pair(texts: _Texts) -> TrustPair:
    return TrustPair(ca=texts.ca, issuer=texts.issuer, key=SecretBytes(texts.key))


def _packed(wire: msgspec.Struct, what: str) -> bytes:
    # A plan names every workload twice, so it shrinks well.
    found = _FORMAT + zlib.compress(msgspec.msgpack.encode(wire))
    if len(found) > LARGEST:
        raise InputError(
            f"{what} would need {len(found) // 1024} KiB, and a Secret holds {LARGEST // 1024}.",
            hint="Nothing was changed. Leave workloads to people (annotation dapr-warden.io/rotation: skip), or shorten ca.crt.",
        )
    return found


def _unpacked(opened: bytes, kind: type[_T], where: str) -> _T:
    if not opened:
        raise InputError(f"{where} holds nothing.", hint="It is filled by the bot itself, with DAPR_WARDEN_ROTATION=ask.")
    if opened[:1] != _FORMAT:
        raise InputError(f"{where} is of version {opened[0]}, which this bot does not know.", hint=_DAMAGED)
    try:
        unzipped = zlib.decompressobj()
        plain = unzipped.decompress(opened[1:], _LARGEST_UNPACKED)
        if unzipped.eof and not unzipped.unused_data:
            return msgspec.msgpack.decode(plain, type=kind)
    except (zlib.error, msgspec.MsgspecError):
        pass  # Not chained: what it quotes may be a key.
    raise InputError(f"{where} cannot be read.", hint=_DAMAGED)
