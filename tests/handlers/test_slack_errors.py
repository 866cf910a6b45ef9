from datetime import timedelta

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError, SlackRequestError
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import Forbidden, Malformed, Missing, Permanent, Throttled, TimedOut, Transient, Unable, Unauthenticated, Unreachable
from handlers import slack_errors, web_api
from playground.slack import SlackEmulator, faults
from tests.handlers.conftest import OPS


def a_refusal(response: object) -> SlackApiError:
    return SlackApiError("odd", response)  # type: ignore[no-untyped-call]  # slack_sdk's


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("invalid_auth", Unauthenticated),
        ("missing_scope", Forbidden),
        ("not_in_channel", Forbidden),
        ("channel_not_found", Missing),
        ("is_archived", Forbidden),
        ("is_inactive", Forbidden),
        ("internal_error", Transient),
        ("fatal_error", Transient),
        ("something_new", Permanent),
    ],
)
async def test_each_word_of_slack_becomes_a_kind_of_error(
    client: AsyncWebClient, slack: SlackEmulator, word: str, kind: type[Unable]
) -> None:
    slack.faults.plan("chat.postMessage", faults.error(word))

    with pytest.raises(kind) as caught:
        await web_api.write(client, "chat.postMessage", {"channel": OPS, "text": "x"})

    assert str(caught.value) == f"Slack refused chat.postMessage: {word}."
    assert slack.bot_token not in str(caught.value)


async def test_a_missing_scope_is_named(client: AsyncWebClient, slack: SlackEmulator) -> None:
    slack.workspace.scopes -= {"users:read"}

    with pytest.raises(Forbidden, match=r"missing_scope \(needs users:read\)"):
        await web_api.read(client, "users.info", {"user": "U0MIAMEMBE"})


async def test_a_rate_limit_says_how_long(client: AsyncWebClient, slack: SlackEmulator) -> None:
    slack.faults.plan("chat.postMessage", faults.rate_limit(12))

    with pytest.raises(Throttled) as caught:
        await web_api.write(client, "chat.postMessage", {"channel": OPS, "text": "x"})

    assert caught.value.retry_after == timedelta(seconds=12)


async def test_a_page_of_html_instead_of_an_answer_is_worth_another_try(client: AsyncWebClient, slack: SlackEmulator) -> None:
    slack.faults.plan("chat.postMessage", faults.server_error(502))

    with pytest.raises(Transient):
        await web_api.write(client, "chat.postMessage", {"channel": OPS, "text": "x"})


async def test_no_answer_in_time_is_a_timeout(client: AsyncWebClient, slack: SlackEmulator) -> None:
    slack.faults.plan("users.info", faults.slow(0.3))

    with pytest.raises(TimedOut):
        await web_api.read(client, "users.info", {"user": "U0MIAMEMBE"}, patience_seconds=0.05)


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (aiohttp.ClientConnectionError(), Unreachable),
        (ConnectionResetError(), Unreachable),
        (TimeoutError(), TimedOut),
        (SlackRequestError("odd"), Malformed),
        (ValueError("odd"), Malformed),
        (a_refusal({"ok": False, "error": "is_archived"}), Forbidden),
        (a_refusal("no mapping"), Permanent),
    ],
)
def test_whatever_the_client_raises_becomes_one_of_ours(error: Exception, kind: type[Unable]) -> None:
    assert isinstance(slack_errors.translated(error, "chat.postMessage"), kind)


@pytest.mark.parametrize(("status", "kind"), [(429, Throttled), (503, Transient), (404, Permanent)])
def test_a_response_url_that_refuses_is_one_of_ours_too(status: int, kind: type[Unable]) -> None:
    assert isinstance(slack_errors.from_status(status, "used_url", "response_url"), kind)


def test_slacks_own_word_is_kept_for_whoever_needs_it() -> None:
    assert slack_errors.word_of(a_refusal({"error": "message_not_found"})) == "message_not_found"
    assert slack_errors.word_of(ValueError()) == ""
