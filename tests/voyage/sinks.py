"""Every place where a rotation leaves something: files, objects in each version that was written, documents, messages, what is printed."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from bot.checks import CHECKS
from bot.cli import documents, record
from bot.model import run_report
from bot.model.judging import judge
from bot.model.policy import Policy
from bot.usecases.keep_pair import last_good
from handlers.views import approval, checklist, run
from playground.kubernetes.dapr import BUNDLE
from tests.voyage.voyage import Voyage

Sink = tuple[str, bytes]

OWN: Final = ("issuer.key", "somebody-elses.key")
"""Of the Secret of the bundle: the one place where an issuer's key may be."""


async def sinks(voyage: Voyage, since: int = 0) -> list[Sink]:
    """All of it, now; of the objects what was written ``since`` that change, counted from the beginning."""
    return [
        *_files(voyage.folder),
        *_objects(voyage, since),
        *await _documents(voyage),
        *await _told(voyage),
        ("repr", await _printed(voyage)),
    ]


async def _printed(voyage: Voyage) -> bytes:
    # What somebody would see who logs one of the bot's parts; without what holds the simulated cluster here.
    performer = voyage.carriage.performer
    parts = (performer.seal, performer.hands, voyage.keeper.condition, await performer.staging())
    return repr((*parts, await last_good(voyage.keeper.safe, voyage.keeper.seal))).encode()


def _files(folder: Path) -> Iterator[Sink]:
    # The database as it lies there: free pages, -wal and -shm too.
    for path in folder.rglob("*"):
        if path.is_file() and path.name != "kubeconfig":
            yield path.name, path.read_bytes()


def _objects(voyage: Voyage, since: int) -> Iterator[Sink]:
    # Events too; of the bundle's Secret all but its keys.
    for change in voyage.kube.store.changes[since:]:
        metadata = change.stored.object["metadata"]
        yield f"{change.kind.name} {metadata['name']}", json.dumps(_without_keys(change.stored.object)).encode()


def _without_keys(thing: dict[str, Any]) -> dict[str, Any]:
    if (thing["kind"], thing["metadata"]["name"]) != ("Secret", BUNDLE):
        return thing
    return {**thing, "data": {key: value for key, value in (thing.get("data") or {}).items() if key not in OWN}}


async def _documents(voyage: Voyage) -> list[Sink]:
    entries = await voyage.store.approvals.record()
    snapshot = await voyage.carriage.look()
    return [
        ("snapshot", documents.snapshot(snapshot).encode()),
        ("report", documents.report(judge(snapshot, Policy(), CHECKS)).encode()),
        ("audit export", (record.exported_text(entries) + record.exported_json(entries)).encode()),
    ]


async def _told(voyage: Voyage) -> list[Sink]:
    asked, file = await voyage.store.approvals.latest_request("prod-eu"), await voyage.journal.latest_run("prod-eu")
    now = voyage.clock.now()
    told: list[Sink] = []
    if asked is not None:
        messages = [approval.card(asked), approval.outcome(asked)]
        told += [("request", repr(asked).encode()), ("card of the request", json.dumps([one.arguments() for one in messages]).encode())]
    if file is not None:
        messages = [run.card(file, now), checklist.render(file, now)]
        told += [
            ("run", repr(file).encode()),
            ("run's report", run_report.as_markdown(file).encode() + run_report.as_json(file)),
            ("card of the run", json.dumps([one.arguments() for one in messages]).encode()),
        ]
    return told
