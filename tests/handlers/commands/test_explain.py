import json

import pytest

from bot.model.redaction import MARK
from playground.slack.people import MIA, OLGA
from tests.builders import A_CA
from tests.diagnosis.wrappings import dapr_json
from tests.handlers.conftest import OPS, Talk
from tests.handlers.transcript import of_slack

ENDED = "x509: certificate has expired or is not yet valid: current time 2023-06-19T13:19:51Z is after 2023-06-16T12:31:17Z"
UNRENEWED = dapr_json(f'Error renewing identity, trying again in 10 seconds: desc = "{ENDED}"', "dapr.runtime.security")
HERRING = 'error retrieving resource lock dapr-system/operator.dapr.io: Get "https://10.0.0.1:443/x": http2: client connection lost'
NEAR = "Failed to connect with placement service"
SEVEN = (
    "Dapr root certificate expiration warning: certificate has expired.",
    UNRENEWED,
    "x509: certificate signed by unknown authority",
    "Failed to connect to scheduler host: EOF",
    "Failed to connect to placement service: EOF",
    "current user UID(0) is root",
)


async def told(talk: Talk, *lines: str) -> str:
    gesture = await talk.slash("explain " + "\n".join(lines))
    (message,) = gesture.messages
    assert message.visible_to == MIA.id
    return of_slack(message)


async def test_pasted_lines_are_explained_privately_the_cause_first(talk: Talk) -> None:
    lines = (await told(talk, HERRING, UNRENEWED, UNRENEWED)).splitlines()

    assert lines[:5] == [
        "This is about certificates. A certificate on the path from the other side to a root has ended.",
        "3 lines read: 3 known, 0 unknown.",
        "What they say has expired ended at 16 Jun 2023 12:31.",
        "CERTIFICATES · A certificate on the path from the other side to a root has ended.",
        f'Error renewing identity, trying again in 10 seconds: desc = "{ENDED}"',
    ]
    assert lines[5].startswith("Cause: The instant after “is after” is the end of the one that is meant")
    assert lines[6].startswith("What to do: If it is the root's or the issuer's end: docs/checks.md#already-expired.")
    assert lines[7].strip() == "2 lines, the first is 2 · explained in docs/signatures.md, row 36 (reason-expired)"
    (herring,) = [line for line in lines if line.startswith("RED HERRING")]
    assert herring.endswith("This has nothing to do with Dapr's certificates.")


async def test_the_excerpt_is_preformatted(talk: Talk) -> None:
    gesture = await talk.slash(f"explain {ENDED}")

    (excerpt,) = [
        part for block in gesture.messages[0].blocks for part in block.get("elements", ()) if part["type"] == "rich_text_preformatted"
    ]
    assert excerpt["elements"] == [{"type": "text", "text": ENDED}]


async def test_an_unknown_line_is_unknown_and_its_nearest_a_guess(talk: Talk) -> None:
    shown = await told(talk, NEAR)

    assert shown.startswith("Unknown. No signature knows any of these lines; some look like something that is.")
    assert "UNKNOWN, nearest: `sidecar-loses-placement`. A guess; if it were that: A sidecar cannot reach placement" in shown
    assert "What to do" not in shown


async def test_at_most_five_are_shown_and_the_others_counted(talk: Talk) -> None:
    shown = await told(talk, *SEVEN, NEAR)

    assert shown.count("docs/signatures.md, row") == 5
    assert shown.splitlines()[-1] == "And 3 more. `dapr-warden explain` in a terminal shows all."


@pytest.mark.parametrize("text", ["explain", "Explain  ", "explain ```\n```"])
async def test_nothing_pasted_says_how_to_ask(talk: Talk, text: str) -> None:
    gesture = await talk.slash(text)

    assert of_slack(gesture.messages[0]).startswith("Paste the lines behind it, as they are: `/dapr explain LINES`.")


@pytest.mark.parametrize(
    "text",
    [
        f"explain ```{ENDED}```",
        f"explain\n{ENDED}",
        f"explain `{ENDED}`",
        f"EXPLAIN &gt; {ENDED}",
        "explain " + UNRENEWED.replace('"', "“"),
    ],
    ids=["code block", "line break", "code", "quote", "curly quotes"],
)
async def test_what_slack_makes_of_a_pasted_line_is_undone(talk: Talk, text: str) -> None:
    gesture = await talk.slash(text)

    assert "reason-expired" in of_slack(gesture.messages[0])


async def test_more_than_is_read_is_said(talk: Talk) -> None:
    assert "More was pasted than I read; the rest is left out." in await told(talk, ENDED, *["filler"] * 3_000, "the last line")


async def test_a_mention_is_answered_in_its_thread(talk: Talk) -> None:
    await talk.slack.mention(MIA, OPS, f"explain {ENDED}")
    await talk.slack.wait_for(lambda: talk.slack.messages(OPS))
    await talk.conversation.supervisor.idle()

    shown = [of_slack(message) for message in talk.slack.messages(OPS) if message.is_reply]
    assert len(shown) == 1
    assert shown[0].startswith("This is about certificates.")


async def test_the_menu_of_a_message_explains_it_to_the_one_who_asked(talk: Talk) -> None:
    message = talk.slack.say(OLGA, OPS, f"what is this?\n```{UNRENEWED}```")

    gesture = await talk.slack.shortcut(MIA, "explain", message)
    await talk.conversation.supervisor.idle()

    (answer,) = gesture.messages
    assert gesture.acked
    assert answer.visible_to == MIA.id
    assert "2 lines read: 1 known, 1 unknown." in of_slack(answer)
    assert "row 47 (sidecar-renewal-fails)" in of_slack(answer)


async def test_the_menu_of_a_message_without_words_says_how_to_ask(talk: Talk) -> None:
    gesture = await talk.slack.shortcut(MIA, "explain", talk.slack.say(OLGA, OPS, " "))
    await talk.conversation.supervisor.idle()

    assert of_slack(gesture.messages[0]).startswith("Paste the lines behind it")


async def test_hostile_lines_ping_nobody_link_nowhere_and_show_no_secret(talk: Talk) -> None:
    token = "xoxb-canary-canary-canary"
    shown = await told(
        talk,
        f"{NEAR} <!channel> <@U0OLGAOPER> @everyone <https://evil.example|click> \x1b[31mred\x1b[0m \u202etxet *bold* {token} \x00",
        f"{ENDED} password=canary {A_CA.key_pem.decode()}",
    )

    assert "‹!channel›" in shown  # noqa: RUF001 - the look-alike is the point
    assert "canary" not in shown
    assert not [line for line in A_CA.key_pem.decode().splitlines() if line in shown]
    assert MARK in shown
    assert not [char for char in shown if not char.isprintable() and char != "\n"]
    assert not [sign for sign in ("://", "<", "@everyone") if sign in shown]


async def test_a_key_on_lines_of_its_own_is_shown_by_none(talk: Talk) -> None:
    key = A_CA.key_pem.decode().splitlines()
    shown = await told(talk, *key, ENDED)

    assert not [line for line in key if line in shown]


async def test_a_failure_does_not_repeat_what_was_pasted(talk: Talk) -> None:
    talk.store.trouble = ValueError("unforeseen")

    gesture = await talk.slash("explain password=canary eyJhbGciOiJSUzI1NiJ9.canary")

    shown = json.dumps([of_slack(message) for message in gesture.messages])
    assert "That did not work" in shown
    assert "canary" not in shown
