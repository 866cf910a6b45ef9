"""Snapshot files of somebody else: whatever is in them, `check --snapshot` answers with a report or with one sentence."""

import copy
import functools
import json
from pathlib import Path
from random import Random
from typing import Any

import msgspec
import pytest

from bot.cli import documents, snapshots
from bot.errors import InputError
from bot.model.snapshot import Snapshot
from tests.builders import a_component, a_pod, a_snapshot
from tests.hostile.judging import told
from tests.hostile.mutations import hostile_body

FILES = 250
GOOD: Any = json.loads(documents.snapshot(a_snapshot(pods=[a_pod("orders"), a_pod("payments")], components=(a_component(),))))


@pytest.mark.parametrize("seed", range(FILES))
def test_a_damaged_file_is_a_report_that_can_be_told_or_a_sentence(seed: int, tmp_path: Path) -> None:
    file = tmp_path / "snapshot.json"
    file.write_bytes(hostile_body(GOOD, Random(seed)))  # noqa: S311 - damage, not a secret

    found = outcome(file)

    if isinstance(found, InputError):
        assert "is not a snapshot of dapr-warden" in str(found)
        assert len(str(found)) < 600
    else:
        assert told(found) == []


def outcome(file: Path) -> Snapshot | InputError:
    try:
        return snapshots.read(file)
    except InputError as error:
        return error


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{}",
        b"null",
        b"[" * 1_000_000,
        b'{"a":' * 200_000,
        b"\xff\xfe{\x00}\x00",
        b'{"taken_at": "2026-11-23T12:00:00"}',
        b"\x00" * 1_000,
        b"PK\x03\x04",
    ],
)
def test_what_is_no_snapshot_is_said_in_one_sentence(body: bytes, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(body)

    with pytest.raises(InputError, match="is not a snapshot of dapr-warden"):
        snapshots.read(tmp_path / "file")


ELSEWHERE = "9999-12-31T23:59:59-14:00"
NO_ZONE = "2026-11-23T12:00:00"


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("taken_at",), NO_ZONE),
        (("taken_at",), ELSEWHERE),
        (("issuer_gauges", "value", 0, "not_after_at"), ELSEWHERE),
        (("secret", "value", "facts", "writers", 0, "at"), NO_ZONE),
        (("secret", "value", "ca", "blocks", 0, "der"), ""),
        (("configmap", "value", "ca", "blocks", 0, "der"), "AAAA"),
        (("webhook", "value", "bundle", "blocks", 0, "der"), "AAAA" * 8_000),
        (("secret", "value", "ca", "whole"), False),
        (("secret", "value", "issuer", "blocks"), [{"label": "X", "line": 1, "rest": 0}] * 300),
    ],
)
def test_what_an_api_server_could_not_have_said_is_not_believed(path: tuple[str | int, ...], value: object, tmp_path: Path) -> None:
    tree = copy.deepcopy(GOOD)
    *way, last = path
    functools.reduce(lambda node, key: node[key], way, tree)[last] = value
    (tmp_path / "file").write_bytes(json.dumps(tree).encode())

    with pytest.raises(InputError, match="is not a snapshot of dapr-warden"):
        snapshots.read(tmp_path / "file")


@pytest.mark.parametrize("field", ["namespace", "cluster", "warden_version"])
def test_names_in_a_file_cannot_move_the_cursor(field: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(json.dumps(GOOD | {field: "\u202e\x1b[2J<!channel>"}).encode())

    assert told(snapshots.read(tmp_path / "file")) == []


def test_a_snapshot_of_a_newer_version_is_read_as_far_as_we_know_it(tmp_path: Path) -> None:
    newer = GOOD | {"moon": {"phase": "full"}, "warden_version": "99.0"}
    (tmp_path / "file").write_bytes(json.dumps(newer).encode())

    assert msgspec.json.decode(json.dumps(GOOD).encode(), type=Snapshot).secret == snapshots.read(tmp_path / "file").secret


def test_a_file_larger_than_any_snapshot_is_not_read() -> None:
    with pytest.raises(InputError, match="larger than 64 MiB"):
        snapshots.read(Path("/dev/zero"))
