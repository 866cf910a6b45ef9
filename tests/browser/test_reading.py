"""What a person sees."""

import json

import pytest
from playwright.async_api import expect

from tests.browser.kitchen_sink import Kitchen
from tests.browser.person import Person


async def test_it_says_that_it_is_not_slack(person: Person) -> None:
    await expect(person.page.get_by_role("banner")).to_contain_text("playground - not Slack")
    await expect(person.page).to_have_title("Playground, not Slack")


async def test_what_is_new_has_a_dot_until_it_is_read(person: Person, kitchen: Kitchen) -> None:
    row = person.page.locator("[data-channel=random]")
    await expect(row.locator(".dot")).to_be_visible()

    await person.open("random")
    await person.open("ops")
    await expect(row.locator(".dot")).to_have_count(0)

    olga = kitchen.slack.user("olga")
    kitchen.slack.say("mia", "random", f"<@{olga.id}> cake is back")
    await expect(row.locator(".badge")).to_have_text("1")
    await expect(row).to_have_attribute("aria-label", "random, 1 unread")


async def test_every_kind_of_block_is_drawn(person: Person) -> None:
    await person.type("/sink blocks")
    await person.sees("Everything that can be drawn", "Sweep of prod-eu")
    classic, newer = person.message("Everything that can be drawn"), person.message("Sweep of prod-eu")

    await expect(classic.locator("h3")).to_have_text("Everything that can be drawn")
    await expect(classic.locator(".section strong").first).to_have_text("bold")
    await expect(classic.locator(".section time")).to_have_text("Nov 30, 2026 00:53")
    await expect(classic.locator(".section a")).to_have_attribute("href", "https://docs.dapr.io/")
    await expect(classic.locator(".section .mrkdwn").first).to_contain_text("<escaped> & more")
    await expect(classic.locator(".section pre")).to_have_text("kubectl -n dapr-system get secret dapr-trust-bundle")
    await expect(classic.locator(".field")).to_have_count(4)
    await expect(classic.locator(".rich-text .chip.me")).to_have_text("@olga")
    await expect(classic.locator("ol.rich-list")).to_have_attribute("start", "3")
    await expect(classic.locator(".rich-text pre")).to_contain_text("<b>not bold</b>")
    await expect(classic.get_by_role("img", name="days left, falling")).to_be_visible()
    await expect(classic.locator(".context a")).to_have_text("docs/checks.md")
    await expect(newer.locator("table").first.locator("td.right").first).to_have_text("12")
    await expect(newer.locator(".markdown h4")).to_have_text("What to do")
    await expect(newer.locator(".markdown table a")).to_have_text("two")
    await expect(newer.locator(".plan-title")).to_contain_text("1 of 4")
    await expect(newer.get_by_role("img", name="failed")).to_have_text("!")
    await expect(newer.locator("details.container")).to_contain_text("seen by two checks")
    await expect(newer.locator(".unknown")).to_have_count(1)  # the chart: named, with its source


async def test_a_kind_of_tomorrow_is_readable(person: Person, kitchen: Kitchen) -> None:
    drawn = await person.page.evaluate(
        """async () => {
            const { drawBlock } = await import("/static/blocks/index.js");
            const block = { type: "hologram", title: { type: "plain_text", text: "Deep" }, elements: [{ text: "words" }] };
            const shown = drawBlock(block, { surface: "message" });
            const broken = drawBlock({ type: "table" }, { surface: "message" });
            return [shown.textContent, broken.textContent];
        }"""
    )

    assert "hologram" in drawn[0]
    assert "Deep · words" in drawn[0]
    assert "table" in drawn[1]
    assert "TypeError" in person.complaints.pop()


async def test_a_thread_opens_at_the_right_and_broadcasts_stand_in_the_channel(person: Person) -> None:
    await person.type("/sink thread")
    await person.sees("The head of a thread", "a loud reply")
    await expect(person.page.locator(".channel .message", has_text="a quiet reply")).to_have_count(0)
    await expect(person.message("a loud reply")).to_contain_text("replied to a thread")

    await person.message("The head of a thread").get_by_role("button", name="2 replies").click()

    await expect(person.reply("a quiet reply")).to_be_visible()
    await expect(person.reply("a loud reply")).to_contain_text("Also sent to #ops")
    await expect(person.page.locator("#thread-composer")).to_be_focused()
    await person.page.keyboard.press("Escape")
    await expect(person.page.locator(".thread-panel")).to_be_hidden()


async def test_an_ephemeral_is_only_hers_can_be_dismissed_and_is_gone_on_reload(person: Person) -> None:
    await person.type("/dapr status")
    await person.type("/dapr check")
    await expect(person.page.locator(".channel .ephemeral")).to_have_count(2)
    await expect(person.page.locator(".only-you").first).to_contain_text("Only visible to you")

    await person.page.get_by_role("button", name="Dismiss message").first.click()
    await expect(person.page.locator(".channel .ephemeral")).to_have_count(1)
    await person.become("Oscar Operator")
    await expect(person.page.locator(".channel .ephemeral")).to_have_count(0)
    await person.become("Olga Operator")
    await expect(person.page.locator(".channel .ephemeral")).to_have_count(1)
    await person.arrive()
    await expect(person.page.locator(".channel .message").first).to_be_visible()
    await expect(person.page.locator(".channel .ephemeral")).to_have_count(0)


async def test_edits_and_reactions_are_marked(person: Person, kitchen: Kitchen) -> None:
    await person.type("/sink card")
    card = person.message("Root CA and issuer expire")

    await expect(card.locator(".edited")).to_have_text("(edited)")
    reaction = card.get_by_role("button", name="eyes")
    await expect(reaction).to_contain_text("1")
    await reaction.click()
    await expect(reaction).to_contain_text("2")
    await expect(reaction).to_have_attribute("aria-pressed", "true")


async def test_a_deleted_message_goes_and_a_deleted_head_leaves_its_place(person: Person, kitchen: Kitchen) -> None:
    slack = kitchen.slack
    alone, head = slack.say("mia", "ops", "I am alone"), slack.say("mia", "ops", "I head a thread")
    slack.say("olga", "ops", "a reply", head.ts)
    await person.sees("I am alone", "I head a thread")

    slack.delete(alone)
    slack.delete(head)

    await expect(person.page.locator(".channel .message", has_text="I am alone")).to_have_count(0)
    await expect(person.message("This message was deleted.")).to_be_visible()


async def test_files_are_previewed(person: Person) -> None:
    await person.type("/sink file")

    await expect(person.page.locator(".file-text")).to_contain_text("line 3 of sentry's log <script>alert(1)</script>")
    await expect(person.page.locator(".file-text")).to_contain_text("18 more lines")
    picture = person.page.get_by_role("img", name="Days left")
    await expect(picture).to_be_visible()
    assert await picture.evaluate("(image) => image.decode().then(() => image.naturalWidth)") == 160


async def test_broken_rules_are_red_beside_the_message_and_in_the_inspector(person: Person) -> None:
    await person.type("/sink broken")
    await person.type("/sink ping")

    await expect(person.message("Root CA").locator(".trouble")).to_contain_text("missing_text")
    await expect(person.message("wake up").locator(".trouble")).to_contain_text("rings at everybody in @channel")
    await expect(person.page.locator(".message-list > .trouble")).to_contain_text("invalid_blocks")
    button = person.page.get_by_role("button", name="Inspector")
    await expect(button.locator(".badge")).to_have_text("3")

    await button.click()
    panel = person.page.get_by_role("complementary", name="Inspector")
    line = panel.locator(".wire-line", has_text="never seen")
    await expect(line.locator(".problem")).to_contain_text("/blocks/0/text/text")
    await expect(line.locator(".outcome")).to_have_text("invalid_blocks")
    await expect(panel.locator(".wire-line", has_text="/sink ping").locator(".latency")).to_contain_text("ms")
    await line.locator("summary").click()
    shown = await line.locator("pre").first.text_content()
    assert shown is not None
    assert json.loads(shown)["text"] == "never seen"
    await panel.get_by_label("Only problems").check()
    await expect(panel.locator(".wire-line", has_text="/sink ping")).to_have_count(0)


@pytest.mark.parametrize(
    ("name", "role", "channels"), [("Sam Stranger", "Stranger", ["partners"]), ("Gus Guest", "Guest", ["general", "ops"])]
)
async def test_everybody_sees_their_own_channels(person: Person, name: str, role: str, channels: list[str]) -> None:
    await person.become(name)

    await expect(person.page.locator(".who")).to_contain_text(role)
    rows = person.page.locator(".channel-list").first.locator(".channel-row")
    await expect(rows).to_have_count(len(channels))
    assert [await row.get_attribute("data-channel") for row in await rows.all()] == channels


async def test_an_archived_channel_has_no_message_box(person: Person) -> None:
    await person.open("old-ops")

    await expect(person.page.locator(".composer-closed").first).to_contain_text("archived")
    await expect(person.page.locator("#composer")).to_be_hidden()
