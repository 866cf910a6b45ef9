"""What stands in public beside the sealed pair: read again it is the same, and whatever else stands there is no note."""

from datetime import timedelta

import msgspec
import pytest
from msgspec.structs import replace

from bot.model import backup
from bot.model.pem import Block, PemDocument
from tests.builders import A_CA
from tests.kept import a_backup

KEPT = a_backup().facts


def test_a_note_is_read_as_what_was_written() -> None:
    assert backup.read_note(backup.note(KEPT)) == KEPT
    assert KEPT.identity == (tuple(sorted(one.fingerprint for one in KEPT.roots)), KEPT.chain[0].fingerprint)


def test_a_note_holds_no_key() -> None:
    # What follows is its public half, which the certificate holds as well.
    lines = [line.decode() for line in A_CA.key_pem.splitlines()[1:3]]

    assert [line for line in lines if line in backup.note(KEPT)] == []


def test_a_pair_that_is_too_long_for_a_note_has_none() -> None:
    blocks = tuple(Block(label="CERTIFICATE", line=1, rest=0, problem="x" * 1000) for _ in range(backup.LONGEST_NOTE // 1000))
    long = replace(KEPT, bundle=replace(KEPT.bundle, ca=PemDocument(size=1, sha256="", blocks=blocks)))

    assert backup.note(long) == ""


@pytest.mark.parametrize(
    "text",
    [
        "",
        "nonsense",
        "{}",
        "[" * 5000,
        backup.note(KEPT)[:-1],
        backup.note(KEPT).replace('"der":"', '"der":"AAAA'),
        msgspec.json.encode(replace(KEPT, kept_at=KEPT.kept_at.replace(tzinfo=None) + timedelta())).decode(),
    ],
)
def test_whatever_else_stands_there_is_no_note_and_is_not_quoted(text: str) -> None:
    with pytest.raises(ValueError, match="the note about the last good pair") as caught:
        backup.read_note(text)

    assert caught.value.__cause__ is None
    assert len(str(caught.value)) < 60
