import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from playground.slack import SlackEmulator
from playground.slack.blocks import give_ids, validate, validate_view
from playground.slack.blocks.models import round_trip
from tests.playground.slack.block_samples import REASONS, VALID, WRONG, Block, actions, mrkdwn, plain, section


@pytest.mark.parametrize("name", WRONG)
def test_what_slack_refuses_is_refused_for_that_reason(name: str) -> None:
    first, *_ = validate(WRONG[name], "message")

    assert (first.code, first.pointer) == REASONS[name]


@pytest.mark.parametrize("name", VALID)
def test_what_slack_takes_is_taken(name: str) -> None:
    assert validate(VALID[name], "message") == ()


def test_judging_leaves_the_blocks_as_they_were() -> None:
    before = copy.deepcopy(VALID)

    for blocks in VALID.values():
        validate(blocks, "message")

    assert before == VALID


def test_a_view_takes_100_blocks_and_alerts() -> None:
    assert validate([{"type": "divider"}] * 100, "modal") == ()
    assert validate([{"type": "alert", "text": mrkdwn("x"), "level": "error"}], "modal") == ()
    assert validate([{"type": "divider"}] * 101, "modal")


@pytest.mark.parametrize(
    "change",
    [
        {"title": plain("x" * 25)},
        {"type": "home"},
        {"private_metadata": "x" * 3001},
        {"submit": None},
        {"blocks": []},
        {"colour": "red"},
        {"blocks": [{"type": "markdown", "text": "x"}]},
    ],
)
def test_a_bad_modal_is_refused(change: Block) -> None:
    field = {"type": "input", "label": plain("why"), "element": {"type": "plain_text_input", "action_id": "why"}}
    modal: Block = {"type": "modal", "title": plain("Share"), "submit": plain("Go"), "blocks": [field]}

    assert validate_view(modal, "modal") == ()
    assert validate_view(modal | change, "modal")


def test_slack_adds_the_ids_that_are_missing() -> None:
    first, second = give_ids([actions({"type": "button", "text": plain("x")}), section(text=mrkdwn("x"), block_id="mine")])

    assert first["block_id"]
    assert first["elements"][0]["action_id"]
    assert second["block_id"] == "mine"


async def test_the_refusal_names_the_place_and_is_recorded(slack: SlackEmulator, client: AsyncWebClient) -> None:
    with pytest.raises(SlackApiError) as refusal:
        await client.chat_postMessage(channel=slack.channels["ops"].id, text="x", blocks=[section(text=mrkdwn("x" * 3001))])

    assert refusal.value.response["error"] == "invalid_blocks"
    assert "[json-pointer:/blocks/0/text/text]" in refusal.value.response["errors"][0]
    assert [(v.method, v.pointer) for v in slack.violations] == [("chat.postMessage", "/blocks/0/text/text")]
    assert slack.messages("ops") == ()


async def test_blocks_validate_answers_with_pointers(client: AsyncWebClient) -> None:
    good = await client.api_call("blocks.validate", json={"blocks": [section(text=mrkdwn("x"))]})
    with pytest.raises(SlackApiError) as refusal:
        await client.api_call("blocks.validate", json={"message": {"blocks": [{"type": "banner"}]}})

    assert good["ok"]
    assert refusal.value.response["errors"][0]["pointer"] == "/message/blocks/0/type"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["type", "text", "elements", "block_id", "rows", "tasks", "fields", "x"]), inner, max_size=4)
    ),
    max_leaves=20,
)


@given(blocks=JSON)
def test_no_nonsense_breaks_the_judge(blocks: Any) -> None:
    assert isinstance(validate(blocks, "message"), tuple)


@given(name=st.sampled_from(sorted(VALID)), kind=st.sampled_from(["type", "text", "elements", "fields", "rows", "tasks"]), value=JSON)
def test_no_damage_breaks_the_judge(name: str, kind: str, value: Any) -> None:
    blocks = copy.deepcopy(VALID[name])
    blocks[0][kind] = value

    assert isinstance(validate(blocks, "message"), tuple)


@pytest.mark.parametrize(
    ("block", "code"),
    [
        ({"type": "banner"}, "model_drops"),
        (section(text=mrkdwn("x" * 3001)), "model_refuses"),
        (section(text={"text": "x"}), "model_fails"),
        (section(text=mrkdwn("x"), colour="red"), "model_differs"),
    ],
)
def test_the_models_of_the_sdk_are_a_second_opinion(block: Block, code: str) -> None:
    assert [problem.code for problem in round_trip(block, "/blocks/0")] == [code]
