"""Menus, pickers and boxes of every kind, in messages and views, over both transports."""

from typing import Any

import pytest
from slack_bolt.async_app import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from playground.slack import ImpossibleError, Message, SlackEmulator
from playground.slack.widgets import Pressed
from tests.playground.slack.conftest import Serve, bolt_app
from tests.playground.slack.menu_samples import IMPOSSIBLE, ONE, PICKS, TWO, option
from tests.playground.slack.samples import FILLED, MODAL, OPS, plain


async def posted(slack: SlackEmulator, client: AsyncWebClient, *elements: dict[str, Any]) -> Message:
    blocks = [{"type": "actions", "block_id": f"b{n}", "elements": [element]} for n, element in enumerate(elements)]
    await client.chat_postMessage(channel=OPS, text="pick", blocks=blocks)
    return slack.messages("ops")[-1]


async def on_any(ack: AsyncAck) -> None:
    await ack()


@pytest.mark.parametrize("kind", PICKS)
async def test_what_is_picked_is_told_and_kept(slack: SlackEmulator, client: AsyncWebClient, serve: Serve, kind: str) -> None:
    own, wanted, told = PICKS[kind]
    app = bolt_app(slack)
    app.action("pick")(on_any)
    message = await posted(slack, client, {"type": kind, "action_id": "pick", **own}, {"type": "users_select", "action_id": "who"})

    async with serve(slack, app):
        gesture = await slack.click("olga", message, "pick", option=wanted)

    (action,) = gesture.payload["actions"]
    assert gesture.acked
    assert {key: action[key] for key in told} == told
    assert (action["type"], action["block_id"], "action_ts" in action) == (kind, "b0", True)
    assert gesture.payload["state"]["values"] == {
        "b0": {"pick": {"type": kind, **told}},
        "b1": {"who": {"type": "users_select", "selected_user": None}},
    }
    assert slack.violations == ()


@pytest.mark.parametrize("name", IMPOSSIBLE)
async def test_what_nobody_can_pick_is_not_sent(slack: SlackEmulator, client: AsyncWebClient, name: str) -> None:
    element, wanted, why = IMPOSSIBLE[name]
    message = await posted(slack, client, {"action_id": "pick", **element})

    with pytest.raises(ImpossibleError, match=why):
        await slack.click("olga", message, "pick", option=wanted)

    assert slack.envelopes == ()


async def test_what_stands_there_from_the_beginning_is_part_of_the_state(slack: SlackEmulator, client: AsyncWebClient) -> None:
    begun = {"type": "static_select", "action_id": "pick", "options": [ONE, TWO], "initial_option": TWO}
    boxes = {"type": "checkboxes", "action_id": "box", "options": [ONE, TWO]}
    message = await posted(slack, client, begun, boxes)

    gesture = await slack.click("olga", message, "box", option=["one"])

    assert gesture.payload["state"]["values"]["b0"]["pick"]["selected_option"] == TWO


async def test_everybody_has_picks_of_their_own(slack: SlackEmulator, client: AsyncWebClient) -> None:
    boxes = {"type": "checkboxes", "action_id": "box", "options": [ONE, TWO]}
    message = await posted(slack, client, boxes, {"type": "button", "action_id": "go", "text": plain("Go")})

    await slack.click("olga", message, "box", option=["one"])
    olga = await slack.click("olga", message, "go")
    oscar = await slack.click("oscar", message, "go")
    emptied = await slack.click("olga", message, "box", option=[])

    picked = [g.payload["state"]["values"]["b0"]["box"]["selected_options"] for g in (olga, oscar, emptied)]
    assert picked == [[ONE], [], []]


@pytest.mark.parametrize("kind", ["external_select", "multi_external_select"])
@pytest.mark.parametrize("form", ["options", "option_groups"])
async def test_an_external_menu_asks_the_app(slack: SlackEmulator, client: AsyncWebClient, serve: Serve, kind: str, form: str) -> None:
    app, asked = bolt_app(slack), list[str]()
    offer: dict[str, Any] = {form: [ONE, TWO] if form == "options" else [{"label": plain("All"), "options": [ONE, TWO]}]}

    async def on_options(ack: AsyncAck, payload: dict[str, Any]) -> None:
        asked.append(payload["value"])
        await ack(**offer)

    app.options("pick")(on_options)
    app.action("pick")(on_any)
    message = await posted(slack, client, {"type": kind, "action_id": "pick"})
    async with serve(slack, app):
        offered = await slack.suggest("olga", message, "pick", "root")
        gesture = await slack.click("olga", message, "pick", option="two" if kind == "external_select" else ["two"])

    assert asked == ["root"]
    assert offered.options == (ONE, TWO)
    assert (offered.trigger_id, offered.response_url, offered.payload["container"]["channel_id"]) == ("", "", OPS)
    assert TWO in (gesture.payload["actions"][0].get("selected_option"), *gesture.payload["actions"][0].get("selected_options", []))
    assert slack.violations == ()


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ({"options": [option("one"), option("one")]}, "duplicate"),
        ({"options": [{"text": plain("x" * 76), "value": "x"}]}, "too_long"),
        ({"options": [option(str(n)) for n in range(101)]}, "too_many"),
        ({"option_groups": []}, "too_few"),
    ],
)
async def test_suggestions_that_slack_would_not_show_are_noted(
    slack: SlackEmulator, client: AsyncWebClient, serve: Serve, answer: dict[str, Any], code: str
) -> None:
    app = bolt_app(slack)

    async def on_options(ack: AsyncAck) -> None:
        await ack(**answer)

    app.options("pick")(on_options)
    message = await posted(slack, client, {"type": "external_select", "action_id": "pick", "min_query_length": 0})
    async with serve(slack, app):
        gesture = await slack.suggest("olga", message, "pick", "")

    assert (gesture.options, gesture.error) == ((), "no_results")
    assert [v.code for v in slack.violations] == [code]


async def test_only_external_menus_ask_and_only_from_so_many_characters_on(slack: SlackEmulator, client: AsyncWebClient) -> None:
    message = await posted(slack, client, {"type": "external_select", "action_id": "pick"}, {"type": "users_select", "action_id": "who"})

    with pytest.raises(ImpossibleError, match="from 3 characters on"):
        await slack.suggest("olga", message, "pick", "ab")
    with pytest.raises(ImpossibleError, match="asks nobody"):
        await slack.suggest("olga", message, "who", "abc")


async def test_shortcuts_of_the_workspace_and_of_a_message(slack: SlackEmulator, client: AsyncWebClient, serve: Serve) -> None:
    app, opened = bolt_app(slack), list[str]()

    async def on_shortcut(ack: AsyncAck, shortcut: dict[str, Any], client: AsyncWebClient) -> None:
        await ack()
        opened.append(shortcut["type"])
        await client.views_open(trigger_id=shortcut["trigger_id"], view=MODAL)

    app.shortcut("look")(on_shortcut)
    said = slack.say("mia", "ops", "what is this?")
    async with serve(slack, app):
        everywhere = await slack.shortcut("olga", "look")
        here = await slack.shortcut("oscar", "look", said)
        await slack.wait_for(lambda: len(slack.workspace.views.stacks) == 2)

    assert opened == ["shortcut", "message_action"]
    assert ("channel" in everywhere.payload, everywhere.response_url) == (False, "")
    assert (here.payload["message"]["text"], here.payload["channel"]["id"], bool(here.response_url)) == ("what is this?", OPS, True)


async def test_shortcuts_are_for_people_and_for_messages_they_share(slack: SlackEmulator, client: AsyncWebClient) -> None:
    await client.chat_postEphemeral(channel=OPS, user=slack.user("olga").id, text="only you")
    (private,) = slack.ephemerals("ops", "olga")

    for user in ("dora", "deployer"):
        with pytest.raises(ImpossibleError):
            await slack.shortcut(user, "look")
    with pytest.raises(ImpossibleError, match="no shortcuts"):
        await slack.shortcut("olga", "look", private)


async def test_elements_of_views_are_pressed_and_their_state_is_submitted(
    slack: SlackEmulator, client: AsyncWebClient, serve: Serve
) -> None:
    app = bolt_app(slack)
    app.action("where")(on_any)
    app.view("why")(on_any)
    app.shortcut("look")(on_any)
    field = {"type": "conversations_select", "action_id": "where", "response_url_enabled": True}
    view = MODAL | {"blocks": [*MODAL["blocks"], {"type": "input", "block_id": "place", "label": plain("Where"), "element": field}]}
    async with serve(slack, app):
        trigger = (await slack.shortcut("olga", "look")).trigger_id
        view_id = (await client.views_open(trigger_id=trigger, view=view))["view"]["id"]
        silent = await slack.press("olga", view_id, Pressed(action_id="where", option="ops"))
        submitted = await slack.submit("olga", view_id, FILLED)

    assert silent.envelope is None
    assert submitted.payload["view"]["state"]["values"]["place"]["where"]["selected_conversation"] == OPS
    (url,) = submitted.payload["response_urls"]
    assert (url["channel_id"], url["action_id"], url["block_id"]) == (OPS, "where", "place")


async def test_a_button_of_the_home_tab_is_pressed_and_the_tab_redrawn(slack: SlackEmulator, client: AsyncWebClient, serve: Serve) -> None:
    app = bolt_app(slack)
    button = {"type": "actions", "block_id": "b", "elements": [{"type": "button", "text": plain("Look"), "action_id": "look"}]}
    home = {"type": "home", "blocks": [button]}

    async def on_look(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        await ack()
        await client.views_update(view_id=body["view"]["id"], view=home | {"blocks": [{"type": "divider", "block_id": "d"}]})

    app.action("look")(on_look)
    view_id = (await client.views_publish(user_id=slack.user("olga").id, view=home))["view"]["id"]
    async with serve(slack, app):
        gesture = await slack.press("olga", view_id, Pressed(action_id="look"))
        await slack.wait_for(lambda: slack.workspace.views.homes[slack.user("olga").id].version == 2)
        again = await slack.open_home("olga")

    assert gesture.payload["container"] == {"type": "view", "view_id": view_id}
    assert ("message" in gesture.payload, gesture.response_url, gesture.payload["view"]["type"]) == (False, "", "home")
    assert again.payload["event"]["view"]["id"] == view_id
    with pytest.raises(ImpossibleError, match="has no view"):
        await slack.press("oscar", view_id, Pressed(action_id="look"))


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ({}, "'Why' must be filled in"),
        ({"reason": {"text": {"type": "plain_text_input", "value": ""}}}, "'Why' must be filled in"),
        (FILLED | {"moon": {"text": {}}}, "no field"),
        ({"reason": {"typo": {"value": "x"}}}, "no field"),
        (["reason"], "block_id -> action_id -> state"),
        ({"reason": "because"}, "block_id -> action_id -> state"),
        ({"reason": {"text": "because"}}, "block_id -> action_id -> state"),
    ],
)
async def test_no_client_submits_a_form_like_this(slack: SlackEmulator, client: AsyncWebClient, values: dict[str, Any], why: str) -> None:
    trigger = (await slack.shortcut("olga", "look")).trigger_id
    view_id = (await client.views_open(trigger_id=trigger, view=MODAL))["view"]["id"]

    with pytest.raises(ImpossibleError, match=why):
        await slack.submit("olga", view_id, values)


async def test_closing_everything_tells_of_each_view_that_asked(slack: SlackEmulator, client: AsyncWebClient, serve: Serve) -> None:
    app, closed = bolt_app(slack), list[tuple[str, bool]]()

    async def on_close(ack: AsyncAck, body: dict[str, Any]) -> None:
        await ack()
        closed.append((body["view"]["id"], body["is_cleared"]))

    app.shortcut("look")(on_any)
    app.view_closed("why")(on_close)
    async with serve(slack, app):
        triggers = [(await slack.shortcut("olga", "look")).trigger_id for _ in range(2)]
        bottom = (await client.views_open(trigger_id=triggers[0], view=MODAL))["view"]["id"]
        top = (await client.views_push(trigger_id=triggers[1], view=MODAL))["view"]["id"]
        with pytest.raises(ImpossibleError, match="lies over"):
            await slack.submit("olga", bottom, FILLED)
        await slack.close_view("olga", top, everything=True)

    assert closed == [(top, True), (bottom, True)]
    assert slack.workspace.views.stacks[slack.user("olga").id] == []


@pytest.mark.parametrize(
    ("own", "typed", "why"),
    [
        ({"type": "plain_text_input", "max_length": 3}, "four", "between 0 and 3 characters"),
        ({"type": "email_text_input"}, "nobody", "no e-mail"),
        ({"type": "url_text_input"}, "ftp://x", "no URL"),
        ({"type": "number_input", "is_decimal_allowed": False}, "1.5", "no number"),
        ({"type": "number_input", "is_decimal_allowed": True, "max_value": "2"}, "2.5", "not between"),
        ({"type": "plain_text_input", "max_length": 5}, "four", ""),
        ({"type": "email_text_input"}, "a@b", ""),
        ({"type": "url_text_input"}, "https://x", ""),
        ({"type": "number_input", "is_decimal_allowed": True, "max_value": "2"}, "1.5", ""),
    ],
)
async def test_a_field_that_wants_to_hear_of_typing_hears_of_what_can_be_typed(
    slack: SlackEmulator, client: AsyncWebClient, own: dict[str, Any], typed: str, why: str
) -> None:
    field = {"type": "input", "block_id": "f", "label": plain("F"), "dispatch_action": True, "element": {"action_id": "f", **own}}
    trigger = (await slack.shortcut("olga", "look")).trigger_id
    view_id = (await client.views_open(trigger_id=trigger, view=MODAL | {"blocks": [field]}))["view"]["id"]

    if why:
        with pytest.raises(ImpossibleError, match=why):
            await slack.press("olga", view_id, Pressed(action_id="f", option=typed))
        return
    gesture = await slack.press("olga", view_id, Pressed(action_id="f", option=typed))
    assert gesture.payload["view"]["state"]["values"] == {"f": {"f": {"type": own["type"], "value": typed}}}


async def test_feedback_carries_what_was_thought_of_it(slack: SlackEmulator, client: AsyncWebClient) -> None:
    buttons = {
        "type": "feedback_buttons",
        "action_id": "f",
        "positive_button": {"text": plain("Good"), "value": "up"},
        "negative_button": {"text": plain("Bad"), "value": "down"},
    }
    await client.chat_postMessage(channel=OPS, text="x", blocks=[{"type": "context_actions", "elements": [buttons]}])
    message = slack.messages("ops")[-1]

    gesture = await slack.click("olga", message, "f", option="down")

    assert gesture.payload["actions"][0]["value"] == "down"
    with pytest.raises(ImpossibleError, match="one of the two"):
        await slack.click("olga", message, "f", option="sideways")
