"""One Chromium for the whole run; a workspace of its own, with the kitchen sink in it, for every test."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright

from tests.browser import chromium
from tests.browser.kitchen_sink import Kitchen, kitchen_sink
from tests.browser.person import Person
from tests.playground.page.toy_stage import ToyStage

_HERE = Path(__file__).parent
# The browser's own words about an answer of 400 or a server that is away; the page tells people itself.
NOISE = ("Failed to load resource",)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks whatever lies in this folder; all of it shares the loop that the browser lives on."""
    for item in items:
        if _HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


def pytest_collection_finish(session: pytest.Session) -> None:
    """One line and a failure, instead of skips, when there is no browser."""
    if not hasattr(session.config, "workerinput") and any(_HERE in item.path.parents for item in session.items) and not chromium.find():
        raise pytest.UsageError(chromium.HOW)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        running = await playwright.chromium.launch(executable_path=chromium.find(), args=list(chromium.FLAGS))
        yield running
        await running.close()


@pytest.fixture
def stage() -> ToyStage | None:
    """No stage; a module of tests that wants one says so."""
    return None


@pytest_asyncio.fixture(loop_scope="session")
async def kitchen(stage: ToyStage | None) -> AsyncIterator[Kitchen]:
    async with kitchen_sink(stage) as serving:
        yield serving


@pytest_asyncio.fixture(loop_scope="session")
async def person(browser: Browser, kitchen: Kitchen) -> AsyncIterator[Person]:
    """Olga before the page. Anything that the page complains about fails the test."""
    context = await browser.new_context(viewport={"width": 1440, "height": 900}, timezone_id="UTC", locale="en-US")
    context.set_default_timeout(5000)
    page = await context.new_page()
    someone = Person(page, kitchen.slack)
    page.on("pageerror", lambda error: someone.complaints.append(str(error)))
    page.on("console", lambda said: someone.complaints.append(said.text) if said.type in {"error", "warning"} else None)
    await someone.arrive()
    yield someone
    await context.close()
    assert [one for one in someone.complaints if not one.startswith(NOISE)] == []
