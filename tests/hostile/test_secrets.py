"""Canaries: keys and tokens in every place where something comes in, and a scan of every place where something comes out."""

import base64
import io
import json
import traceback
from pathlib import Path
from typing import Any

import pytest

from bot.adapters import store as sqlite
from bot.adapters.counters import Counters
from bot.checks import CHECKS
from bot.cli import documents, text
from bot.model.gauges import gauges
from bot.model.judging import judge
from bot.model.policy import Policy
from bot.model.reconcile import reconcile
from bot.usecases.collect import Scope, collect
from handlers.views import alert, check
from tests.builders import days
from tests.certificates import NOW, a_good_bundle, a_key, key_pem
from tests.fakes.clock import FakeClock
from tests.hostile.answers import LyingClient, a_cluster_on, recorded, response, some_settings
from tests.hostile.slack import under_fire
from tests.rig.canaries import heard, of_key, of_token

TOKEN = "xoxb-111111111111-222222222222-canarycanarycanary"
JWT = "eyJhbGciOiJSUzI1NiJ9.eyJjYW5hcnkiOiJjYW5hcnktY2FuYXJ5LWNhbmFyeS1jYW5hcnkifQ.Y2FuYXJ5LXNpZ25hdHVyZS1jYW5hcnktc2lnbmF0dXJl"
KEY = key_pem(a_key("p256", "canary"))
CANARIES = [of_key("issuer key", KEY), of_token("bot token", TOKEN), of_token("JWT", JWT)]

Sink = tuple[str, bytes]


async def poisoned() -> dict[str, Any]:
    """An API server's good answers with secrets wherever a careless person could have put them."""
    files = a_good_bundle()
    good = await recorded(files)
    tree = json.loads(json.dumps(good))
    secret = tree["/api/v1/namespaces/dapr-system/secrets/dapr-trust-bundle"]
    both = files.ca + KEY + files.ca
    secret["data"] |= {
        name: _base64(value) for name, value in {"ca.crt": both, "issuer.key": KEY, "token": JWT.encode(), "jwt.key": KEY}.items()
    }
    tree["/api/v1/namespaces/dapr-system/configmaps/dapr-trust-bundle"]["data"] |= {"ca.crt": both.decode(), "leaked": TOKEN}
    for pod in tree["/api/v1/pods"]["items"]:
        for container in pod["spec"]["containers"]:
            container.setdefault("env", []).append({"name": "SLACK_BOT_TOKEN", "value": TOKEN})
            for variable in container["env"]:
                if variable["name"] == "DAPR_TRUST_ANCHORS":
                    variable["value"] = both.decode() + f"\n{JWT}\n"
    return dict(tree)


def _base64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def _files(folder: Path) -> list[Sink]:
    return [(file.name, file.read_bytes()) for file in folder.iterdir()]


async def sinks(client: LyingClient, folder: Path) -> list[Sink]:
    """Everything that comes out of a sweep."""
    snapshot = await collect(a_cluster_on(client), FakeClock(NOW), Scope(settings=some_settings(), name="prod-eu"))
    report = judge(snapshot, Policy(), CHECKS)
    cards = reconcile((), report, NOW, Policy())
    async with sqlite.opened(f"sqlite:///{folder / 'memory.sqlite3'}") as store:
        await store.commit_sweep(report, cards.cards, cards.announcements)
        files = _files(folder)
    counters = Counters("9.9")
    counters.swept(report)
    messages = [check.every(report, "/dapr", NOW), *(alert.card(card, "prod-eu", NOW) for card in cards.cards)]
    return [
        *files,
        ("snapshot", documents.snapshot(snapshot).encode()),
        ("terminal", (text.checks(report, NOW) + text.status(report, NOW)).encode()),
        ("JSON", documents.report(report).encode()),
        ("messages", json.dumps([message.arguments() for message in messages]).encode()),
        ("metrics", repr(list(gauges(snapshot, report, {}, days(1)))).encode()),
    ]


async def test_nothing_secret_leaves_a_sweep(log: io.StringIO, tmp_path: Path) -> None:
    there = await sinks(LyingClient(await poisoned()), tmp_path)

    assert heard(CANARIES, [*there, ("log", log.getvalue().encode())]) == []
    assert sum(len(content) for _, content in there) > 50_000


@pytest.mark.parametrize("seed", range(40))
async def test_nothing_secret_leaves_a_sweep_over_damaged_answers(seed: int, log: io.StringIO, tmp_path: Path) -> None:
    there = await sinks(LyingClient(await poisoned(), seed), tmp_path)

    assert heard(CANARIES[:1], [*there, ("log", log.getvalue().encode())]) == []


@pytest.mark.parametrize("body", [b'{"kind":"Secret","metadata":{"name":"x"},"data":{"issuer.key":', b"[", b"\xff"])
async def test_no_traceback_holds_what_was_read(body: bytes) -> None:
    cluster = a_cluster_on(_Saying(body + json.dumps(KEY.decode()).encode()))

    try:
        await cluster.trust_secret()
    except Exception as error:  # noqa: BLE001 - whatever it is, it is looked at
        shown = "".join(traceback.TracebackException.from_exception(error, capture_locals=True).format())
    else:
        shown = ""

    assert shown
    assert heard(CANARIES, [("traceback", shown.encode())]) == []


class _Saying(LyingClient):
    """Always the same body."""

    def __init__(self, body: bytes) -> None:
        super().__init__({}, None)
        self._body = body

    def _answer(self, path: str, dice: object) -> Any:
        return response(200, self._body)


async def test_a_payload_with_secrets_leaves_none_in_the_log(log: io.StringIO) -> None:
    async with under_fire() as target:
        for place in ("text", "command", "response_url", "trigger_id", "token"):
            body = {"command": "/dapr", "text": "status", "user_id": "U0MIAMEMBE", "team_id": "T0HOME0000", "channel_id": "C0OPS00000"}
            await target.shoot(body | {place: TOKEN if place != "response_url" else f"https://hooks.invalid/{JWT}"})
        logged = json.dumps([dict(line) for line in target.logs], default=str)

    assert heard(CANARIES, [("log", logged.encode())]) == []
