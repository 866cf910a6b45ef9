"""The recipes of CONTRIBUTING.md and the reading order of ARCHITECTURE.md name files that exist."""

import re

import pytest

from tests.house.tree import ROOT

GROWING = ("check", "signature", "cause", "subcommand", "button", "view", "setting", "port method", "table or column", "version of sentry")
SPAN = re.compile(r"`((?:[\w.-]+/)+[\w.-]*|[A-Z]+\.md)`")


@pytest.mark.parametrize("page", ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md"])
def test_every_file_that_a_page_names_exists(page: str) -> None:
    text = re.sub(r"^```.*?^```$", "", (ROOT / page).read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)
    spans = SPAN.findall(text)

    assert spans
    assert [span for span in spans if not (ROOT / span).exists()] == []


@pytest.mark.parametrize("thing", GROWING)
def test_there_is_a_recipe_for_each_thing_that_grows(thing: str) -> None:
    headings = re.findall(r"^### Add an? (.+)$", (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8"), flags=re.MULTILINE)

    assert thing in headings
