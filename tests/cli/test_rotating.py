"""`rotation` and `renew --approve`: what is sent, who is said to ask, and what people read of the answer."""

import json
from datetime import timedelta
from pathlib import Path

import pytest

from bot.model.approval import State
from bot.model.rotation import Kind
from bot.model.run import Stand, Way
from bot.model.terminal import Ask, Refusal, Standing, Under, Waiting
from tests.certificates import NOW
from tests.cli.test_commands import Terminal

TOKEN = "header.canary.signature"


@pytest.fixture
def terminal(capsys: pytest.CaptureFixture[str]) -> Terminal:
    return Terminal(capsys)


@pytest.fixture
def token(tmp_path: Path) -> str:
    path = tmp_path / "token"
    path.write_text(f"{TOKEN}\n")
    return str(path)


def a_request(**deviations: object) -> Waiting:
    fields: dict[str, object] = {
        "digest": "0123456789abcdef" * 4,
        "kind": Kind.CROSS_SIGNED,
        "state": State.PENDING,
        "requester": "U0OLGA",
        "approved_by": (),
        "quorum": 2,
        "expires_at": NOW + timedelta(minutes=30),
        "apps": 2,
        "pods": 20,
        "namespaces": ("shop",),
        "takes": timedelta(hours=26),
        "hazards": ("orders has a single pod.",),
    }
    return Waiting(**fields | deviations)  # type: ignore[arg-type]


def a_run(**deviations: object) -> Under:
    fields: dict[str, object] = {
        "id": "r1",
        "digest": "fedcba9876543210" * 4,
        "kind": Kind.CROSS_SIGNED,
        "stand": Stand.RUNNING,
        "back": False,
        "started_at": NOW,
        "step": "Wave 1",
        "number": 5,
        "of": 12,
        "ways": (Way.PAUSE, Way.REVERT, Way.ABORT),
    }
    return Under(**fields | deviations)  # type: ignore[arg-type]


def a_standing(**parts: object) -> Standing:
    return Standing(cluster="prod-eu", taken_at=NOW, **parts)  # type: ignore[arg-type]


def test_status_asks_the_running_bot_with_the_token_of_the_file(terminal: Terminal, token: str) -> None:
    code, out, _ = terminal.run("rotation", "status", "--token-file", token)

    assert terminal.sent == [("http://127.0.0.1:8081", TOKEN.encode(), Ask(path="/rotation"))]
    assert (code, "none is under way" in out) == (0, True)


@pytest.mark.parametrize("way", ["pause", "resume", "retry", "revert", "abort"])
def test_each_decision_is_sent_with_its_reason(terminal: Terminal, token: str, way: str) -> None:
    terminal.run("rotation", way, "--reason", "lunch", "--token-file", token, "--url", "http://localhost:9")

    assert terminal.sent == [("http://localhost:9", TOKEN.encode(), Ask(path=f"/rotation/{way}", body={"reason": "lunch"}))]


def test_the_port_of_the_settings_is_the_one_that_is_asked(terminal: Terminal, token: str) -> None:
    terminal.environ = {"DAPR_WARDEN_TERMINAL_PORT": "9999"}

    terminal.run("rotation", "status", "--token-file", token)

    assert terminal.sent[0][0] == "http://127.0.0.1:9999"


def test_approve_sends_the_digest_as_it_stands_on_the_card(terminal: Terminal, token: str) -> None:
    terminal.answered = a_standing(said="approved: 01234567, 1 of 1.")

    code, out, _ = terminal.run("renew", "--approve", " 01234567AB ", "--token-file", token)

    assert terminal.sent[0][2] == Ask(path="/approve", body={"digest": "01234567ab"})
    assert (code, out.splitlines()[0]) == (0, "✓ approved: 01234567, 1 of 1.")


@pytest.mark.parametrize("words", [("renew",), ("renew", "--plan", "--approve", "01234567")])
def test_renew_wants_to_know_what_to_do(terminal: Terminal, words: tuple[str, ...]) -> None:
    code, _, err = terminal.run(*words)

    assert (code, "--plan and --approve" in err) == (3, True)


def test_a_token_may_come_from_a_command(terminal: Terminal) -> None:
    terminal.run("rotation", "status", "--token-command", f"printf %s\\\\n '{TOKEN}'")

    assert terminal.sent[0][1] == TOKEN.encode()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ((), "give one of --token-file and --token-command"),
        (("--token-command", "false"), "--token-command: false failed with exit code 1"),
        (("--token-command", "no-such-program-anywhere"), "Cannot run no-such-program-anywhere: No such file"),
        (("--token-command", "'"), "a quotation is not closed"),
        (("--token-command", "true"), "holds no token"),
        (("--token-command", "echo two words"), "holds no token"),
        (("--token-command", "yes"), "prints more than 16384 bytes"),
        (("--token-file", "/nowhere"), "Cannot read /nowhere"),
    ],
)
def test_without_a_token_nothing_is_sent_and_the_way_to_one_is_told(terminal: Terminal, options: tuple[str, ...], said: str) -> None:
    code, out, err = terminal.run("rotation", "abort", *options)

    assert (code, out, terminal.sent) == (3, "", [])
    assert said in err


@pytest.mark.parametrize("error", ["unauthenticated", "forbidden", "conflict", "throttled", "whatever"])
def test_a_refusal_ends_with_3_and_its_words_and_nothing_that_a_terminal_obeys(terminal: Terminal, token: str, error: str) -> None:
    terminal.answered = Refusal(error=error, reason="No.\x1b[2J", hint="Ask.")

    code, out, err = terminal.run("rotation", "pause", "--token-file", token)

    assert (code, out) == (3, "")
    assert "No." in err
    assert "Ask." in err
    assert "\x1b[2J" not in err


@pytest.mark.parametrize(
    ("standing", "code"),
    [
        (a_standing(), 0),
        (a_standing(request=a_request()), 1),
        (a_standing(request=a_request(state=State.DENIED, reason="Not now.")), 0),
        (a_standing(run=a_run()), 0),
        (a_standing(run=a_run(stand=Stand.PAUSED)), 1),
        (a_standing(run=a_run(stand=Stand.HELD)), 2),
        (a_standing(run=a_run(stand=Stand.DONE)), 0),
        (a_standing(run=a_run(stand=Stand.REVERTED)), 0),
    ],
)
def test_the_exit_code_says_whether_somebody_has_to_look(terminal: Terminal, token: str, standing: Standing, code: int) -> None:
    terminal.answered = standing

    assert terminal.run("rotation", "status", "--token-file", token)[0] == code
    coded, out, _ = terminal.run("rotation", "status", "--token-file", token, "-o", "json")
    assert (coded, json.loads(out)["exit_code"]) == (code, code)


def test_a_request_reads_as_what_it_would_touch_and_how_to_approve_it(terminal: Terminal, token: str) -> None:
    terminal.answered = a_standing(request=a_request(approved_by=("U0ANN",)))

    out = terminal.run("rotation", "status", "--token-file", token)[1]

    assert out.splitlines()[1:] == [
        "? request 01234567: pending, 1 of 2 approvals",
        "  cross-signed: the old issuer vouches for the new root, so that nobody loses anybody",
        "  digest       " + "0123456789abcdef" * 4,
        "  asked by     U0OLGA",
        "  approved by  U0ANN",
        "  touches      2 apps, 20 pods (shop)",
        "  takes        about 26 hours",
        "  know         orders has a single pod.",
        "  until        2026-11-23 12:30 UTC; to approve it: dapr-warden renew --approve 01234567",
    ]


def test_a_run_that_holds_reads_as_why_and_what_to_do(terminal: Terminal, token: str) -> None:
    held = a_run(stand=Stand.HELD, reason="orders did not come back.", advice="Look at it.", affected=("shop/orders",), ways=(Way.RETRY,))
    terminal.answered = a_standing(run=held)

    out = terminal.run("rotation", "status", "--token-file", token)[1]

    assert out.splitlines()[1:] == [
        "✗ held: 5 of 12 steps are done",
        "  cross-signed: the old issuer vouches for the new root, so that nobody loses anybody",
        "  digest       fedcba98, begun 2026-11-23 12:00 UTC",
        "  at           Wave 1",
        "  why          orders did not come back.",
        "  do           Look at it.",
        "  affects      shop/orders",
        "  you can      retry",
    ]


def test_a_run_that_waits_says_for_what_and_until_when(terminal: Terminal, token: str) -> None:
    terminal.answered = a_standing(run=a_run(told="3 old certificates", until=NOW + timedelta(hours=4), back=True))

    out = terminal.run("rotation", "status", "--token-file", token)[1]

    assert "▶ running, on its way back: 5 of 12 steps are done" in out
    assert "  waits        3 old certificates, until 2026-11-23 16:00 UTC" in out
    assert "  you can      pause, revert or abort" in out
