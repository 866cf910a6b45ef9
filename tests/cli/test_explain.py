"""Lines of a log at the terminal: what is said of them, and what is refused with a sentence."""

import json
import os
import subprocess
import sys
from pathlib import Path

import click
import pytest

from bot.cli import explain
from bot.errors import InputError
from bot.model.redaction import MARK
from tests.builders import A_CA
from tests.diagnosis.wrappings import dapr_json, dapr_text

ENDED = "x509: certificate has expired or is not yet valid: current time 2023-06-19T13:19:51Z is after 2023-06-16T12:31:17Z"
UNRENEWED = dapr_json(f'Error renewing identity, trying again in 10 seconds: desc = "{ENDED}"', "dapr.runtime.security")
HERRING = 'error retrieving resource lock dapr-system/operator.dapr.io: Get "https://10.0.0.1:443/x": http2: client connection lost'
HEALTHY = dapr_text("Root and issuer certs found: using credentials from store", "dapr.sentry", "info")
MISSPELT = "Failed to connect with placement service"
COMMAND = (sys.executable, "-m", "bot")


def lines_of(text: str) -> list[dict[str, object]]:
    """What the JSON says of each line."""
    found: list[dict[str, object]] = json.loads(explain.as_json(explain.judge(text)))["lines"]
    return found


def known_of(text: str) -> list[object]:
    return [one["signature"] for one in lines_of(text)]


def told(*lines: str) -> str:
    return click.unstyle(explain.as_text(explain.judge("\n".join(lines))))


def test_the_summary_comes_first_then_each_explanation_once_then_the_guess() -> None:
    shown = told(HERRING, UNRENEWED, "", UNRENEWED, MISSPELT, HEALTHY).splitlines()

    assert shown[:3] == [
        "This is about certificates. A certificate on the path from the other side to a root has ended.",
        "6 lines read: 4 known, 1 unknown.",
        "What they say has expired ended at 2023-06-16 12:31:17 UTC.",
    ]
    assert [line.partition(":")[0] for line in shown if line[:1].isupper()][2:] == [
        "CERTIFICATES",
        "CERTIFICATES",
        "HEALTHY",
        "RED HERRING",
        "UNKNOWN, nearest",
    ]
    assert "  seen     2 lines, the first is 2: Error renewing identity, trying again in 10 seconds: desc = " in "\n".join(shown)
    assert "  explained in docs/signatures.md, row 36 (reason-expired)" in shown
    assert "UNKNOWN, nearest: sidecar-loses-placement" in shown


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        ((UNRENEWED,), 1),
        (("current user UID(0) is root",), 1),
        ((HEALTHY,), 0),
        ((HERRING,), 0),
        (("all is quiet",), 0),
        ((MISSPELT,), 0),
        ((HERRING, UNRENEWED), 1),
        (("x" * 5_000_000,), 3),
        ((UNRENEWED, "x" * 5_000_000), 1),
    ],
    ids=["certificate", "other", "healthy", "red herring", "unknown", "a guess", "both", "not all read", "a problem all the same"],
)
def test_the_exit_code_says_whether_a_problem_is_named(lines: tuple[str, ...], code: int) -> None:
    assert explain.judge("\n".join(lines)).exit_code == code


def test_of_200_000_lines_half_are_left_out_and_that_is_not_nothing_found() -> None:
    result = explain.judge("x\n" * 200_000)

    assert result.exit_code == 3
    assert "100,000 lines read: 0 known, 100,000 unknown; 100,000 lines after them left out (at most 100,000 are read)." in explain.as_text(
        result
    )


def test_that_a_line_was_not_read_to_its_end_is_said() -> None:
    assert "1 line so long that only the beginning was read." in told("x" * 5_000_000)


def test_more_ends_than_a_person_reads_are_counted() -> None:
    ends = [ENDED.replace("2023-06-16", f"2023-06-{day:02}") for day in range(1, 7)]

    assert "2023-06-03 12:31:17 UTC and 3 other instants." in told(*ends)


def test_the_json_has_the_documented_shape() -> None:
    answer = json.loads(explain.as_json(explain.judge(f"{UNRENEWED}\n{HERRING}\n{MISSPELT}\nhello")))
    lines = answer.pop("lines")
    causes, guesses = answer.pop("causes"), answer.pop("guesses")

    assert answer == {
        "exit_code": 1,
        "headline": "This is about certificates. A certificate on the path from the other side to a root has ended.",
        "is_certificate_problem": True,
        "ends_at": ["2023-06-16T12:31:17Z"],
        "lines_read": 4,
        "lines_left_out": 0,
        "lines_cut": 0,
        "lines_unknown": 2,
    }
    assert {tuple(sorted(one)) for one in (*causes, *guesses)} == {
        ("count", "excerpt", "first_line", "is_red_herring", "row", "signature"),
    }
    assert [(one["signature"], one["is_red_herring"]) for one in causes] == [
        ("reason-expired", False),
        ("sidecar-renewal-fails", False),
        ("api-connection-lost", True),
    ]
    assert [list(one) for one in lines] == [
        ["line", "signature", "is_certificate_problem", "meaning", "cause", "remedy", "reasons", "nearest"],
    ] * 4
    assert [(one["line"], one["signature"], one["is_certificate_problem"], one["reasons"], one["nearest"]) for one in lines] == [
        (1, "sidecar-renewal-fails", True, ["reason-expired"], None),
        (2, "api-connection-lost", False, [], None),
        (3, None, None, [], "sidecar-loses-placement"),
        (4, None, None, [], None),
    ]
    assert lines[3]["meaning"] is lines[3]["cause"] is lines[3]["remedy"] is None


def test_hostile_text_moves_no_cursor_and_shows_no_secret() -> None:
    token = "eyJhbGciOiJSUzI1NiJ9.canary-canary.canary"
    key = A_CA.key_pem.decode()
    lines = [f"\x1b[31m{MISSPELT}\x1b[0m \u202etxet <!channel> https://evil.example Bearer {token}\x00", *key.splitlines(), UNRENEWED]

    result = explain.judge("\n".join(lines))
    for shown in (click.unstyle(explain.as_text(result)), explain.as_json(result)):
        assert "canary" not in shown
        assert not [line for line in key.splitlines()[1:-1] if line in shown]
        assert {char for char in shown if not char.isprintable()} <= {"\n"}
        assert MARK in shown


@pytest.mark.parametrize("data", [b"", b" \n\t\r\n"], ids=["nothing", "blanks"])
def test_an_empty_file_is_refused(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "log").write_bytes(data)

    with pytest.raises(InputError, match="is empty"):
        explain.run(tmp_path / "log")


def test_a_binary_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "log").write_bytes(b"\x1f\x8b\x08\x00\x00")

    with pytest.raises(InputError, match="is binary"):
        explain.run(tmp_path / "log")


def test_a_file_that_does_not_exist_or_is_a_folder_is_refused(tmp_path: Path) -> None:
    for path in (tmp_path / "none", tmp_path):
        with pytest.raises(InputError, match="Cannot read"):
            explain.run(path)


def test_a_file_that_is_too_large_is_refused_as_a_whole(tmp_path: Path) -> None:
    with (tmp_path / "log").open("wb") as file:
        file.truncate(explain.MAX_SIZE + 1)

    with pytest.raises(InputError, match="larger than 16 MiB"):
        explain.run(tmp_path / "log")


@pytest.mark.parametrize(
    "data",
    [
        b"\xc3\x28 \xff\n" + UNRENEWED.encode(),
        f"{UNRENEWED}\r\n".encode("utf-16"),
        f"\ufeff{UNRENEWED}".encode(),
        f"{'quiet ' * 2_000}\n\x00\x00\x00\n{UNRENEWED}".encode(),
    ],
    ids=["invalid UTF-8", "UTF-16", "byte order mark", "a hole in the file"],
)
def test_whatever_an_editor_or_a_disk_makes_of_a_log_it_is_read(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "log").write_bytes(data)

    assert explain.run(tmp_path / "log").exit_code == 1


def piped(data: bytes, *words: str) -> tuple[int, str, str]:
    ended = subprocess.run([*COMMAND, "explain", *words], input=data, capture_output=True, check=False)  # noqa: S603 - our own command
    return ended.returncode, ended.stdout.decode(), ended.stderr.decode()


@pytest.mark.parametrize("words", [(), ("-",)], ids=["no file", "a dash"])
def test_what_is_piped_in_is_explained(words: tuple[str, ...]) -> None:
    code, out, err = piped(UNRENEWED.encode(), *words)

    assert (code, err) == (1, "")
    assert out.startswith("This is about certificates.")


def test_nothing_piped_in_is_a_sentence_a_hint_and_3() -> None:
    assert piped(b"") == (
        3,
        "",
        "dapr-warden: Standard input is empty.\n  For example: kubectl logs -n dapr-system deploy/dapr-sentry | dapr-warden explain\n",
    )


def test_whoever_pastes_at_a_terminal_is_told_how_to_end() -> None:
    terminal, end = os.openpty()
    os.write(terminal, f"{ENDED}\n\x04".encode())
    try:
        ended = subprocess.run([*COMMAND, "explain"], stdin=end, capture_output=True, check=False)  # noqa: S603 - our own command
    finally:
        os.close(terminal)
        os.close(end)

    assert (ended.returncode, ended.stderr.decode()) == (1, "Paste the lines, then press Return and Ctrl-D.\n")


def test_no_standard_input_at_all_is_a_sentence_and_3() -> None:
    words = ["/bin/sh", "-c", 'exec "$@" <&-', "sh", *COMMAND, "explain"]
    ended = subprocess.run(words, capture_output=True, check=False)  # noqa: S603 - our own command

    assert ended.returncode == 3
    assert ended.stderr.decode().startswith("dapr-warden: Cannot read standard input: ")


def test_what_only_colours_a_line_or_cannot_be_seen_hides_nothing() -> None:
    line = "issuer key does not match issuer certificate"

    for told in (line.replace("issuer", "\x1b[01;31m\x1b[Kissuer\x1b[m\x1b[K", 1), line.replace("key", "k\u2066ey"), f"\u200b{line}"):
        assert known_of(told) == known_of(line) != [None]


def test_a_block_of_nul_before_a_line_is_what_a_crash_leaves_and_no_binary(tmp_path: Path) -> None:
    file = tmp_path / "node.log"
    file.write_bytes(b"\0" * 64 + b"issuer key does not match issuer certificate\0\n" * 20)

    assert "Unknown" not in explain.as_text(explain.run(file))


def test_a_certificate_from_the_future_may_be_anybodys() -> None:
    instants = "current time 2026-11-20T10:00:00Z is before 2026-11-25T00:00:00Z"
    line = f'myapp: Get "https://registry.example/v2/": x509: certificate has expired or is not yet valid: {instants}'

    assert [one["is_certificate_problem"] for one in lines_of(line)] == [None]
