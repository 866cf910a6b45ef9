"""The stage and its tour."""

from dataclasses import replace

import pytest
from playwright.async_api import expect

from tests.browser.kitchen_sink import Kitchen
from tests.browser.person import Person
from tests.playground.page.toy_stage import ToyStage


@pytest.fixture
def stage() -> ToyStage:
    return ToyStage()


async def test_wishes_reach_the_stage(person: Person, stage: ToyStage) -> None:
    panel = person.page.get_by_role("complementary", name="Stage")
    await expect(panel).to_contain_text("Bot: running, last sweep 12 s ago")
    await panel.get_by_role("button", name="Root expires in 12 days").click()
    await expect(panel.get_by_role("button", name="Root expires in 12 days")).to_have_attribute("aria-pressed", "true")
    await expect(panel).to_contain_text("Look for: A card in #ops")
    await panel.get_by_role("button", name="Add one newline").click()
    await panel.get_by_role("button", name="1 day").click()
    await expect(panel).to_contain_text("moved 1 day forward")

    assert stage.asked == ["play expires-soon", "do newline", "advance 1d"]


async def test_while_it_is_busy_nothing_can_be_started(person: Person, stage: ToyStage, kitchen: Kitchen) -> None:
    stage.now = replace(stage.now, busy="Installing Dapr…", trouble="The bot ended with exit code 2.")
    kitchen.slack.journal.changes.announce()
    panel = person.page.get_by_role("complementary", name="Stage")

    await expect(panel.get_by_role("status")).to_have_text("Installing Dapr…")
    await expect(panel.get_by_role("alert")).to_contain_text("exit code 2")
    await expect(panel.get_by_role("button", name="1 day")).to_be_disabled()


async def test_what_cannot_be_done_is_said(person: Person, stage: ToyStage, kitchen: Kitchen) -> None:
    stage.now = replace(stage.now, deeds=(replace(stage.now.deeds[0], id="never"),))
    kitchen.slack.journal.changes.announce()
    await expect(person.page.locator("[data-tour='deed:never']")).to_be_visible()
    await person.page.get_by_role("button", name="Add one newline").click()

    await expect(person.page.get_by_role("alert").filter(has_text="while the cluster is away")).to_be_visible()


async def test_the_tour_shows_where_and_does_it_for_me(person: Person, stage: ToyStage, kitchen: Kitchen) -> None:
    tour = person.page.get_by_role("region", name="Guided tour")
    await expect(tour).to_contain_text("Start the story")
    await expect(person.page.locator(".ringed")).to_contain_text("Root expires in 12 days")

    await tour.get_by_role("button", name="Do it for me").click()
    await expect(tour).to_contain_text("Ask the bot")
    await expect(person.page.locator(".ringed #composer")).to_be_visible()
    await tour.get_by_role("button", name="Do it for me").click()

    await person.sees("Root CA and issuer expire")
    await expect(tour).to_contain_text("Your turn")
    assert stage.asked == ["play expires-soon"]
    assert kitchen.slack.gestures[-1].payload["text"] == "status"
    await tour.get_by_role("button", name="Finish").click()
    await expect(person.page.locator(".ringed")).to_have_count(0)
    await tour.get_by_role("button", name="Take the tour").click()
    await expect(tour).to_contain_text("1 of 3")


async def test_the_tour_moves_on_by_itself_when_something_was_done(person: Person, stage: ToyStage, kitchen: Kitchen) -> None:
    tour = person.page.get_by_role("region", name="Guided tour")
    await expect(tour).to_contain_text("Start the story")

    first, *others = stage.now.tour
    stage.now = replace(stage.now, tour=(replace(first, done=True), *others))
    kitchen.slack.journal.changes.announce()
    await expect(tour).to_contain_text("Ask the bot")

    await tour.get_by_role("button", name="Back").click()
    await expect(tour).to_contain_text("Start the story")


async def test_what_is_in_a_closed_panel_is_shown_by_its_button(person: Person, stage: ToyStage) -> None:
    await expect(person.page.locator(".ringed")).to_contain_text("Root expires in 12 days")

    await person.page.get_by_role("button", name="Close the stage").click()

    await expect(person.page.locator(".ringed")).to_have_text("Stage")
