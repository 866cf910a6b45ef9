import json
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.cli import verify
from bot.errors import InputError
from tests.certificates import DAY, NOW, a_key, a_leaf, a_root, an_issuer, key_pem

ROOT = a_root()
ISSUER = an_issuer(ROOT)
LEAF = a_leaf(ISSUER)
CHAIN = LEAF.pem + ISSUER.pem
FIELDS = ["accepted", "at", "spiffe_id", "path_valid", "path", "findings"]


def judged(folder: Path, chain: bytes = CHAIN, roots: bytes = ROOT.pem, at: datetime = NOW) -> verify.Result:
    (folder / "chain").write_bytes(chain)
    (folder / "roots").write_bytes(roots)
    return verify.run(verify.Request(roots=folder / "roots", chain=folder / "chain"), at=at)


def test_an_accepted_chain_is_one_line_and_its_path(tmp_path: Path) -> None:
    result = judged(tmp_path)
    leaf, issuer, root = (one.fingerprint[:8] for one in result.verdict.path)

    assert result.exit_code == 0
    assert verify.as_text(result) == (
        "Accepted: a peer with these roots takes this chain for spiffe://public/ns/default/app.\n"
        "Path:\n"
        f"  leaf  spiffe://public/ns/default/app ({leaf})  2026-11-22 12:00:00 UTC to 2027-11-23 12:00:00 UTC\n"
        f"        O=issuer ({issuer})  2026-11-22 12:00:00 UTC to 2027-11-23 12:00:00 UTC\n"
        f"  root  O=root ({root})  2026-11-22 12:00:00 UTC to 2027-11-23 12:00:00 UTC\n"
    )


def test_a_refused_chain_says_why_and_shows_a_path_of_another_time(tmp_path: Path) -> None:
    result = judged(tmp_path, at=NOW + 400 * DAY)
    lines = verify.as_text(result).splitlines()

    assert result.exit_code == 2
    assert lines[0] == "Not accepted: the chain does not lead to these roots."
    assert [line.split(":")[0] for line in lines[1:4]] == ["critical  certificate-expired"] * 3
    assert lines[4] == "Path, not valid at 2027-12-28 12:00:00 UTC:"


def test_an_issuer_chain_leads_to_the_roots_and_is_not_accepted(tmp_path: Path) -> None:
    result = judged(tmp_path, ISSUER.pem)

    assert result.exit_code == 2
    assert verify.as_text(result).startswith(
        "Not accepted: the chain leads to these roots, but a peer would refuse it for another reason.\n"
    )


def test_a_chain_that_is_its_own_root_is_a_path_of_one(tmp_path: Path) -> None:
    lines = verify.as_text(judged(tmp_path, ROOT.pem)).splitlines()

    assert [line for line in lines if line.startswith("  ")] == [lines[-1]]
    assert lines[-1].startswith("  root  O=root")


def test_empty_files_and_large_ones_are_told_apart(tmp_path: Path) -> None:
    empty, large = judged(tmp_path, b""), judged(tmp_path, CHAIN + b"#" * 300_000)

    assert (empty.exit_code, verify.as_text(empty).splitlines()[0]) == (2, "Not accepted: there is no certificate to judge.")
    assert (large.exit_code, verify.as_text(large).splitlines()[0]) == (3, "Not judged.")
    assert json.loads(verify.as_json(large))["accepted"] is False


def test_the_json_has_the_documented_shape(tmp_path: Path) -> None:
    result = judged(tmp_path, a_leaf(ISSUER, not_after=NOW - DAY / 2).pem + ISSUER.pem)
    answer = json.loads(verify.as_json(result))

    assert list(answer) == FIELDS
    assert (answer["accepted"], answer["path_valid"], answer["at"]) == (False, False, "2026-11-23T12:00:00Z")
    assert answer["spiffe_id"] == "spiffe://public/ns/default/app"
    assert [list(one) for one in answer["path"]] == [["subject", "fingerprint", "not_before_at", "not_after_at"]] * 3
    assert answer["path"][0]["not_after_at"] == "2026-11-23T00:00:00Z"
    assert [list(one) for one in answer["findings"]] == [["id", "severity", "message", "certificate"]]
    assert answer["findings"][0]["certificate"] == answer["path"][0]["fingerprint"]


def test_what_does_not_exist_is_null_in_json(tmp_path: Path) -> None:
    answer = json.loads(verify.as_json(judged(tmp_path, b"")))

    assert (answer["spiffe_id"], answer["path"]) == (None, [])
    assert {one["certificate"] for one in answer["findings"]} == {None}


def test_a_key_is_never_echoed(tmp_path: Path) -> None:
    key = key_pem(a_key("p256", "careless"))
    result = judged(tmp_path, CHAIN + key, key + ROOT.pem)
    told = verify.as_text(result) + verify.as_json(result)

    assert "private-key-exposed" in told
    assert not [line for line in key.decode().splitlines()[1:-1] if line in told]


def test_names_cannot_move_the_cursor(tmp_path: Path) -> None:
    told = verify.as_text(judged(tmp_path, a_root("evil\u202e\x1b[31m\nAccepted.").pem))

    assert told.replace("\n", "").isprintable()
    assert not [line for line in told.splitlines() if line.startswith("Accepted")]


def test_pipes_are_read(tmp_path: Path) -> None:
    reading, writing = os.pipe()
    os.write(writing, CHAIN)
    os.close(writing)
    (tmp_path / "roots").write_bytes(ROOT.pem)
    try:
        result = verify.run(verify.Request(roots=tmp_path / "roots", chain=Path(f"/dev/fd/{reading}")), at=NOW)
    finally:
        os.close(reading)

    assert result.verdict.accepted


def test_a_file_that_cannot_be_read_is_an_input_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="Cannot read"):
        verify.run(verify.Request(roots=tmp_path / "none", chain=tmp_path / "none"), at=NOW)


@pytest.mark.parametrize(
    "text", ["2026-12-05T15:00:00Z", "2026-12-05t15:00:00z", "2026-12-05 16:00:00+01:00", "2026-12-05T10:30:00.000-04:30"]
)
def test_an_instant_is_rfc_3339_and_becomes_utc(text: str) -> None:
    found = verify.parsed_instant(text)

    assert (found, found.tzinfo) == (datetime(2026, 12, 5, 15, tzinfo=UTC), UTC)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "now",
        "2026-12-05",
        "2026-12-05T15:00Z",
        "2026-12-05T15:00:00",
        "2026-12-05T15:00:00+0100",
        "2026-13-05T15:00:00Z",
        "2026-12-05T15:00:60Z",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-01:00",
        "\uff12026-12-05T15:00:00Z",
        "2026-12-05T15:00:00Z\n",
        "2026-12-05T15:00:00+99:00",
    ],
)
def test_any_other_word_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(InputError, match="is no instant") as refused:
        verify.parsed_instant(text)

    assert "2026-12-05T15:00:00Z" in refused.value.hint
