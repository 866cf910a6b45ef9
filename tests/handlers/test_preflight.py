import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.config import Settings
from bot.errors import SettingsError, Transient
from handlers import preflight, transport
from playground.slack import SlackEmulator, faults
from playground.slack.people import BOT_USER, HOME_TEAM
from tests.handlers.conftest import OPS, settings_of


async def test_all_is_well(slack: SlackEmulator, client: AsyncWebClient) -> None:
    identity = await preflight.check(settings_of(slack), client)

    assert (identity.team_id, identity.user_id, identity.name) == (HOME_TEAM, BOT_USER, "dapr-warden")
    assert identity.notes == ()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"slack_bot_token": None}, "SLACK_BOT_TOKEN is not set."),
        ({"slack_app_token": None}, "SLACK_APP_TOKEN is not set."),
        ({"slack_bot_token": "xoxp-1"}, "SLACK_BOT_TOKEN must start with xoxb-, but it is a user token."),
        (
            {"slack_bot_token": "xapp-1"},
            "it is an app-level token. The two tokens seem to be swapped.",
        ),
        ({"slack_app_token": "xoxb-1"}, "it is a bot token. The two tokens seem to be swapped."),
        ({"slack_bot_token": "xoxe.xoxb-1"}, "but it is a rotating token (switch token rotation off)."),
        ({"slack_bot_token": "hunter2"}, "but it is not a Slack token."),
        ({"slack_channel": ""}, "SLACK_CHANNEL is not set"),
        ({"slack_channel": "#ops"}, "SLACK_CHANNEL is '#ops', which is no channel id."),
        ({"slack_channel": "dapr-ops"}, "SLACK_CHANNEL is 'dapr-ops', which is no channel id."),
        ({"slack_channel": "U0MIAMEMBE"}, "SLACK_CHANNEL is 'U0MIAMEMBE', which is no channel id."),
    ],
)
async def test_a_setting_that_cannot_work_is_named(
    slack: SlackEmulator, client: AsyncWebClient, changes: dict[str, object], said: str
) -> None:
    with pytest.raises(SettingsError) as caught:
        await preflight.check(settings_of(slack, **changes), client)

    assert said in str(caught.value)
    assert caught.value.hint
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(
    ("method", "word", "said", "todo"),
    [
        ("auth.test", "invalid_auth", "SLACK_BOT_TOKEN does not work.", "Slack does not know this token"),
        ("auth.test", "account_inactive", "SLACK_BOT_TOKEN does not work.", "install the app again"),
        ("apps.connections.open", "invalid_auth", "SLACK_APP_TOKEN does not open Socket Mode.", "Slack does not know this token"),
        ("apps.connections.open", "missing_scope", "SLACK_APP_TOKEN does not open Socket Mode.", "manifest"),
        ("apps.connections.open", "socket_mode_disabled", "SLACK_APP_TOKEN does not open Socket Mode.", "Switch Socket Mode on"),
    ],
)
async def test_a_token_that_slack_refuses_ends_the_start_with_what_to_do(
    slack: SlackEmulator, client: AsyncWebClient, method: str, word: str, said: str, todo: str
) -> None:
    slack.faults.plan(method, faults.error(word))

    with pytest.raises(SettingsError) as caught:
        await preflight.check(settings_of(slack), client)

    assert said in str(caught.value)
    assert todo in caught.value.hint
    assert slack.bot_token not in str(caught.value) + caught.value.hint


@pytest.mark.parametrize("method", ["auth.test", "apps.connections.open"])
async def test_while_slack_is_away_no_setting_is_blamed(slack: SlackEmulator, client: AsyncWebClient, method: str) -> None:
    slack.faults.plan(method, faults.server_error(503))

    with pytest.raises(Transient):
        await preflight.check(settings_of(slack), client)


async def note_on(slack: SlackEmulator, client: AsyncWebClient, channel: str) -> str:
    identity = await preflight.check(settings_of(slack, slack_channel=channel), client)
    return " ".join(identity.notes)


async def test_a_bot_that_is_not_in_the_channel_asks_to_be_invited(slack: SlackEmulator, client: AsyncWebClient) -> None:
    note = await note_on(slack, client, slack.channels["random"].id)

    assert "The bot is not in the channel C0RANDOM00" in note
    assert "Type /invite @dapr-warden in the channel." in note


async def test_a_channel_that_the_bot_cannot_see_may_be_private_or_wrong(slack: SlackEmulator, client: AsyncWebClient) -> None:
    note = await note_on(slack, client, "G0SECRET00")

    assert "If it is private: Type /invite @dapr-warden" in note
    assert "Else SLACK_CHANNEL is wrong." in note


async def test_an_archived_channel_is_named(slack: SlackEmulator, client: AsyncWebClient) -> None:
    assert "is archived" in await note_on(slack, client, "C0ARCHIVED")


async def test_without_the_optional_scope_the_channel_is_not_looked_at(slack: SlackEmulator, client: AsyncWebClient) -> None:
    slack.workspace.scopes -= {"channels:read", "groups:read"}

    assert await note_on(slack, client, OPS) == ""


async def test_the_client_goes_where_slack_api_url_points(slack: SlackEmulator) -> None:
    settings: Settings = settings_of(slack)
    async with transport.session() as session:
        client = transport.web_client(settings, session, retries=True)

    assert client.base_url == slack.api_url


@pytest.mark.parametrize(
    ("fault", "note"),
    [
        (faults.error("unknown_method"), ""),
        (faults.error("not_allowed"), "The channel C0OPS00000 cannot be looked at."),
        (faults.server_error(503), "The channel C0OPS00000 cannot be looked at."),
    ],
)
async def test_a_channel_that_cannot_be_looked_at_stops_nothing(
    slack: SlackEmulator, client: AsyncWebClient, fault: faults.Fault, note: str
) -> None:
    slack.faults.plan("conversations.info", fault)

    assert (await note_on(slack, client, OPS)).startswith(note)
