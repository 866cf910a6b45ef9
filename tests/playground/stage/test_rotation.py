"""A rotation by buttons with the real bot as a process that logs all it can: it ends well, and no key or token is anywhere.

The new root's key, which nobody outside of that process ever sees, is looked for in tests/voyage/test_secrets.py.
"""

import asyncio
import base64
import re
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from handlers.views.approval import APPROVE
from handlers.views.plan import ASK_ROTATION, PLAN_ROTATION, REVIEW_ROTATION
from playground.kubernetes.dapr import BUNDLE, NAMESPACE
from playground.stage.scenarios import SCENARIOS
from playground.stage.simulation import Performance
from tests.playground.stage.theatre import Theatre, a_theatre
from tests.rig.canaries import Canary, heard, of_bytes, of_key, of_token
from tests.rig.spoken import spoken

ROTATED_WITHIN = 180.0
CLICKERS = ("pavel", "petra", "olga", "oscar")
CLICKS = 100
RUNS = "SELECT count(*) FROM runs"
APPROVALS = "SELECT count(*) FROM record WHERE verb = 'plan-approved'"
TALKATIVE = [replace(one, settings={**one.settings, "log_level": "debug"}) for one in SCENARIOS]
# A search that does not find these has searched nothing.
ALWAYS_THERE = {
    *("bot.log", "memory.sqlite3", "memory.sqlite3-wal", "call of chat.postMessage", "call of chat.update", "call of auth.test"),
    *("Secret dapr-warden-staging", "Secret dapr-warden-backup", "ConfigMap dapr-trust-bundle", "upload rotation-prod-eu"),
}


@pytest.fixture
async def theatre(tmp_path: Path) -> AsyncIterator[Theatre]:
    async with a_theatre(tmp_path, TALKATIVE) as theatre:
        theatre.slack.grant("files:write")
        yield theatre


def performance(theatre: Theatre) -> Performance:
    found = theatre.stage.performance
    assert isinstance(found, Performance)
    return found


def secrets(theatre: Theatre) -> Iterator[Canary]:
    """Every issuer's key that the cluster ever had, the sealing key, Slack's tokens, and the one for the cluster."""
    changes = performance(theatre).world.kube.store.changes
    bundles = [one.stored.object for one in changes if one.kind.name == "Secret" and one.stored.object["metadata"]["name"] == BUNDLE]
    keys = dict.fromkeys(base64.b64decode(one["data"]["issuer.key"]) for one in bundles if (one.get("data") or {}).get("issuer.key"))
    yield from (of_key(f"issuer's key {number}", key) for number, key in enumerate(keys))
    (sealing,) = theatre.folder.rglob("sealing-key")
    yield of_bytes("sealing key", base64.b64decode(sealing.read_bytes()))
    yield from (of_token("bot token", theatre.slack.bot_token), of_token("app token", theatre.slack.app_token))
    (kubeconfig,) = theatre.folder.rglob("kubeconfig")
    (token,) = re.findall(r'"?token"?: *"?([^\s",}]+)', kubeconfig.read_text())
    yield of_token("service account's token", token)


def places(theatre: Theatre) -> Iterator[tuple[str, bytes]]:
    for path in theatre.folder.rglob("*"):
        if path.is_file() and path.name not in {"sealing-key", "kubeconfig"}:
            yield path.name, path.read_bytes()
    for name, content in spoken(theatre.slack):
        yield re.sub(r"-[0-9a-f]{8}\.(md|json)$", "", name), content
    for change in performance(theatre).world.kube.store.changes:
        thing = change.stored.object
        name = f"{change.kind.name} {thing['metadata']['name']}"
        if name == f"Secret {BUNDLE}":
            thing = {**thing, "data": {key: value for key, value in (thing.get("data") or {}).items() if key != "issuer.key"}}
        yield name, repr(thing).encode()


def nothing_got_out(theatre: Theatre, *, issuers: int) -> None:
    canaries, there = list(secrets(theatre)), list(places(theatre))

    assert heard(canaries, there) == []
    assert {name for name, content in there if content} >= ALWAYS_THERE
    assert len(canaries) == issuers + 4
    live = performance(theatre).world.kube.get("Secret", BUNDLE, NAMESPACE)["data"]["issuer.key"]
    assert len(heard(canaries, [("the Secret", live.encode())])) == 1


def cannot_dump_core(theatre: Theatre) -> bool:
    limits = Path(f"/proc/{performance(theatre).bot.process.pid}/limits")
    return not limits.exists() or bool(re.search(r"^Max core file size +0 +0 ", limits.read_text(), re.MULTILINE))


def told(theatre: Theatre, query: str) -> int:
    (memory,) = theatre.folder.rglob("memory.sqlite3")
    with closing(sqlite3.connect(memory)) as connection:
        return int(connection.execute(query).fetchone()[0])


def written(theatre: Theatre) -> list[str]:
    """The marks of the bundle's Secret in the order in which they were written."""
    changes = performance(theatre).world.kube.store.changes
    bundles = [
        one.stored.object["metadata"] for one in changes if one.kind.name == "Secret" and one.stored.object["metadata"]["name"] == BUNDLE
    ]
    return [mark for one in bundles if (mark := (one.get("annotations") or {}).get("dapr-warden.io/pair", ""))]


async def test_a_rotation_is_approved_by_a_hundred_racing_clicks_and_carried_out_once_within_three_minutes(theatre: Theatre) -> None:
    await theatre.plays("rotation")
    assert cannot_dump_core(theatre)
    await theatre.sees(lambda: theatre.cards("root-expiry"))

    await theatre.clicks("olga", PLAN_ROTATION)
    await theatre.clicks("olga", ASK_ROTATION)
    card = await theatre.shown("pavel", APPROVE)
    await asyncio.gather(*(theatre.slack.click(CLICKERS[number % len(CLICKERS)], card, APPROVE) for number in range(CLICKS)))

    await theatre.slack.wait_for(lambda: theatre.cards("Rotated: the CA of"), ROTATED_WITHIN)
    assert [told(theatre, query) for query in (RUNS, APPROVALS)] == [1, 1]
    assert [mark.partition("/")[2] for mark in written(theatre)] == ["both", "new"]
    await theatre.sees(lambda: theatre.cards("root-expiry", "RESOLVED", "Rotated by "))
    assert theatre.cards("Rotated: the CA of", "0 of ", " calls of 1 canary URL failed")
    await theatre.sees(lambda: len(theatre.slack.workspace.files.by_id) == 2)
    assert theatre.slack.violations == ()
    assert theatre.slack.pings == ()
    nothing_got_out(theatre, issuers=2)


async def test_what_helm_replaced_is_offered_to_be_restored_and_comes_back_once_it_is_reviewed_and_approved(theatre: Theatre) -> None:
    await theatre.plays("helm-reverts")
    await theatre.sees(lambda: theatre.cards("ca-changed", "Plan restore", "Accept this CA"))
    await theatre.sees(lambda: any("I offer to bring the last good CA back" in one.everything for one in theatre.slack.messages("ops")))

    await theatre.clicks("oscar", REVIEW_ROTATION)
    await theatre.clicks("pavel", APPROVE)

    await theatre.slack.wait_for(lambda: theatre.cards("Restored: the CA of"), ROTATED_WITHIN)
    await theatre.sees(lambda: theatre.cards("ca-changed", "RESOLVED"))
    await theatre.sees(lambda: len(theatre.slack.workspace.files.by_id) == 2)
    assert theatre.slack.violations == ()
    nothing_got_out(theatre, issuers=2)
