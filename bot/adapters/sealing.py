"""Implements :class:`bot.ports.Seal` with AES-256-GCM. The key lies in a file that is not in the database, and leaves this object never.

What is sealed reads: version (1 byte), which key (8 bytes), nonce (12 bytes), then the ciphertext with its tag (16 bytes more than the
secret). All before the nonce is authenticated, and so is what it is about. Nonces are random: 2**32 seals under one key are safe
(NIST SP 800-38D, 8.3), and a rotation takes one.
"""

import base64
import binascii
import hashlib
import os
import stat
from pathlib import Path
from typing import Final, NoReturn

import structlog
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bot.config import env_name
from bot.errors import InputError, Permanent, SettingsError
from bot.files import content
from bot.model.vitals import KeyFile

VERSION: Final = b"\x01"
WRAPPED: Final = b"\x02"
"""Of what :mod:`bot.adapters.sealing_command` seals."""
KEY_BYTES: Final = 32
NONCE_BYTES: Final = 12
TAG_BYTES: Final = 16
NAME_BYTES: Final = 8
LONGEST_FILE: Final = 1024
_LINK: Final = "..data"
SETTING: Final = env_name("sealing_key_file")
MAKE_ONE: Final = "Make one with `openssl rand -base64 32`, and mount it as a file that only the bot may read."
LOST: Final = "Nothing was changed. Plan again: a new key is made then."

_log = structlog.get_logger(__name__)


class AesGcmSeal:
    """Seals and opens with one key of 32 bytes."""

    __slots__ = ("_cipher", "_name")

    def __init__(self, key: bytes) -> None:
        if len(key) != KEY_BYTES:
            raise ValueError("a sealing key has 32 bytes")
        self._cipher = AESGCM(key)
        self._name = hashlib.sha256(b"dapr-warden sealing key\0" + key).digest()[:NAME_BYTES]

    @classmethod
    def from_file(cls, place: str) -> "AesGcmSeal":
        """The key from the file of the setting. Raises SettingsError, which quotes nothing of it; warns where everybody may read it."""
        if not place:
            raise SettingsError(
                f"Neither {SETTING} nor {env_name('sealing_command')} is set: there is nothing to seal new keys with.", hint=MAKE_ONE
            )
        path = Path(place)
        try:
            coded = content(path, LONGEST_FILE)
            everybody = _is_everybodys(path)
        except (InputError, OSError) as error:
            raise SettingsError(f"{SETTING}: {error}", hint=MAKE_ONE) from error
        if everybody:
            _log.warning("everybody on this machine may read the sealing key", path=place, do="chmod o-rwx")
        return cls(_decoded(coded, place))

    @staticmethod
    def place(place: str) -> KeyFile:
        """Where the key of the setting lies. Blocks; raises SettingsError where it could not be used."""
        AesGcmSeal.from_file(place)
        path = Path(place)
        # Kubernetes swaps whole volumes by a link of this name beside the files (pkg/volume/util/atomic_writer.go), main memory beneath it.
        return KeyFile(path=str(path), mounted=path.with_name(_LINK).is_symlink(), everybody=_is_everybodys(path))

    def seal(self, secret: bytes, about: str) -> bytes:
        """See :class:`bot.ports.Seal`."""
        head, nonce = VERSION + self._name, os.urandom(NONCE_BYTES)
        return head + nonce + self._cipher.encrypt(nonce, secret, head + about.encode())

    def open(self, sealed: bytes, about: str) -> bytes:
        """See :class:`bot.ports.Seal`."""
        if not sealed:
            raise Permanent("There is no sealed key: it was destroyed when its plan ended.", hint=LOST)
        if len(sealed) < len(VERSION) + NAME_BYTES + NONCE_BYTES + TAG_BYTES:
            raise Permanent("The sealed key does not open: it was cut off.", hint=LOST)
        version, name, rest = sealed[:1], sealed[1 : 1 + NAME_BYTES], sealed[1 + NAME_BYTES :]
        if version == WRAPPED:
            raise Permanent(
                f"The sealed key does not open: {env_name('sealing_command')} sealed it, and {SETTING} is set now.",
                hint="Set the command again instead, or plan again: a new key is made then.",
            )
        if version != VERSION:
            raise Permanent(f"The sealed key does not open: it is of version {version[0]}, which this bot does not know.", hint=LOST)
        if name != self._name:
            raise Permanent(
                "The sealed key does not open: it was sealed with another key than the one that is set now.",
                hint=f"Let {SETTING} name the former file again, or plan again: a new key is made then.",
            )
        try:
            return self._cipher.decrypt(rest[:NONCE_BYTES], rest[NONCE_BYTES:], version + name + about.encode())
        except InvalidTag:
            # Not chained: it says nothing.
            raise Permanent("The sealed key does not open: it was changed, or belongs to something else.", hint=LOST) from None

    def __repr__(self) -> str:
        """Never the key."""
        return "AesGcmSeal(**********)"

    def __reduce__(self) -> NoReturn:
        """Neither pickled nor copied."""
        raise TypeError("a sealing key is not copied")


def _is_everybodys(path: Path) -> bool:
    return bool(path.stat().st_mode & (stat.S_IROTH | stat.S_IWOTH))


def _decoded(coded: bytes, place: str) -> bytes:
    try:
        key = base64.b64decode(coded.strip(), validate=True) if len(coded) <= LONGEST_FILE else b""
    except (binascii.Error, ValueError):
        # Not chained: its words may quote what it read.
        raise SettingsError(f"{SETTING}: {place} is not base64.", hint=MAKE_ONE) from None
    if len(key) != KEY_BYTES:
        size = f"{len(key)} bytes" if key else "nothing, or far too much"
        raise SettingsError(f"{SETTING}: {place} holds {size} in base64, and {KEY_BYTES} random ones are needed.", hint=MAKE_ONE)
    return key
