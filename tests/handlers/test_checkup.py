"""The Slack part of the doctor: against the strict emulator, and judged from facts."""

import json
from pathlib import Path
from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import SettingsError, Unreachable
from bot.model.examination import Outcome, Result, examined
from handlers.checkup import EXAMINATIONS, NEEDED, OPTIONAL, CardPath, Checkup, SlackFacts
from handlers.preflight import Identity, Seat
from handlers.transport import SocketCount
from playground.slack import SlackEmulator, faults
from playground.slack.workspace import HISTORY_SCOPES
from tests.certificates import NOW
from tests.handlers.conftest import settings_of

FINE, LEFT, UNKNOWN, WARNING, TROUBLE = Outcome.FINE, Outcome.NOT_LOOKED_AT, Outcome.UNKNOWN, Outcome.WARNING, Outcome.TROUBLE
MANIFEST = json.loads((Path(__file__).parents[2] / "deploy" / "slack-manifest.json").read_text(encoding="utf-8"))
ME = Identity(team_id="T1", enterprise_id="", user_id="U1", bot_id="B1", name="warden", team="Home", scopes=frozenset({*NEEDED, *OPTIONAL}))
AWAY = Unreachable("Slack could not be reached for auth.test.", hint="Check network and proxy.")


async def asked(slack: SlackEmulator, client: AsyncWebClient, **changes: object) -> dict[str, Result]:
    results = await Checkup(settings=settings_of(slack, **changes), client=client).examine()
    return {result.id: result for result in results}


def judged(id_: str, **changes: Any) -> Result:
    facts: dict[str, Any] = {
        "identity": ME,
        "app_token": None,
        "seat": Seat(),
        "operators": 2,
        "is_serving": True,
        "sockets": SocketCount(alive=2, own=2, counted=2),
        "path": CardPath(troubles=(), said_at=NOW),
        **changes,
    }
    return next(result for result in examined(EXAMINATIONS, SlackFacts(**facts)) if result.id == id_)


def test_the_scopes_that_are_needed_are_those_of_the_manifest() -> None:
    assert sorted(NEEDED) == MANIFEST["oauth_config"]["scopes"]["bot"]


async def test_a_good_app_is_in_order_as_far_as_a_terminal_can_see(slack: SlackEmulator, client: AsyncWebClient) -> None:
    found = await asked(slack, client)

    assert {id_: result.outcome for id_, result in found.items()} == {
        "bot-token": FINE,
        "scopes": FINE,
        "app-token": FINE,
        "channel": FINE,
        "sockets": LEFT,
        "alert-path": LEFT,
        "operators": FINE,
    }
    assert found["bot-token"].seen == "It is the bot dapr-warden of the workspace Dapr Home."


async def test_scopes_are_read_from_what_slack_answers(slack: SlackEmulator, client: AsyncWebClient) -> None:
    slack.grant(*HISTORY_SCOPES)
    slack.revoke("users:read")

    scopes = (await asked(slack, client))["scopes"]

    assert scopes.outcome is TROUBLE
    assert scopes.seen == "Missing: users:read (without it nobody can be recognised, so everybody is refused)."


async def test_a_token_that_slack_refuses_leaves_the_rest_unknown_not_fine(slack: SlackEmulator, client: AsyncWebClient) -> None:
    slack.faults.plan("auth.test", faults.error("token_revoked"))

    found = await asked(slack, client)

    assert (found["bot-token"].outcome, found["scopes"].outcome, found["channel"].outcome) == (TROUBLE, UNKNOWN, UNKNOWN)
    assert "install it again" in found["bot-token"].remedy


@pytest.mark.parametrize(
    ("word", "outcome", "seen"),
    [
        ("channel_not_found", TROUBLE, "Slack shows the bot no channel C0OPS00000."),
        ("missing_scope", LEFT, "To look at the channel takes the optional scopes"),
        ("unknown_method", LEFT, "To look at the channel takes the optional scopes"),
        ("fatal_error", UNKNOWN, "cannot be looked at"),
    ],
)
async def test_the_channel_is_looked_at_where_slack_lets_us(
    slack: SlackEmulator, client: AsyncWebClient, word: str, outcome: Outcome, seen: str
) -> None:
    slack.faults.plan("conversations.info", faults.error(word))

    channel = (await asked(slack, client))["channel"]

    assert channel.outcome is outcome
    assert seen in channel.seen


async def test_an_app_token_that_opens_nothing_is_told(slack: SlackEmulator, client: AsyncWebClient) -> None:
    slack.faults.plan("apps.connections.open", faults.error("invalid_auth"))

    assert (await asked(slack, client))["app-token"].outcome is TROUBLE


async def test_without_any_setting_each_is_told_by_its_name(slack: SlackEmulator) -> None:
    missing = SettingsError("SLACK_BOT_TOKEN is not set.", hint="docs/install-slack.md says where.")
    settings = settings_of(slack, slack_bot_token=None, slack_app_token=None, slack_channel="", operators=frozenset())

    found = {result.id: result for result in await Checkup(settings=settings, client=missing).examine()}

    assert [(found[id_].outcome, found[id_].seen) for id_ in ("bot-token", "app-token")] == [
        (TROUBLE, "SLACK_BOT_TOKEN is not set."),
        (TROUBLE, "SLACK_APP_TOKEN is not set."),
    ]
    assert "SLACK_CHANNEL is not set" in found["channel"].seen
    assert (found["scopes"].outcome, found["operators"].outcome) == (UNKNOWN, LEFT)


@pytest.mark.parametrize(
    ("id_", "changes", "outcome", "seen"),
    [
        ("bot-token", {"identity": AWAY}, TROUBLE, "could not be reached"),
        ("scopes", {}, FINE, "All 4 scopes that are needed are granted, and all optional ones."),
        ("sockets", {}, FINE, "2 of 2 connections stand, and Slack counted 2."),
        ("sockets", {"sockets": None}, TROUBLE, "commands do not arrive"),
        ("sockets", {"sockets": SocketCount(alive=0, own=2, counted=2)}, TROUBLE, "commands do not arrive"),
        ("sockets", {"sockets": SocketCount(alive=1, own=2, counted=2)}, WARNING, "1 of 2 connections stand"),
        ("sockets", {"sockets": SocketCount(alive=2, own=2, counted=3)}, TROUBLE, "another process uses the same SLACK_APP_TOKEN"),
        ("alert-path", {}, FINE, "Slack last took a card"),
        ("alert-path", {"path": CardPath(troubles=("not_in_channel.",), said_at=NOW)}, TROUBLE, "not_in_channel"),
        ("alert-path", {"path": CardPath(troubles=(), said_at=None)}, LEFT, "nothing has proved its way"),
    ],
)
def test_what_is_known_of_a_running_bot_is_judged(id_: str, changes: dict[str, Any], outcome: Outcome, seen: str) -> None:
    result = judged(id_, **changes)

    assert result.outcome is outcome
    assert seen in result.seen


def test_a_server_that_tells_no_scopes_leaves_them_unknown() -> None:
    identity = Identity(team_id="T1", enterprise_id="", user_id="U1", bot_id="B1", name="warden")

    assert judged("scopes", identity=identity).outcome is UNKNOWN
