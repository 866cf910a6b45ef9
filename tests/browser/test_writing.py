"""The message box."""

from playwright.async_api import expect

from tests.browser.kitchen_sink import Kitchen
from tests.browser.person import Person


async def test_a_command_is_completed_from_the_manifest(person: Person, kitchen: Kitchen) -> None:
    field = person.page.locator("#composer")
    await field.press_sequentially("/d")
    options = person.page.get_by_role("option")
    await expect(options).to_have_count(1)
    await expect(options.first).to_contain_text("Ask about the certificates")

    await field.press("Enter")
    await expect(field).to_have_value("/dapr ")
    await expect(options).to_have_count(4)
    await field.press("ArrowDown")
    await expect(field).to_have_attribute("aria-activedescendant", "composer-completions-1")
    await field.press("Tab")
    await expect(field).to_have_value("/dapr check")
    await field.press_sequentially(" root-expiry")
    await field.press("Enter")

    await person.sees("prod-eu")
    assert kitchen.slack.gestures[-1].payload["text"] == "check root-expiry"


async def test_a_name_is_completed_and_becomes_a_mention(person: Person, kitchen: Kitchen) -> None:
    field = person.page.locator("#composer")
    await field.press_sequentially("hello @os")
    await field.press("Tab")
    await expect(field).to_have_value("hello @oscar ")
    await field.press("Enter")

    await person.sees("hello @oscar")
    assert kitchen.slack.messages("ops", by="olga")[-1].text == "hello <@U0OSCAROPE>"


async def test_shift_enter_makes_a_line(person: Person) -> None:
    field = person.page.locator("#composer")
    await field.press_sequentially("one")
    await field.press("Shift+Enter")
    await field.press_sequentially("two")
    await field.press("Enter")

    await expect(person.message("one").locator("br")).to_have_count(1)


async def test_slash_commands_are_refused_in_threads_in_slacks_words(person: Person, kitchen: Kitchen) -> None:
    head = kitchen.slack.say("mia", "ops", "what is it?")
    message = person.message("what is it?")
    await message.hover()
    await message.get_by_role("button", name="Reply in thread").click()

    await person.type("/dapr status", in_thread=True)

    await expect(person.reply("/dapr is not supported in threads. Sorry!")).to_contain_text("Only visible to you")
    assert kitchen.slack.gestures == ()
    assert kitchen.slack.thread(head) == ()


async def test_a_mention_in_a_thread_is_answered_there(person: Person, kitchen: Kitchen) -> None:
    kitchen.slack.say("mia", "ops", "what is it?")
    await person.message("what is it?").hover()
    await person.message("what is it?").get_by_role("button", name="Reply in thread").click()

    await person.type("@dapr-warden status", in_thread=True)

    await expect(person.reply("Heard: status")).to_be_visible()
    await expect(person.page.locator(".channel .message", has_text="Heard: status")).to_have_count(0)


async def test_a_reply_is_also_sent_to_the_channel_when_asked(person: Person, kitchen: Kitchen) -> None:
    kitchen.slack.say("mia", "ops", "what is it?")
    await person.message("what is it?").hover()
    await person.message("what is it?").get_by_role("button", name="Reply in thread").click()
    await person.page.get_by_label("Also send to #ops").check()

    await person.type("found it", in_thread=True)

    await person.sees("found it")
    await expect(person.page.get_by_label("Also send to #ops")).not_to_be_checked()


async def test_a_command_that_nobody_acks_fails_in_slacks_words(person: Person) -> None:
    await person.type("/sink silent")

    await expect(person.message("operation_timeout")).to_contain_text("Slackbot")


async def test_an_unknown_command_says_so(person: Person) -> None:
    await person.type("/nonsense")

    await person.sees("/nonsense is not a valid command")


async def test_a_bot_that_is_not_there_is_invited_with_a_click(person: Person) -> None:
    await person.open("random")
    await person.type("@dapr-warden hi")
    await person.message("not in this channel").get_by_role("button", name="Invite them").click()

    await expect(person.page.locator(".channel-head")).not_to_contain_text("is not here")
    await person.type("@dapr-warden again")
    await expect(person.message("again")).to_contain_text("1 reply")


async def test_a_draft_waits_where_it_was_written(person: Person) -> None:
    await person.page.locator("#composer").fill("unfinished")
    await person.open("general")
    await expect(person.page.locator("#composer")).to_have_value("")
    await person.open("ops")

    await expect(person.page.locator("#composer")).to_have_value("unfinished")


async def test_direct_messages_with_the_app_are_between_the_two(person: Person, kitchen: Kitchen) -> None:
    await person.open("dapr-warden")
    await person.type("hello you")
    await person.sees("hello you")
    await kitchen.sink.client.chat_postMessage(channel=kitchen.slack.user("olga").id, text="hello Olga")
    await person.sees("hello Olga")

    await person.become("Oscar Operator")
    await person.open("dapr-warden")

    await expect(person.page.locator(".channel .message")).to_have_count(0)
    assert kitchen.slack.envelopes == ()
