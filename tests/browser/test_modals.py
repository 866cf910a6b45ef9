"""Modals and the App Home."""

from typing import Any

from playwright.async_api import expect

from tests.browser.kitchen_sink import Kitchen
from tests.browser.person import Person


async def opened(person: Person) -> None:
    await person.type("/sink modal")
    await expect(person.modal("Renew the CA")).to_be_visible()


async def submit(person: Person, reason: str) -> None:
    await person.page.get_by_role("textbox", name="Reason").fill(reason)
    await person.page.get_by_role("button", name="Submit").click()


def heard(kitchen: Kitchen) -> list[str]:
    return [body["type"] for body in kitchen.sink.heard]


async def test_everything_that_was_filled_in_arrives(person: Person, kitchen: Kitchen) -> None:
    await opened(person)
    modal = person.modal("Renew the CA")
    await expect(modal.get_by_role("textbox", name="Reason")).to_be_focused()
    await modal.get_by_role("textbox", name="Notes").fill("a\nb")
    await modal.get_by_label("Snooze for").click()
    await person.page.get_by_role("menuitemcheckbox", name="One week").click()
    await modal.get_by_label("Approver").click()
    await person.page.get_by_role("menuitemcheckbox", name="Petra Approver").click()
    await modal.get_by_label("Channels").click()
    for channel in ("#general", "#ops"):
        await person.page.get_by_role("menuitemcheckbox", name=channel).click()
    await person.page.keyboard.press("Escape")
    await modal.get_by_label("Restart").check()
    await modal.get_by_label("Fast").check()
    await submit(person, "it expires")
    await expect(modal).to_have_count(0)

    values: dict[str, Any] = {block: given["value"] for block, given in kitchen.sink.heard[-1]["view"]["state"]["values"].items()}
    assert values["reason"] == {"type": "plain_text_input", "value": "it expires"}
    assert values["notes"]["value"] == "a\nb"
    assert (values["count"]["value"], values["mail"]["value"]) == ("5", None)
    assert values["when"]["selected_option"]["value"] == "one-week"
    assert values["who"]["selected_user"] == kitchen.slack.user("petra").id
    assert values["where"]["selected_channels"] == ["C0GENERAL0", "C0OPS00000"]
    assert (values["day"]["selected_date"], values["time"]["selected_time"]) == ("2026-12-01", "03:00")
    assert [one["value"] for one in values["steps"]["selected_options"]] == ["drain", "restart"]
    assert values["mode"]["selected_option"]["value"] == "fast"


async def test_mistakes_are_told_before_anything_is_sent(person: Person, kitchen: Kitchen) -> None:
    await opened(person)
    await submit(person, "")
    await expect(person.page.get_by_text("Please complete this required field.")).to_be_visible()
    await submit(person, "why")
    await expect(person.page.get_by_text("at least 5 characters")).to_be_visible()
    await person.page.get_by_role("textbox", name="Pods at once").fill("21")
    await person.page.get_by_role("textbox", name="Tell also").fill("nobody")
    await submit(person, "it expires")

    await expect(person.page.get_by_text("This must be 20 or less.")).to_be_visible()
    await expect(person.page.get_by_text("not a valid email address")).to_be_visible()
    await expect(person.page.get_by_role("textbox", name="Pods at once")).to_be_focused()
    assert heard(kitchen) == []


async def test_the_apps_own_errors_stand_at_the_field(person: Person) -> None:
    await opened(person)
    await submit(person, "too late")

    field = person.page.get_by_role("textbox", name="Reason")
    await expect(person.page.get_by_text("Nobody accepts that.")).to_be_visible()
    await expect(field).to_have_attribute("aria-invalid", "")
    await expect(field).to_have_value("too late")


async def test_an_update_keeps_what_was_filled_in(person: Person) -> None:
    await opened(person)
    await person.page.get_by_role("textbox", name="Notes").fill("keep me")
    await submit(person, "again")

    await expect(person.modal("Updated")).to_be_visible()
    await expect(person.page.get_by_role("textbox", name="Notes")).to_have_value("keep me")
    await expect(person.page.get_by_label("Approver")).to_have_count(0)


async def test_a_pushed_view_lies_on_top_and_can_be_taken_back(person: Person) -> None:
    await opened(person)
    await submit(person, "deeper")
    await expect(person.modal("Pushed")).to_be_visible()
    await person.page.get_by_role("button", name="Back").click()

    await expect(person.modal("Renew the CA")).to_be_visible()


async def test_a_clear_takes_all_of_them(person: Person) -> None:
    await opened(person)
    await submit(person, "deeper")
    await person.page.get_by_role("textbox", name="Code").fill("42")
    await person.page.get_by_role("button", name="Submit").click()

    await expect(person.page.get_by_role("dialog")).to_have_count(0)


async def test_escape_closes_and_the_app_hears_of_it(person: Person, kitchen: Kitchen) -> None:
    await opened(person)
    await person.page.keyboard.press("Escape")

    await expect(person.page.get_by_role("dialog")).to_have_count(0)
    assert heard(kitchen) == ["view_closed"]


async def test_a_modal_belongs_to_one_person(person: Person, kitchen: Kitchen) -> None:
    await opened(person)
    await person.page.evaluate("sessionStorage.setItem('user', 'oscar')")
    await person.arrive()

    await expect(person.page.locator(".who")).to_contain_text("Oscar Operator")
    await expect(person.page.get_by_role("dialog")).to_have_count(0)


async def test_the_home_is_published_and_pressed(person: Person, kitchen: Kitchen) -> None:
    await person.page.click("[data-channel=dapr-warden]")
    await person.page.get_by_role("tab", name="Home").click()
    home = person.page.get_by_role("tabpanel", name="Home")
    await expect(home).to_contain_text("12 days left")

    await home.get_by_role("button", name="Refresh").click()

    await expect(home).to_contain_text("refreshed 1 times")
    pressed = kitchen.sink.heard[-1]
    assert (pressed["container"]["type"], pressed["actions"][0]["block_id"]) == ("view", "clusters")
