"""Settings as nobody should write them: one line that names the variable, never a value that may be a secret, never a traceback."""

import asyncio
import os
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry

from bot.adapters import store
from bot.adapters.endpoints import Endpoints
from bot.config import Settings, env_name, from_env
from bot.errors import InputError, SettingsError
from bot.files import content

CANARY = "xoxb-9999999999-canary-in-the-wrong-place"
ABSURD = (
    *("-1", "0", "9" * 400, "\x00", "٣٠", "nan", "1e309", "30 ", "x" * 100_000, "\u202e30", "a\nb", "'; DROP TABLE cards; --"),
    *("{}", "[]", "true", "1_000", "0x10", "+5", "\ud800", "../../etc/passwd", "https://user:pass@host/", "\x1b[31m", "∞", "½", ",,,,"),
    CANARY,
)
each_field = pytest.mark.parametrize("field", Settings.model_fields)


@each_field
def test_an_absurd_value_is_taken_as_it_is_or_refused_in_one_printable_line(field: str) -> None:
    refusals = [refusal for value in ABSURD if (refusal := refused(env_name(field), value))]

    for refusal in refusals:
        assert env_name(field) in str(refusal)
        assert str(refusal).isprintable()
        assert len(str(refusal)) < 400
        assert CANARY not in str(refusal) + refusal.hint
        assert refusal.hint
    # What must be a word, a number or an id takes none of these; a name or a path takes the printable ones.
    assert len(refusals) >= 6


def refused(name: str, value: str) -> SettingsError | None:
    try:
        from_env({name: value})
    except SettingsError as error:
        return error
    return None


@pytest.mark.parametrize(
    "name", ["DAPR_WARDEN_", "DAPR_WARDEN_\x1b[31m", "DAPR_WARDEN_\ud800", "DAPR_WARDEN_NAMESPACE ", "DAPR_WARDEN_" + "X" * 99]
)
def test_a_name_that_nobody_knows_is_shown_printable(name: str) -> None:
    with pytest.raises(SettingsError, match=r"Unknown setting '?DAPR") as caught:
        from_env({name: CANARY})

    assert str(caught.value).isprintable()
    assert CANARY not in str(caught.value)


@pytest.mark.parametrize("held", [b"", b"\xff\xfe", b"x" * 100_000, b"a\nb", b"\x00", "٣".encode()])
def test_a_token_file_without_a_token_is_named_and_not_quoted(tmp_path: Path, held: bytes) -> None:
    (tmp_path / "token").write_bytes(held)
    environ = {"SLACK_BOT_TOKEN_FILE": str(tmp_path / "token")}

    if not held:
        assert from_env(environ).slack_bot_token is None
        return
    with pytest.raises(SettingsError, match=r"SLACK_BOT_TOKEN_FILE: .* holds no token"):
        from_env(environ)


@pytest.mark.parametrize("path", ["/dev/zero", "/", "/nowhere/at/all", "/proc/self/mem"])
def test_a_token_file_that_is_no_file_is_named(path: str) -> None:
    with pytest.raises(SettingsError, match="SLACK_BOT_TOKEN_FILE") as caught:
        from_env({"SLACK_BOT_TOKEN_FILE": path})

    assert path in str(caught.value)


@pytest.mark.parametrize("url", ["postgresql://user:canary@host/db", "-1", "sqlite:////", "sqlite:////dev/null", "sqlite:////proc/x", ""])
async def test_a_store_that_is_none_is_refused_without_its_password(url: str) -> None:
    with pytest.raises(SettingsError) as caught:
        async with store.opened(url):
            pass

    assert "canary" not in str(caught.value)


async def test_a_store_that_is_a_pipe_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    url = f"sqlite:///{tmp_path / 'pipe'}"

    async with asyncio.timeout(10):
        with pytest.raises(SettingsError, match="is no ordinary file"):
            async with store.opened(url):
                pass
        with pytest.raises(SettingsError, match="is no ordinary file"):
            list(store.recorded(url))


@pytest.mark.parametrize("host", ["192.0.2.1", "x" * 300, "a\x00b"])
async def test_an_address_where_nobody_can_listen_is_a_setting_that_is_wrong(host: str) -> None:
    with pytest.raises(SettingsError, match="Cannot listen on"):
        async with _endpoints().served(host, 0):
            pass


def _endpoints() -> Endpoints:
    async def none() -> tuple[str, ...]:
        return ()

    return Endpoints(troubles=none, samples=tuple, registry=CollectorRegistry())


def test_a_pipe_into_which_nobody_writes_is_given_up(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")

    with pytest.raises(InputError, match="nothing came for"):
        content(tmp_path / "pipe", 100, patience=0.05)


def test_a_pipe_whose_writer_falls_silent_is_given_up(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    writer = os.open(tmp_path / "pipe", os.O_RDWR)
    os.write(writer, b"half")

    with pytest.raises(InputError, match="nothing came for"):
        content(tmp_path / "pipe", 100, patience=0.05)
    os.close(writer)


async def test_a_pipe_is_read_to_its_end_as_a_shell_makes_one(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    writing = asyncio.to_thread((tmp_path / "pipe").write_bytes, b"x" * 200_000)

    read, _ = await asyncio.gather(asyncio.to_thread(content, tmp_path / "pipe", 1_000_000), writing)

    assert read == b"x" * 200_000


def test_a_file_without_end_is_read_up_to_one_byte_more_than_agreed() -> None:
    assert content(Path("/dev/zero"), 1_000) == b"\x00" * 1_001


@pytest.mark.parametrize("path", ["/", "/nowhere", "/proc/self/mem", "a\x00b"])
def test_what_cannot_be_read_is_said_so(path: str) -> None:
    with pytest.raises(InputError, match="Cannot read"):
        content(Path(path), 100)
