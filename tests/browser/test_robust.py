"""Restarts, narrow windows, the keyboard alone, names for everything that can be pressed."""

import pytest
from aiohttp.test_utils import unused_port
from playwright.async_api import Browser, expect

from playground.page import page_of
from playground.slack import SlackEmulator
from tests.browser.person import Person
from tests.browser.probes import probe

NAMELESS = probe("nameless")
LOW_CONTRAST = probe("contrast")


async def test_a_restarted_server_is_found_again(browser: Browser) -> None:
    port = unused_port()
    context = await browser.new_context()
    page = await context.new_page()
    async with SlackEmulator(port=port, routes=(page_of(),)) as slack:
        slack.say("mia", "ops", "before the restart")
        await page.goto(slack.url)
        await expect(page.locator(".channel .message")).to_contain_text("before the restart")
    await expect(page.locator(".offline")).to_be_visible()

    async with SlackEmulator(port=port, routes=(page_of(),)) as slack:
        slack.say("mia", "ops", "after the restart")
        await expect(page.locator(".channel .message")).to_contain_text("after the restart")
        await expect(page.locator(".offline")).to_have_count(0)
        await expect(page.locator(".channel .message")).to_have_count(1)
        await context.close()


@pytest.mark.parametrize("width", [360, 800, 1100, 1920])
async def test_nothing_is_wider_than_the_window(person: Person, width: int) -> None:
    await person.type("/sink blocks")
    await person.type("/sink thread")
    await person.sees("The head of a thread")
    await person.page.set_viewport_size({"width": width, "height": 740})

    for action in ("none", ".thread-link", "[data-name=inspector]"):
        if action != "none":
            await person.page.locator(action).first.click()
        wide = await person.page.evaluate("document.documentElement.scrollWidth")
        lost = await person.page.evaluate(
            "document.querySelector('.messages').scrollWidth - document.querySelector('.messages').clientWidth"
        )
        assert (wide, lost) == (width, 0), action


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_every_text_can_be_read_in_both_colours(person: Person, scheme: str) -> None:
    for line in ("/dapr status", "/sink blocks", "/sink thread", "/sink broken", "hello @olga"):
        await person.type(line)
    await person.sees("hello @olga")
    for _ in range(["auto", "light", "dark"].index(scheme)):
        await person.page.locator("[data-name=theme]").click()
    await expect(person.page.locator("html")).to_have_attribute("data-theme", scheme)
    await person.page.locator("[data-name=inspector]").click()
    await expect(person.page.locator(".wire-line").last).to_be_visible()

    assert await person.page.evaluate(LOW_CONTRAST) == []


async def test_everything_that_can_be_pressed_has_a_name(person: Person) -> None:
    for line in ("/sink blocks", "/sink thread", "/sink modal"):
        await person.type(line)
    await expect(person.modal("Renew the CA")).to_be_visible()
    in_dialog = await person.page.evaluate(NAMELESS)
    await person.page.keyboard.press("Escape")
    await person.page.locator("[data-name=inspector]").click()

    assert in_dialog == []
    assert await person.page.evaluate(NAMELESS) == []


async def test_the_colours_follow_the_system_until_chosen(person: Person) -> None:
    async def ground() -> str:
        return str(await person.page.evaluate("getComputedStyle(document.body).backgroundColor"))

    await person.page.emulate_media(color_scheme="light")
    light = await ground()
    await person.page.emulate_media(color_scheme="dark")
    dark = await ground()
    await person.page.locator("[data-name=theme]").click()
    chosen = await ground()
    await person.arrive()

    assert light != dark
    assert chosen == light == await ground()


async def test_the_keyboard_alone_is_enough(person: Person) -> None:
    page = person.page
    await page.keyboard.press("Tab")
    await expect(page.get_by_role("link", name="Skip to the message box")).to_be_focused()
    await page.keyboard.press("Enter")
    await page.keyboard.press("Tab")
    await page.locator("#composer").focus()
    await page.keyboard.type("/sink thread")
    await page.keyboard.press("Enter")
    await person.sees("a loud reply")
    await page.locator(".channel .messages").focus()
    await page.keyboard.press("ArrowUp")
    await expect(person.message("a loud reply")).to_be_focused()
    await page.keyboard.press("ArrowUp")
    await page.keyboard.press("Enter")
    await expect(page.locator("#thread-composer")).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(person.message("The head of a thread")).to_be_focused()

    await page.locator(".who").focus()
    await page.keyboard.press("Enter")
    await page.keyboard.press("p")
    await page.keyboard.press("Enter")
    await expect(page.locator(".who")).to_contain_text("Pavel Approver")
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")
    await expect(page.locator("[data-channel=general]")).to_have_attribute("aria-current", "page")


async def test_what_is_new_is_read_out(person: Person) -> None:
    await person.type("/sink say the root expires")
    await person.sees("the root expires")

    await expect(person.page.locator(".channel [role=log]")).to_have_text("dapr-warden: the root expires")
