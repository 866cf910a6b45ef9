"""Exit code 0 when every picture was taken, 1 with a sentence when Chromium is missing."""

import asyncio
import json
import sys
import tempfile
from collections.abc import Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Final, Literal

from playwright.async_api import Browser, async_playwright

from playground.demo.clusters import ROOT
from playground.slack import Message, SlackEmulator
from playground.stage.clock import StageClock
from playground.stage.live import LiveStage
from playground.stage.run import opened
from playground.stage.simulation import programme
from tests.browser import chromium
from tests.pictures.album import ALBUM, WIDTH, Picture
from tests.pictures.palette import reduced

FOLDER: Final = ROOT / "docs" / "pictures"
SCHEMES: Final[tuple[Literal["light", "dark"], ...]] = ("light", "dark")
PATIENCE: Final = 60.0
ROTATED_WITHIN: Final = 240.0
# Cards and answers come within a second, then nothing moves any more.
CALM_SECONDS: Final = 1.2


def main() -> int:
    """All pictures, or those that are named."""
    names = sys.argv[1:]
    chosen = [picture for picture in ALBUM if not names or picture.name in names]
    browser = chromium.find()
    if not browser:
        sys.stderr.write(f"{chromium.HOW}\n")
        return 1
    asyncio.run(_taken(chosen, browser))
    return 0


async def _taken(pictures: Sequence[Picture], program: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        clock = StageClock(Path(folder) / "offset")
        async with AsyncExitStack() as stack:
            slack, stage = await opened(stack, lambda slack: programme(slack, clock), clock, 0)
            playwright = await stack.enter_async_context(async_playwright())
            browser = await playwright.chromium.launch(executable_path=program, args=[*chromium.FLAGS, "--disable-lcd-text"])
            stack.push_async_callback(browser.close)
            # Our own page forbids what reducing needs.
            darkroom = await browser.new_page()
            for picture in pictures:
                await _arranged(picture, slack, stage)
                for scheme, png in await _photographed(picture, slack, browser):
                    await _kept(FOLDER / f"{picture.name}-{scheme}.png", await reduced(darkroom, png))


async def _arranged(picture: Picture, slack: SlackEmulator, stage: LiveStage) -> None:
    await stage.play(picture.scenario)
    await slack.wait_for(lambda: not stage.state().busy, PATIENCE)
    await _card(slack, picture.cards[0] if picture.cards else "")
    for deed, card in zip(picture.deeds, picture.cards[1:], strict=False):
        await stage.do(deed)
        await _card(slack, card)
    if picture.step:
        await stage.advance(picture.step)
        await _card(slack, picture.cards[-1])
    for user, act in picture.clicks:
        await _acted(slack, user, act)
    if picture.ends:
        await _card(slack, picture.ends, ROTATED_WITHIN)
    await asyncio.sleep(CALM_SECONDS)


async def _acted(slack: SlackEmulator, user: str, act: str) -> None:
    if act.startswith("/"):
        command, _, text = act.partition(" ")
        await slack.slash(user, "ops", command, text)
        return
    person = slack.user(user).id

    def with_it() -> list[Message]:
        return [one for one in slack.workspace.messages if one.visible_to in {"", person} and f'"{act}"' in json.dumps(one.blocks)]

    await slack.click(user, (await slack.wait_for(with_it, PATIENCE))[-1], act)


async def _card(slack: SlackEmulator, words: str, patience: float = PATIENCE) -> None:
    await slack.wait_for(lambda: not words or any(words in card.everything for card in slack.messages("ops")), patience)


async def _photographed(picture: Picture, slack: SlackEmulator, browser: Browser) -> list[tuple[str, bytes]]:
    async with await browser.new_context(viewport={"width": WIDTH, "height": picture.height}, timezone_id="Europe/Berlin") as context:
        await context.add_init_script(_remembered(picture))
        page = await context.new_page()
        await page.goto(f"{slack.url}/")
        await page.get_by_text("app connected").wait_for()
        if picture.panel != "stage":
            await page.get_by_label("Close the stage").click()
        if picture.panel == "inspector":
            await page.get_by_role("button", name="Inspector").click()
        if picture.ask:
            # Private answers are gone with a reload, so they are asked for here.
            await page.get_by_label("Message #ops").fill(f"/dapr {picture.ask}")
            await page.keyboard.press("Escape")
            await page.keyboard.press("Enter")
        await page.get_by_text(picture.sees).first.wait_for()
        await page.wait_for_timeout(CALM_SECONDS * 1000)
        taken: list[tuple[str, bytes]] = []
        for scheme in SCHEMES:
            await page.emulate_media(color_scheme=scheme)
            taken.append((scheme, await page.screenshot(animations="disabled")))
        return taken


async def _kept(file: Path, content: bytes) -> None:
    await asyncio.to_thread(file.write_bytes, content)
    sys.stdout.write(f"{file.relative_to(ROOT)}: {len(content) // 1024} KiB\n")
    sys.stdout.flush()


def _remembered(picture: Picture) -> str:
    away = "" if picture.is_toured else 'sessionStorage.setItem("tour-away", "yes");'
    return f'sessionStorage.setItem("user", "{picture.user}"); {away}'


if __name__ == "__main__":
    sys.exit(main())
