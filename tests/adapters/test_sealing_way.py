"""The way of sealing that is set, tried as the doctor tries it."""

import base64
from pathlib import Path

import pytest

from bot.adapters import sealing_way
from bot.adapters.sealing import AesGcmSeal
from bot.adapters.sealing_command import CommandSeal
from bot.config import Settings, from_env
from bot.errors import SettingsError
from tests.adapters.test_sealing_command import a_program, calls


def by_command(line: str) -> Settings:
    return from_env({"DAPR_WARDEN_SEALING_COMMAND": line})


def by_file(folder: Path) -> Settings:
    file = folder / "key"
    file.touch(mode=0o600)
    file.write_bytes(base64.b64encode(b"k" * 32))
    return from_env({"DAPR_WARDEN_SEALING_KEY_FILE": str(file)})


def test_the_way_is_the_one_that_is_set(tmp_path: Path) -> None:
    assert isinstance(sealing_way.chosen(by_file(tmp_path)), AesGcmSeal)
    assert isinstance(sealing_way.chosen(by_command(a_program(tmp_path))), CommandSeal)


def test_a_command_is_run_once_to_seal_and_once_to_open(tmp_path: Path) -> None:
    found = sealing_way.tried(by_command(a_program(tmp_path)))

    assert calls(tmp_path) == ["seal", "open"]
    assert found.by_command
    assert found.took.total_seconds() > 0


def test_a_key_file_is_tried_as_well(tmp_path: Path) -> None:
    assert not sealing_way.tried(by_file(tmp_path)).by_command


def test_a_service_that_is_away_is_trouble_that_quotes_nothing(tmp_path: Path) -> None:
    settings = by_command(a_program(tmp_path))
    (tmp_path / "away").touch()

    with pytest.raises(SettingsError, match="DAPR_WARDEN_SEALING_COMMAND") as caught:
        sealing_way.tried(settings)

    assert "no route to the service" not in f"{caught.value} {caught.value.hint}"
