"""What Slack's message box makes of a typed line."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.page.keyboard import Keyboard
from playground.slack import SlackEmulator
from tests.playground.page.conftest import Browser

OLGA = "U0OLGAOPER"


async def enter(browser: Browser, text: str, status: int = 200, **more: object) -> dict[str, str]:
    said: dict[str, str] = await browser.post("/page/type", status, **{"user": "olga", "channel": "ops", "text": text, **more})
    return said


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("hello", "hello"),
        ("a < b & c > d", "a &lt; b &amp; c &gt; d"),
        ("@oscar look", "<@U0OSCAROPE> look"),
        ("ask @operators in #general", "ask <!subteam^S0OPERATOR> in <#C0GENERAL0|general>"),
        ("@here @nobody", "<!here> @nobody"),
        ("mail me@oscar now", "mail me@oscar now"),
        ("see https://docs.dapr.io/x?a=1&b=2.", "see <https://docs.dapr.io/x?a=1&amp;b=2>."),
        ("<@U0OLGAOPER>", "&lt;@U0OLGAOPER&gt;"),
        ("#nowhere", "#nowhere"),
    ],
)
async def test_a_message_is_kept_as_slack_keeps_it(browser: Browser, slack: SlackEmulator, typed: str, kept: str) -> None:
    await enter(browser, typed)

    assert [message.text for message in slack.messages("ops", by="olga")] == [kept]


@given(st.text(alphabet=st.sampled_from("<>&@#!/| oscarlghe.:_")))
def test_nobody_types_markup_that_they_did_not_mean(text: str) -> None:
    kept = Keyboard(SlackEmulator(), ()).encode(text)
    outside = kept.replace("&lt;", "").replace("&gt;", "").replace("&amp;", "")

    assert "&" not in outside
    assert kept.count("<") == kept.count(">")
    assert all(inner.startswith(("<@U", "<#C", "<#G", "<!", "<http")) for inner in (f"<{part}" for part in kept.split("<")[1:]))


async def test_a_mention_rings_at_the_bot_in_the_thread(browser: Browser, slack: SlackEmulator) -> None:
    parent = slack.say("mia", "ops", "what is it?")

    await enter(browser, "hey @dapr-warden status", thread_ts=parent.ts)

    (envelope,) = slack.envelopes[:1]
    event = envelope.payload["event"]
    assert (event["type"], event["text"], event["thread_ts"]) == ("app_mention", f"hey <@{slack.bot_user}> status", parent.ts)


async def test_a_mention_in_direct_messages_is_only_a_message(browser: Browser, slack: SlackEmulator) -> None:
    channel = slack.workspace.directory.im_with(slack.user("olga"))

    await enter(browser, "@dapr-warden hi", channel=channel.id)

    assert slack.envelopes == ()


async def test_a_bot_that_is_not_there_can_be_invited(browser: Browser, slack: SlackEmulator) -> None:
    said = await enter(browser, "@dapr-warden hi", channel="random")
    invited = await enter(browser, "/invite @dapr-warden", channel="random")

    assert (said["offer"], invited["words"]) == ("invite", "@dapr-warden was added to #random.")
    assert slack.bot_user in slack.channel("random").members


async def test_a_reply_can_also_be_sent_to_the_channel(browser: Browser, slack: SlackEmulator) -> None:
    parent = slack.say("mia", "ops", "head")

    await enter(browser, "quiet", thread_ts=parent.ts)
    await enter(browser, "loud", thread_ts=parent.ts, broadcast=True)
    await enter(browser, "no thread", broadcast=True)

    assert [(m.text, m.is_broadcast) for m in slack.messages("ops", by="olga")] == [("quiet", False), ("loud", True), ("no thread", False)]


@pytest.mark.parametrize(
    ("typed", "more", "words"),
    [
        ("/dapr status", {"thread_ts": "1.1"}, "/dapr is not supported in threads. Sorry!"),
        ("/unknown", {}, "/unknown is not a valid command."),
        ("/dapr status", {}, "/dapr failed with the error “dispatch_failed”"),
        ("   ", {}, ""),
    ],
)
async def test_what_slackbot_says_to_the_person_alone(browser: Browser, typed: str, more: dict[str, Any], words: str) -> None:
    said = (await enter(browser, typed, **more))["words"]

    assert said.startswith(words)
    assert bool(said) is bool(words)


async def test_a_command_arrives_with_its_mentions_escaped(browser: Browser, slack: SlackEmulator) -> None:
    await enter(browser, "/dapr check  @oscar ")

    assert slack.gestures[0].payload["text"] == "check  <@U0OSCAROPE>"


@pytest.mark.parametrize(
    "where", [{"channel": "old-ops"}, {"channel": "ops", "user": "sam"}, {"channel": "nowhere"}, {"user": "dora", "channel": "ops"}]
)
async def test_nobody_writes_where_they_cannot(browser: Browser, slack: SlackEmulator, where: dict[str, Any]) -> None:
    assert (await enter(browser, "hello", status=400, **where))["error"]
    assert list(slack.workspace.messages) == []
