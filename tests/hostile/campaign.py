"""The long form, seeded: `python -m tests.hostile.campaign [SEED] [SCALE]` (1 = everything, 0.01 = a hundredth) prints what it saw.

Each family runs in a process of its own, so that the peak of its memory is its own; a family that hangs is ended and counts as failed.
"""

import asyncio
import json
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from time import perf_counter

from bot.checks import CHECKS
from bot.cli import snapshots
from bot.errors import InputError
from bot.model import pem, private_key
from bot.model.judging import judge
from bot.model.policy import Policy
from bot.usecases.collect import Scope, collect
from tests.builders import a_configmap, a_pod, a_secret, a_snapshot
from tests.bundles.edits import EDITS
from tests.certificates import NOW, a_good_bundle, a_root
from tests.fakes.clock import FakeClock
from tests.hostile.answers import LyingClient, a_cluster_on, recorded, some_settings
from tests.hostile.judging import told
from tests.hostile.mutations import hostile_body
from tests.hostile.slack import forged, under_fire
from tests.hostile.test_snapshots import GOOD
from tests.hostile.texts import TEXTS

MINUTES = 30
ROUND = 250
Family = Callable[[int, float], Iterator[tuple[int, list[str]]]]


def texts(seed: int, scale: float) -> Iterator[tuple[int, list[str]]]:
    """Every text of the list, then edited bundles, one to five edits each, as Secret, ConfigMap and a pod's roots."""
    made, good = [make() for make in TEXTS.values()], a_good_bundle()
    yield 0, []
    for hostile in made:
        yield 1, _of_text(hostile)
    for number in range(int(20_000 * scale)):
        dice = Random(f"{seed} {number}")  # noqa: S311 - damage, not a secret
        text = dice.choice((good.ca, good.issuer, good.key, good.ca + a_root("two").pem))
        for _ in range(dice.randrange(1, 6)):
            text = dice.choice(EDITS)[1](text, dice)
        yield 1, _of_text(text)


def _of_text(text: bytes) -> list[str]:
    document, key = pem.read(text), private_key.read_key(text)
    assert len(document.problems) <= 16
    assert len(key.problems) <= 16
    snapshot = a_snapshot(
        secret=a_secret(ca=text, issuer=text, key=text), configmap=a_configmap(text), pods=[a_pod("orders", anchors=text)]
    )
    return [one.fact for one in judge(snapshot, Policy(), CHECKS).findings if " broke (" in one.fact]


def answers(seed: int, scale: float) -> Iterator[tuple[int, list[str]]]:
    """Sweeps over an API server of which every answer may be damaged."""
    good = asyncio.run(recorded(a_good_bundle()))
    yield 0, []
    asked, sweeps = 0, 0
    while asked < 100_000 * scale:
        client = LyingClient(good, seed * 1_000_000 + sweeps)
        sweeps += 1
        seen = asyncio.run(collect(a_cluster_on(client), FakeClock(NOW), Scope(settings=some_settings(), name="prod-eu")))
        asked += client.requests
        yield client.requests, told(seen)


def files(seed: int, scale: float) -> Iterator[tuple[int, list[str]]]:
    """Damaged snapshot files."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "snapshot.json"
        for number in range(int(20_000 * scale)):
            file.write_bytes(hostile_body(GOOD, Random(f"{seed} {number}")))  # noqa: S311 - damage, not a secret
            try:
                seen = snapshots.read(file)
            except InputError:
                yield 1, []
            else:
                yield 1, told(seen)


def payloads(seed: int, scale: float) -> Iterator[tuple[int, list[str]]]:
    """Forged Slack payloads, some of them twice at once. A new bot every few hundred, so that what is counted is the bot's memory."""
    for number in range(int(100_000 * scale) // ROUND):
        yield asyncio.run(_fire(Random(f"{seed} {number}")))  # noqa: S311 - damage, not a secret


async def _fire(dice: Random) -> tuple[int, list[str]]:
    async with under_fire() as target:
        while target.shots < ROUND:
            some = [forged(dice) for _ in range(dice.randrange(1, 5))]
            await target.shoot(*some, *some[: dice.choice((0, 0, 1))])
        return target.shots, target.harm()


FAMILIES: dict[str, Family] = {"PEM texts": texts, "API answers": answers, "snapshot files": files, "Slack payloads": payloads}


def run(name: str, seed: int, scale: float) -> dict[str, object]:
    """One family in this process."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began, count, slowest, wrong = perf_counter(), 0, 0.0, list[str]()
    last = began
    for size, harm in FAMILIES[name](seed, scale):
        count += size
        wrong += harm
        # What prepared the inputs is no input itself.
        slowest, last = max(slowest, perf_counter() - last if size else 0.0), perf_counter()
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    return {"count": count, "seconds": perf_counter() - began, "slowest": slowest, "grown": grown, "wrong": len(wrong), "first": wrong[:3]}


def main() -> None:
    """All families, or, called by itself, one. Exit code 1 when anything was wrong."""
    seed, scale = int(sys.argv[1]) if len(sys.argv) > 1 else 0, float(sys.argv[2]) if len(sys.argv) > 2 else 1.0
    if len(sys.argv) > 3:
        print(json.dumps(run(sys.argv[3], seed, scale)))  # noqa: T201 - the figures
        return
    good = True
    print(f"seed {seed}, scale {scale:g}")  # noqa: T201 - the figures
    print(f"{'family':16} {'inputs':>8} {'wrong':>6} {'wall s':>8} {'slowest s':>10} {'peak RSS +MiB':>14}")  # noqa: T201 - the figures
    for name in FAMILIES:
        command = [sys.executable, "-W", "ignore", "-m", "tests.hostile.campaign", str(seed), str(scale), name]
        done = subprocess.run(command, check=True, capture_output=True, timeout=MINUTES * 60)  # noqa: S603 - ourselves
        found = json.loads(done.stdout.splitlines()[-1])
        row = (found["count"], found["wrong"], found["seconds"], found["slowest"], found["grown"])
        print("{:16} {:8} {:6} {:8.0f} {:10.2f} {:14.0f}".format(name, *row), *found["first"], flush=True)  # noqa: T201 - the figures
        good = good and not found["wrong"]
    raise SystemExit(0 if good else 1)


if __name__ == "__main__":
    main()
