"""Buttons, menus, confirmations."""

from typing import Any

from playwright.async_api import Locator, expect

from tests.browser.kitchen_sink import Kitchen
from tests.browser.person import Person


async def blocks(person: Person) -> Locator:
    await person.type("/sink blocks")
    await person.sees("Everything that can be drawn")
    return person.message("Everything that can be drawn")


async def action(kitchen: Kitchen) -> dict[str, Any]:
    await kitchen.slack.wait_for(lambda: kitchen.sink.heard)
    pressed: dict[str, Any] = kitchen.sink.heard[-1]["actions"][0]
    return pressed


async def test_a_button_is_pressed_by_whoever_one_is(person: Person, kitchen: Kitchen) -> None:
    await blocks(person)
    await person.become("Pavel Approver")
    await person.message("Everything that can be drawn").get_by_role("button", name="Approve").click()

    assert (await action(kitchen))["action_id"] == "approve"
    assert kitchen.sink.heard[-1]["user"]["name"] == "pavel"


async def test_a_confirmation_is_asked_for_first(person: Person, kitchen: Kitchen) -> None:
    message = await blocks(person)
    await message.get_by_role("button", name="Restart sentry").click()
    dialog = person.page.get_by_role("dialog", name="Restart sentry?")
    await expect(dialog).to_contain_text("It makes a new CA when the copies differ.")
    await dialog.get_by_role("button", name="Keep it running").click()
    await expect(dialog).to_have_count(0)
    assert kitchen.sink.heard == []

    await message.get_by_role("button", name="Restart sentry").click()
    await dialog.get_by_role("button", name="Restart", exact=True).click()

    assert (await action(kitchen))["action_id"] == "restart"


async def test_escape_is_no(person: Person, kitchen: Kitchen) -> None:
    message = await blocks(person)
    await message.get_by_role("button", name="Restart sentry").click()
    await person.page.keyboard.press("Escape")
    await message.get_by_role("button", name="Approve").click()

    await action(kitchen)
    assert [body["actions"][0]["action_id"] for body in kitchen.sink.heard] == ["approve"]


async def test_an_overflow_menu_is_used_by_keyboard(person: Person, kitchen: Kitchen) -> None:
    message = await blocks(person)
    await message.get_by_role("button", name="More").focus()
    await person.page.keyboard.press("Enter")
    await expect(person.page.get_by_role("menuitem", name="Mute")).to_be_focused()
    await person.page.keyboard.press("ArrowDown")
    await person.page.keyboard.press("Enter")

    assert (await action(kitchen))["selected_option"]["value"] == "explain"
    await expect(message.get_by_role("button", name="More")).to_be_focused()


async def test_an_option_is_picked(person: Person, kitchen: Kitchen) -> None:
    message = await blocks(person)
    await message.locator("[data-action=snooze]").click()
    await person.page.get_by_role("menuitemcheckbox", name="One week until Monday").click()

    assert (await action(kitchen))["selected_option"]["value"] == "one-week"
    await expect(message.locator("[data-action=snooze]")).to_have_text("One week")


async def test_a_person_is_picked_by_searching(person: Person, kitchen: Kitchen) -> None:
    message = await blocks(person)
    await message.locator("[data-action=assign]").click()
    await person.page.get_by_role("searchbox", name="Search").fill("petr")
    await person.page.keyboard.press("Enter")

    assert (await action(kitchen))["selected_user"] == kitchen.slack.user("petra").id


async def test_a_press_that_nobody_acks_is_told(person: Person, kitchen: Kitchen) -> None:
    message = await blocks(person)
    await kitchen.handler.close_async()  # type: ignore[no-untyped-call]
    await kitchen.slack.wait_for(lambda: not kitchen.slack.sockets)
    await expect(person.page.locator(".connection")).to_have_text("app not connected")

    await message.get_by_role("button", name="Approve").click()

    await expect(person.page.get_by_role("alert").filter(has_text="dispatch_failed")).to_be_visible()
