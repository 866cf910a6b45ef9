"""Implements :class:`bot.ports.Seal` where a key management service holds the key: a program wraps and unwraps a data key for us.

The program of the setting is run with one word more: ``seal`` gets a data key (32 bytes in base64) on standard input and prints it
wrapped, in whatever form; ``open`` gets exactly that back and prints the data key again. Every process of the bot makes one data key of
its own. What is sealed reads: version (1 byte, 2), length of the wrapped key (2 bytes, big endian), the wrapped key, nonce (12 bytes),
ciphertext with its tag. All before the nonce is authenticated, and so is what it is about.
"""

import base64
import binascii
import os
from typing import Final, NoReturn

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bot import programs
from bot.adapters.sealing import KEY_BYTES, LOST, NONCE_BYTES, TAG_BYTES, VERSION, WRAPPED
from bot.config import env_name
from bot.errors import BotError, Permanent, SettingsError, Unreachable

SETTING: Final = env_name("sealing_command")
SECONDS: Final = 10.0
LONGEST_WRAPPED: Final = 8192
LONGEST_OPENED: Final = 256
KNOWN: Final = 16
"""So many data keys are remembered: those of bots before this one, whose seals still lie somewhere."""
_LENGTH: Final = 2
ASK_IT: Final = f"Is the key management service reached, and does {SETTING} name the program that sealed it? The bot tries again by itself."
TRY_IT: Final = "Try it by hand: head -c 32 /dev/urandom | base64 | PROGRAM seal | PROGRAM open, with the bot's account (docs/rotation.md)."


class CommandSeal:
    """Seals with a data key that the program wrapped, and opens what it can unwrap. Both block for as long as the program takes."""

    __slots__ = ("_argv", "_data_keys", "_wrapped")

    def __init__(self, argv: tuple[str, ...]) -> None:
        """Raises SettingsError when the program does not give back what it was given: better at the start than when it is needed."""
        self._argv = argv
        self._data_keys: dict[bytes, AESGCM] = {}
        key = AESGCM.generate_key(8 * KEY_BYTES)
        try:
            self._wrapped = self._run("seal", base64.b64encode(key), LONGEST_WRAPPED)
            opened = _decoded(self._run("open", self._wrapped, LONGEST_OPENED))
        except BotError as error:
            raise SettingsError(f"{SETTING}: {error}", hint=TRY_IT) from None
        if not self._wrapped or base64.b64encode(key) in self._wrapped or key in self._wrapped:
            raise SettingsError(f"{SETTING}: {argv[0]} seal does not wrap what it is given.", hint=TRY_IT)
        if opened != key:
            raise SettingsError(f"{SETTING}: {argv[0]} open does not give back what seal was given.", hint=TRY_IT)
        self._data_keys[self._wrapped] = AESGCM(key)

    @classmethod
    def from_line(cls, line: str) -> "CommandSeal":
        """The program of the setting. Raises SettingsError."""
        try:
            return cls(programs.words(line))
        except ValueError as error:
            raise SettingsError(f"{SETTING}: {error}.", hint=TRY_IT) from None

    def seal(self, secret: bytes, about: str) -> bytes:
        """See :class:`bot.ports.Seal`."""
        head, nonce = WRAPPED + len(self._wrapped).to_bytes(_LENGTH, "big") + self._wrapped, os.urandom(NONCE_BYTES)
        return head + nonce + self._data_keys[self._wrapped].encrypt(nonce, secret, head + about.encode())

    def open(self, sealed: bytes, about: str) -> bytes:
        """See :class:`bot.ports.Seal`. Raises Unreachable when the program does not answer, or fails."""
        if not sealed:
            raise Permanent("There is no sealed key: it was destroyed when its plan ended.", hint=LOST)
        if sealed[:1] == VERSION:
            raise Permanent(
                f"The sealed key does not open: it was sealed with a key file, and {SETTING} is set now.",
                hint="Set DAPR_WARDEN_SEALING_KEY_FILE again instead, or plan again: a new key is made then.",
            )
        begin = 1 + _LENGTH
        end = begin + int.from_bytes(sealed[1:begin], "big")
        if sealed[:1] != WRAPPED or not begin < end <= begin + LONGEST_WRAPPED or len(sealed) < end + NONCE_BYTES + TAG_BYTES:
            raise Permanent("The sealed key does not open: it was cut off, or is of a version that this bot does not know.", hint=LOST)
        cipher = self._data_key(sealed[begin:end])
        nonce, rest = sealed[end : end + NONCE_BYTES], sealed[end + NONCE_BYTES :]
        try:
            return cipher.decrypt(nonce, rest, sealed[:end] + about.encode())
        except InvalidTag:
            # Not chained: it says nothing.
            raise Permanent("The sealed key does not open: it was changed, or belongs to something else.", hint=LOST) from None

    def _data_key(self, wrapped: bytes) -> AESGCM:
        known = self._data_keys.get(wrapped)
        if known is not None:
            return known
        try:
            key = _decoded(self._run("open", wrapped, LONGEST_OPENED))
        except BotError as error:
            # Whether the key is another one or the service away, an exit code does not tell: so nobody may take it for lost.
            raise Unreachable(f"The sealed key does not open now: {error}", hint=ASK_IT) from None
        if len(key) != KEY_BYTES:
            raise Permanent(
                f"The sealed key does not open: {self._argv[0]} open prints no key of {KEY_BYTES} bytes in base64.", hint=TRY_IT
            )
        while len(self._data_keys) >= KNOWN:
            # The oldest that is not our own.
            del self._data_keys[next(one for one in self._data_keys if one != self._wrapped)]
        self._data_keys[wrapped] = AESGCM(key)
        return self._data_keys[wrapped]

    def _run(self, word: str, given: bytes, most: int) -> bytes:
        return programs.output((*self._argv, word), given, most=most, seconds=SECONDS)

    def __repr__(self) -> str:
        """Never a key."""
        return "CommandSeal(**********)"

    def __reduce__(self) -> NoReturn:
        """Neither pickled nor copied."""
        raise TypeError("a sealing key is not copied")


def _decoded(printed: bytes) -> bytes:
    """b"" for what is not base64; never an error, whose words may quote it."""
    try:
        return base64.b64decode(printed.strip(), validate=True)
    except (binascii.Error, ValueError):
        return b""
