"""Somebody before the page: what they do, and what they see. Everything waits for what it expects, nothing for time."""

from dataclasses import dataclass, field

from playwright.async_api import Locator, Page, expect

from playground.slack import SlackEmulator


@dataclass(frozen=True)
class Person:
    """`page` is one tab; `complaints` is what its console said in red or yellow."""

    page: Page
    slack: SlackEmulator
    complaints: list[str] = field(default_factory=list)

    async def arrive(self) -> None:
        """Open the page, or load it anew."""
        await self.page.goto(self.slack.url)
        await self.page.wait_for_selector("html[data-ready]")

    async def type(self, text: str, *, in_thread: bool = False) -> None:
        """Write a line and send it; completions do not stand in the way."""
        field = self.page.locator("#thread-composer" if in_thread else "#composer")
        await field.fill(text)
        if await field.get_attribute("aria-expanded") == "true":
            await field.press("Escape")
        await field.press("Enter")
        await expect(field).to_have_value("")

    async def open(self, channel: str) -> None:
        """Go to a channel."""
        await self.page.click(f"[data-channel={channel}]")
        await expect(self.page.locator(f"[data-channel={channel}]")).to_have_attribute("aria-current", "page")

    async def become(self, name: str) -> None:
        """Be somebody else, by their real name."""
        await self.page.click(".who")
        await self.page.get_by_role("menuitemcheckbox", name=name).click()
        await expect(self.page.locator(".who")).to_contain_text(name)

    def message(self, text: str) -> Locator:
        """The newest message of the channel that has these words."""
        return self.page.locator(".channel .message", has_text=text).last

    def reply(self, text: str) -> Locator:
        """The newest message of the open thread that has these words."""
        return self.page.locator(".thread-panel .message", has_text=text).last

    def modal(self, title: str) -> Locator:
        """The open modal of this title."""
        return self.page.get_by_role("dialog", name=title)

    async def sees(self, *texts: str) -> None:
        """Wait until the channel shows all of these."""
        for text in texts:
            await expect(self.message(text)).to_be_visible()
