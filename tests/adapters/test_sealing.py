"""What is sealed opens for what it belongs to, with the key that sealed it, and in no other case; nothing of it prints."""

import base64
import copy
import pickle
from pathlib import Path

import pytest
import structlog
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st

from bot.adapters.sealing import AesGcmSeal
from bot.errors import Permanent, SettingsError
from bot.model.vitals import KeyFile
from bot.ports import Seal
from tests.certificates import a_key, key_pem
from tests.rig.canaries import heard, of_key

KEY = bytes(range(32))
SEAL = AesGcmSeal(KEY)
ABOUT = "request r1"
SECRET = key_pem(a_key("p256", "canary"))


def a_file(folder: Path, content: bytes, mode: int = 0o600) -> str:
    path = folder / "sealing.key"
    path.write_bytes(content)
    path.chmod(mode)
    return str(path)


@given(st.binary(max_size=5000), st.text(max_size=100))
def test_what_was_sealed_opens_for_what_it_is_about(secret: bytes, about: str) -> None:
    seal: Seal = SEAL

    assert seal.open(seal.seal(secret, about), about) == secret


def test_the_same_secret_never_looks_the_same() -> None:
    assert len({SEAL.seal(SECRET, ABOUT) for _ in range(1000)}) == 1000


def test_it_does_not_open_for_anything_else() -> None:
    with pytest.raises(Permanent, match="belongs to something else"):
        SEAL.open(SEAL.seal(SECRET, ABOUT), "request r2")


def test_every_flipped_bit_is_found() -> None:
    sealed = SEAL.seal(b"a little secret", ABOUT)

    for bit in range(8 * len(sealed)):
        changed = bytearray(sealed)
        changed[bit // 8] ^= 1 << bit % 8
        with pytest.raises(Permanent, match="does not open"):
            SEAL.open(bytes(changed), ABOUT)


def test_what_was_cut_or_prolonged_is_found() -> None:
    sealed = SEAL.seal(b"a little secret", ABOUT)

    for changed in (*(sealed[:length] for length in range(1, len(sealed))), sealed + b"\0"):
        with pytest.raises(Permanent, match="does not open"):
            SEAL.open(changed, ABOUT)


def test_a_destroyed_key_says_that_it_is() -> None:
    with pytest.raises(Permanent, match="was destroyed when its plan ended") as refused:
        SEAL.open(b"", ABOUT)
    assert "Plan again" in refused.value.hint


def test_another_key_is_told_apart_from_damage() -> None:
    with pytest.raises(Permanent, match="sealed with another key than the one that is set now") as refused:
        AesGcmSeal(bytes(32)).open(SEAL.seal(SECRET, ABOUT), ABOUT)
    assert "DAPR_WARDEN_SEALING_KEY_FILE" in refused.value.hint


def test_what_an_earlier_bot_sealed_opens_for_ever() -> None:
    sealed = base64.b64decode("AdtF3qoAUyncAAECAwQFBgcICQoLJiK6crGRrn6tMvLow4wMqVZwR5oQj6vajbaF6H9yWw==")

    assert SEAL.open(sealed, ABOUT) == b"a little secret"


# The GCM specification of McGrew and Viega, test cases 14 and 16 (AES-256): key, nonce, plaintext, associated data, ciphertext, tag.
KNOWN = (
    ("00" * 32, "00" * 12, "00" * 16, "", "cea7403d4d606b6e074ec5d3baf39d18", "d0d1c8a799996bf0265b98b5d48ab919"),
    (
        "feffe9928665731c6d6a8f9467308308" * 2,
        "cafebabefacedbaddecaf888",
        "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39",
        "feedfacedeadbeeffeedfacedeadbeefabaddad2",
        "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662",
        "76fc6ece0f4e1768cddf8853bb2d551b",
    ),
)


@pytest.mark.parametrize("known", KNOWN)
def test_the_cipher_is_the_one_that_everybody_means(known: tuple[str, ...]) -> None:
    key, nonce, plain, associated, ciphertext, tag = map(bytes.fromhex, known)

    assert AESGCM(key).encrypt(nonce, plain, associated) == ciphertext + tag


@pytest.mark.parametrize("around", [b"", b"\n", b"\r\n", b"  \n\n"])
def test_a_key_file_is_read_whatever_stands_around_it(tmp_path: Path, around: bytes) -> None:
    place = a_file(tmp_path, around + base64.b64encode(KEY) + around)

    assert AesGcmSeal.from_file(place).open(SEAL.seal(SECRET, ABOUT), ABOUT) == SECRET


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "holds nothing, or far too much in base64"),
        (b"\n", "holds nothing, or far too much"),
        (base64.b64encode(KEY[:31]), "holds 31 bytes in base64, and 32 random ones are needed"),
        (base64.b64encode(KEY + b"!"), "holds 33 bytes"),
        (KEY.hex().encode(), "holds 48 bytes"),
        (KEY, "is not base64"),
        ("schlüssel".encode(), "is not base64"),
        (base64.b64encode(KEY)[:-1], "is not base64"),
        (base64.b64encode(KEY * 100), "far too much"),
    ],
)
def test_a_file_that_holds_no_key_is_refused_and_not_quoted(tmp_path: Path, content: bytes, said: str) -> None:
    place = a_file(tmp_path, content)

    with pytest.raises(SettingsError, match=said) as refused:
        AesGcmSeal.from_file(place)

    assert str(refused.value).startswith(f"DAPR_WARDEN_SEALING_KEY_FILE: {place} ")
    assert "openssl rand -base64 32" in refused.value.hint
    assert not content.strip() or content.decode("latin-1").strip() not in str(refused.value)
    assert refused.value.__cause__ is None


def test_a_file_that_is_not_there_is_named_with_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"DAPR_WARDEN_SEALING_KEY_FILE: Cannot read .*nowhere: No such file") as refused:
        AesGcmSeal.from_file(str(tmp_path / "nowhere"))
    assert "openssl rand -base64 32" in refused.value.hint


def test_no_file_at_all_is_a_setting_that_is_missing() -> None:
    with pytest.raises(SettingsError, match="Neither DAPR_WARDEN_SEALING_KEY_FILE nor DAPR_WARDEN_SEALING_COMMAND is set"):
        AesGcmSeal.from_file("")


@pytest.mark.parametrize(("mode", "warnings"), [(0o600, 0), (0o440, 0), (0o604, 1), (0o644, 1), (0o602, 1)])
def test_a_key_that_everybody_may_read_is_used_with_a_warning(tmp_path: Path, mode: int, warnings: int) -> None:
    place = a_file(tmp_path, base64.b64encode(KEY), mode)

    with structlog.testing.capture_logs() as logged:
        AesGcmSeal.from_file(place)

    assert [line["log_level"] for line in logged] == ["warning"] * warnings
    assert base64.b64encode(KEY).decode() not in str(logged)


def test_nothing_of_it_prints_copies_or_travels() -> None:
    shown = repr(SEAL) + str(SEAL) + f"{SEAL}"

    assert shown == "AesGcmSeal(**********)" * 3
    for travel in (copy.copy, copy.deepcopy, pickle.dumps):
        with pytest.raises(TypeError, match="is not copied"):
            travel(SEAL)


def test_a_sealed_key_holds_nothing_of_the_key() -> None:
    sealed = SEAL.seal(SECRET, ABOUT)

    assert heard([of_key("new issuer's key", SECRET)], [("sealed", sealed), ("base64", base64.b64encode(sealed))]) == []


def test_where_it_lies_is_told_without_the_key(tmp_path: Path) -> None:
    volume = tmp_path / "volume"
    (volume / "..2026_11_28").mkdir(parents=True)
    (volume / "..data").symlink_to("..2026_11_28")
    (volume / "..2026_11_28" / "key").write_bytes(base64.b64encode(bytes(32)))
    (volume / "..2026_11_28" / "key").chmod(0o440)
    (volume / "key").symlink_to("..data/key")
    plain = tmp_path / "key"
    plain.write_bytes(base64.b64encode(bytes(32)))
    plain.chmod(0o444)

    assert AesGcmSeal.place(str(volume / "key")) == KeyFile(path=str(volume / "key"), mounted=True, everybody=False)
    assert AesGcmSeal.place(str(plain)) == KeyFile(path=str(plain), mounted=False, everybody=True)
