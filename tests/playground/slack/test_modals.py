from datetime import timedelta
from typing import Any

import pytest
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from playground.slack import ImpossibleError, ManualClock, SlackEmulator
from playground.slack.errors import SlackError
from playground.slack.widgets import Pressed
from tests.playground.slack.conftest import Serve, bolt_app
from tests.playground.slack.samples import BUTTONS, FILLED, MODAL, plain


async def test_a_trigger_opens_one_modal_within_three_seconds(
    slack: SlackEmulator, clock: ManualClock, client: AsyncWebClient, app: AsyncApp
) -> None:
    first, second = [await slack.slash("olga", "ops", "/dapr") for _ in range(2)]
    codes = []

    view = await client.views_open(trigger_id=first.trigger_id, view=MODAL)
    clock.advance(timedelta(seconds=4))
    for trigger in (first.trigger_id, second.trigger_id, "made.up"):
        with pytest.raises(SlackApiError) as refusal:
            await client.views_open(trigger_id=trigger, view=MODAL)
        codes.append(refusal.value.response["error"])

    assert view["view"]["callback_id"] == "why"
    assert codes == ["exchanged_trigger_id", "expired_trigger_id", "invalid_trigger_id"]


async def test_a_modal_is_submitted_refused_updated_and_closed(slack: SlackEmulator, client: AsyncWebClient, app: AsyncApp) -> None:
    answers: list[dict[str, Any]] = [
        {"response_action": "errors", "errors": {"reason": "too short"}},
        {"response_action": "update", "view": MODAL | {"title": plain("Again")}},
        {},
    ]

    async def on_submit(ack: AsyncAck) -> None:
        await ack(**answers.pop(0))

    app.view("why")(on_submit)
    gesture = await slack.slash("olga", "ops", "/dapr")
    view_id = (await client.views_open(trigger_id=gesture.trigger_id, view=MODAL))["view"]["id"]

    refused = await slack.submit("olga", view_id, FILLED)
    await slack.submit("olga", view_id, FILLED)
    (shown,) = slack.workspace.views.stacks[slack.user("olga").id]
    await slack.submit("olga", view_id, FILLED)

    assert refused.ack == {"response_action": "errors", "errors": {"reason": "too short"}}
    assert refused.payload["view"]["state"]["values"] == FILLED
    assert shown.definition["title"] == plain("Again")
    assert slack.workspace.views.stacks[slack.user("olga").id] == []
    assert slack.violations == ()


async def test_errors_for_a_field_that_is_not_there_are_noted(slack: SlackEmulator, client: AsyncWebClient, app: AsyncApp) -> None:
    async def on_submit(ack: AsyncAck) -> None:
        await ack(response_action="errors", errors={"typo": "x"})

    app.view("why")(on_submit)
    gesture = await slack.slash("olga", "ops", "/dapr")
    view_id = (await client.views_open(trigger_id=gesture.trigger_id, view=MODAL))["view"]["id"]
    await slack.submit("olga", view_id, FILLED)

    assert [v.code for v in slack.violations] == ["invalid_errors"]


async def test_closing_a_modal_is_told_when_it_asked_for_that(slack: SlackEmulator, client: AsyncWebClient, app: AsyncApp) -> None:
    async def on_close(ack: AsyncAck) -> None:
        await ack()

    app.view_closed("why")(on_close)
    gesture = await slack.slash("olga", "ops", "/dapr")
    view_id = (await client.views_open(trigger_id=gesture.trigger_id, view=MODAL))["view"]["id"]

    closed = await slack.close_view("olga", view_id)

    assert closed.acked
    assert closed.payload["type"] == "view_closed"


async def test_a_view_is_updated_with_its_hash_and_the_home_is_drawn(slack: SlackEmulator, client: AsyncWebClient, app: AsyncApp) -> None:
    gesture = await slack.slash("olga", "ops", "/dapr")
    view = (await client.views_open(trigger_id=gesture.trigger_id, view=MODAL))["view"]
    home = {"type": "home", "blocks": [{"type": "divider", "block_id": "line"}]}

    await client.views_update(view_id=view["id"], hash=view["hash"], view=MODAL)
    with pytest.raises(SlackApiError) as refusal:
        await client.views_update(view_id=view["id"], hash=view["hash"], view=MODAL)
    await client.views_publish(user_id=slack.user("olga").id, view=home)

    assert refusal.value.response["error"] == "hash_conflict"
    assert slack.workspace.views.homes[slack.user("olga").id].definition == home


async def test_a_bad_modal_is_refused_with_its_place(slack: SlackEmulator, client: AsyncWebClient, app: AsyncApp) -> None:
    gesture = await slack.slash("olga", "ops", "/dapr")

    with pytest.raises(SlackApiError) as refusal:
        await client.views_open(trigger_id=gesture.trigger_id, view=MODAL | {"title": plain("x" * 25)})

    assert refusal.value.response["error"] == "invalid_arguments"
    assert slack.violations[0].pointer == "/view/title/text"


async def test_three_modals_lie_on_each_other_and_not_four(slack: SlackEmulator, client: AsyncWebClient, app: AsyncApp) -> None:
    triggers = [(await slack.slash("olga", "ops", "/dapr")).trigger_id for _ in range(4)]

    bottom = (await client.views_open(trigger_id=triggers[0], view=MODAL))["view"]
    middle = (await client.views_push(trigger_id=triggers[1], view=MODAL))["view"]
    top = (await client.views_push(trigger_id=triggers[2], view=MODAL))["view"]
    with pytest.raises(SlackApiError) as refusal:
        await client.views_push(trigger_id=triggers[3], view=MODAL)

    assert top["root_view_id"] == bottom["id"]
    assert top["previous_view_id"] == middle["id"]
    assert refusal.value.response["error"] == "push_limit_reached"


@pytest.mark.parametrize(
    ("answer", "depth"),
    [({"response_action": "clear"}, 0), ({"response_action": "push", "view": MODAL}, 2), ({"response_action": "update", "view": {}}, 1)],
)
async def test_a_submission_decides_what_is_shown_next(
    slack: SlackEmulator, client: AsyncWebClient, app: AsyncApp, answer: dict[str, Any], depth: int
) -> None:
    async def on_submit(ack: AsyncAck) -> None:
        await ack(**answer)

    app.view("why")(on_submit)
    gesture = await slack.slash("olga", "ops", "/dapr")
    view_id = (await client.views_open(trigger_id=gesture.trigger_id, view=MODAL))["view"]["id"]

    submitted = await slack.submit("olga", view_id, FILLED)

    assert len(slack.workspace.views.stacks[slack.user("olga").id]) == depth
    assert bool(submitted.error) is bool(slack.violations) is (answer.get("view") == {})


async def test_only_the_person_before_a_modal_uses_it(slack: SlackEmulator, client: AsyncWebClient, app: AsyncApp) -> None:
    gesture = await slack.slash("olga", "ops", "/dapr")
    view_id = (await client.views_open(trigger_id=gesture.trigger_id, view=MODAL))["view"]["id"]

    with pytest.raises(ImpossibleError):
        await slack.submit("oscar", view_id)
    with pytest.raises(ImpossibleError):
        await slack.close_view("oscar", view_id)


async def test_opening_the_home_tab_is_an_event(slack: SlackEmulator, serve: Serve) -> None:
    app, seen = bolt_app(slack), list[str]()

    async def on_open(event: dict[str, Any], client: AsyncWebClient) -> None:
        seen.append(event["user"])
        await client.views_publish(user_id=event["user"], view={"type": "home", "blocks": [{"type": "divider"}]})

    app.event("app_home_opened")(on_open)
    async with serve(slack, app):
        delivery = await slack.open_home("olga")
        await slack.wait_for(lambda: slack.workspace.views.homes)

    assert delivery.acked
    assert seen == [slack.user("olga").id]


HOME: dict[str, Any] = {
    "type": "home",
    "blocks": [
        {"type": "actions", "block_id": "row", "elements": [{"type": "users_select", "action_id": "assign"}]},
        {"type": "section", "text": {"type": "mrkdwn", "text": "x"}, "accessory": BUTTONS[0]["elements"][0]},
    ],
}


async def test_a_press_in_a_view_carries_the_view_and_what_is_filled_in(
    slack: SlackEmulator, client: AsyncWebClient, app: AsyncApp
) -> None:
    seen = list[dict[str, Any]]()

    async def on_pick(ack: AsyncAck, body: dict[str, Any]) -> None:
        seen.append(body)
        await ack()

    app.action("assign")(on_pick)
    view_id = (await client.views_publish(user_id=slack.user("olga").id, view=HOME))["view"]["id"]
    given = slack.workspace.views.homes[slack.user("olga").id].definition["blocks"][1]["block_id"]
    filled = {"row": {"assign": {"type": "users_select", "selected_user": "U0MIAMEMBE"}}}

    picked = await slack.press("olga", view_id, Pressed(block_id="row", action_id="assign", option="U0MIAMEMBE", values=filled))
    pressed = await slack.press("olga", view_id, Pressed(block_id=given, action_id="share"))

    assert picked.acked
    assert pressed.acked
    assert seen[0]["container"] == {"type": "view", "view_id": view_id}
    assert seen[0]["view"]["state"]["values"] == filled
    assert (seen[0]["actions"][0]["block_id"], seen[0]["actions"][0]["selected_user"]) == ("row", "U0MIAMEMBE")


@pytest.mark.parametrize(
    ("user", "block_id", "action_id"), [("oscar", "row", "assign"), ("olga", "row", "share"), ("olga", "other", "assign")]
)
async def test_nobody_presses_what_is_not_before_them(
    slack: SlackEmulator, client: AsyncWebClient, user: str, block_id: str, action_id: str
) -> None:
    view_id = (await client.views_publish(user_id=slack.user("olga").id, view=HOME))["view"]["id"]

    with pytest.raises(ImpossibleError):
        await slack.press(user, view_id, Pressed(block_id=block_id, action_id=action_id))


async def test_a_home_tab_is_not_closed(slack: SlackEmulator, client: AsyncWebClient) -> None:
    view_id = (await client.views_publish(user_id=slack.user("olga").id, view=HOME))["view"]["id"]

    with pytest.raises(SlackError, match="not_found"):
        await slack.close_view("olga", view_id)


async def test_a_call_remembers_its_answer_and_what_was_found_in_it(slack: SlackEmulator, client: AsyncWebClient) -> None:
    rung = await client.chat_postMessage(channel="C0OPS00000", text="<!here> look")
    await client.api_test()

    assert [(call.answer["ok"], call.problems) for call in slack.calls] == [(True, slack.pings), (True, ())]
    assert slack.calls[0].answer["ts"] == rung["ts"]
