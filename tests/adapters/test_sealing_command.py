"""Where a program wraps the data key: what it gets, what it may answer, and what is said when it does not."""

import base64
import copy
import pickle
import stat
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.adapters.sealing import AesGcmSeal
from bot.adapters.sealing_command import CommandSeal
from bot.errors import BotError, Permanent, SettingsError, Unreachable
from bot.ports import Seal
from tests.certificates import a_key, key_pem
from tests.rig.canaries import heard, of_key

ABOUT = "request r1"
SECRET = key_pem(a_key("p256", "canary"))
# A key management service as small as can be: the "key" is a number that is added to each byte.
KMS = """#!{python}
import base64, pathlib, sys
folder = pathlib.Path(__file__).parent
with (folder / "calls").open("a") as calls: calls.write(sys.argv[-1] + "\\n")
if (folder / "away").exists(): sys.exit("no route to the service, with " + sys.stdin.read())
given = sys.stdin.buffer.read()
if sys.argv[-1] == "seal":
    sys.stdout.buffer.write(b"\\x00wrapped:" + bytes((b + {shift}) % 256 for b in base64.b64decode(given)) + b"\\n")
else:
    assert given.startswith(b"\\x00wrapped:") and given.endswith(b"\\n")
    print(base64.b64encode(bytes((b - {shift}) % 256 for b in given[9:-1])).decode())
"""


def a_program(folder: Path, text: str = KMS, *, shift: int = 7, name: str = "kms") -> str:
    path = folder / name
    path.write_text(text.replace("{python}", sys.executable).replace("{shift}", str(shift)))
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return str(path)


def calls(folder: Path) -> list[str]:
    return (folder / "calls").read_text().split()


@pytest.fixture(scope="session")
def seal(tmp_path_factory: pytest.TempPathFactory) -> Seal:
    return CommandSeal.from_line(f"{a_program(tmp_path_factory.mktemp('kms'))} --key 'my key'")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(secret=st.binary(max_size=5000), about=st.text(max_size=100))
def test_what_was_sealed_opens_for_what_it_is_about(seal: Seal, secret: bytes, about: str) -> None:
    assert seal.open(seal.seal(secret, about), about) == secret


def test_it_does_not_open_for_anything_else(seal: Seal) -> None:
    with pytest.raises(Permanent, match="belongs to something else"):
        seal.open(seal.seal(SECRET, ABOUT), "request r2")


def test_nothing_of_the_secret_is_in_what_is_sealed(seal: Seal) -> None:
    sealed = seal.seal(SECRET, ABOUT)

    assert heard([of_key("new issuer's key", SECRET)], [("sealed", sealed), ("base64", base64.b64encode(sealed))]) == []


def test_another_process_opens_it_with_the_same_program_which_is_asked_once(tmp_path: Path) -> None:
    line = a_program(tmp_path)
    sealed = [CommandSeal.from_line(line).seal(SECRET, ABOUT) for _ in range(2)]
    after = CommandSeal.from_line(line)
    before = len(calls(tmp_path))

    assert [after.open(one, ABOUT) for one in (*sealed, *sealed)] == [SECRET] * 4
    assert calls(tmp_path)[before:] == ["open", "open"]


def test_many_former_keys_are_not_remembered_for_ever_and_ours_always(tmp_path: Path) -> None:
    line = a_program(tmp_path)
    former = [CommandSeal.from_line(line).seal(b"s", ABOUT) for _ in range(18)]
    now = CommandSeal.from_line(line)
    own = now.seal(SECRET, ABOUT)
    for one in former:
        assert now.open(one, ABOUT) == b"s"
    before = len(calls(tmp_path))

    assert (now.open(own, ABOUT), now.open(former[-1], ABOUT), len(calls(tmp_path)) - before) == (SECRET, b"s", 0)
    assert (now.open(former[0], ABOUT), len(calls(tmp_path)) - before) == (b"s", 1)


def test_every_flipped_bit_of_the_secret_and_of_the_head_is_found(tmp_path: Path) -> None:
    seal = CommandSeal.from_line(a_program(tmp_path))
    sealed = seal.seal(b"a little secret", ABOUT)
    wrapped = range(8 * 3, 8 * (len(sealed) - 12 - 15 - 16))

    for bit in (*range(8 * 3), wrapped[0], wrapped[-1], *range(wrapped[-1] + 1, 8 * len(sealed))):
        changed = bytearray(sealed)
        changed[bit // 8] ^= 1 << bit % 8
        with pytest.raises(BotError, match="does not open"):
            seal.open(bytes(changed), ABOUT)


def test_what_was_cut_is_found_without_asking_anybody(tmp_path: Path) -> None:
    seal = CommandSeal.from_line(a_program(tmp_path))
    sealed = seal.seal(b"", ABOUT)

    for length in range(1, len(sealed)):
        with pytest.raises(Permanent, match="does not open"):
            seal.open(sealed[:length], ABOUT)
    assert calls(tmp_path) == ["seal", "open"]


def test_a_destroyed_key_says_that_it_is(seal: Seal) -> None:
    with pytest.raises(Permanent, match="was destroyed when its plan ended"):
        seal.open(b"", ABOUT)


def test_each_way_of_sealing_knows_what_the_other_sealed(seal: Seal) -> None:
    by_file = AesGcmSeal(bytes(32))

    with pytest.raises(Permanent, match="sealed with a key file, and DAPR_WARDEN_SEALING_COMMAND is set"):
        seal.open(by_file.seal(SECRET, ABOUT), ABOUT)
    with pytest.raises(Permanent, match="DAPR_WARDEN_SEALING_COMMAND sealed it, and DAPR_WARDEN_SEALING_KEY_FILE is set"):
        by_file.open(seal.seal(SECRET, ABOUT), ABOUT)


def test_while_the_service_is_away_the_key_is_not_taken_for_lost_and_what_was_said_is_not_repeated(tmp_path: Path) -> None:
    line = a_program(tmp_path)
    sealed = CommandSeal.from_line(line).seal(SECRET, ABOUT)
    seal = CommandSeal.from_line(line)
    (tmp_path / "away").touch()

    with pytest.raises(Unreachable, match=r"does not open now: .*kms failed with exit code 1") as raised:
        seal.open(sealed, ABOUT)
    assert "no route" not in str(raised.value) + raised.value.hint
    assert seal.open(seal.seal(SECRET, ABOUT), ABOUT) == SECRET
    (tmp_path / "away").unlink()
    assert seal.open(sealed, ABOUT) == SECRET


def test_a_program_with_another_key_opens_nothing(tmp_path: Path) -> None:
    sealed = CommandSeal.from_line(a_program(tmp_path)).seal(SECRET, ABOUT)

    with pytest.raises(Permanent, match="was changed, or belongs to something else"):
        CommandSeal.from_line(a_program(tmp_path, shift=8)).open(sealed, ABOUT)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("#!/bin/sh\ncat\n", "seal does not wrap what it is given"),
        ("#!/bin/sh\nexit 0\n", "seal does not wrap what it is given"),
        ("#!/bin/sh\nexec cat >/dev/null\n", "seal does not wrap what it is given"),
        ("#!/bin/sh\necho wrapped\n", "open does not give back what seal was given"),
        ("#!/bin/sh\ncat >&2\nexit 3\n", "failed with exit code 3"),
        ("#!/bin/sh\nexec yes\n", "prints more than 8192 bytes"),
    ],
)
def test_a_program_that_does_not_do_it_ends_the_start_with_its_setting(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(SettingsError, match=said) as refused:
        CommandSeal.from_line(a_program(tmp_path, text))

    assert str(refused.value).startswith("DAPR_WARDEN_SEALING_COMMAND: ")
    assert "docs/rotation.md" in refused.value.hint
    assert refused.value.__cause__ is None


@pytest.mark.parametrize(("line", "said"), [("/nowhere/kms", "Cannot run /nowhere/kms: No such file"), ("'", "not closed")])
def test_a_program_that_is_not_there_is_named(line: str, said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        CommandSeal.from_line(line)


def test_nothing_of_it_prints_copies_or_travels(seal: Seal) -> None:
    assert repr(seal) + str(seal) == "CommandSeal(**********)" * 2
    for travel in (copy.copy, copy.deepcopy, pickle.dumps):
        with pytest.raises(TypeError, match="is not copied"):
            travel(seal)
