"""The composer completes what the manifest says."""

import json
from pathlib import Path

from handlers.commands import SUBCOMMANDS
from playground.page.commands import Command, read_commands
from playground.page.routes import MANIFEST
from tests.playground.page.conftest import Browser


def test_our_manifest_offers_every_subcommand_as_it_is_typed() -> None:
    (command,) = read_commands(MANIFEST)

    assert command.command == "/dapr"
    assert command.usages == tuple(subcommand.usage for subcommand in SUBCOMMANDS)
    assert command.should_escape


def test_a_hint_without_alternatives_is_one_usage(tmp_path: Path) -> None:
    commands = [{"command": "/a", "usage_hint": "[one|two] now"}, {"command": "/b"}]
    manifest = tmp_path / "manifest.json"
    manifest.write_text(json.dumps({"features": {"slash_commands": commands}}))

    assert read_commands(manifest) == (
        Command(command="/a", description="", usages=("[one|two] now",)),
        Command(command="/b", description=""),
    )


async def test_the_page_is_told_of_them(browser: Browser) -> None:
    assert [one["command"] for one in (await browser.get("/page/setup"))["commands"]] == ["/dapr"]
