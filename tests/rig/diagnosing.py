"""How long does `/dapr diagnose app1` take in the story? ``python -m tests.rig.diagnosing [--pods 5000] [--runs 100]``.

Real kube-apiserver with that many pods, real Loki with the story's lines, the bot as a process, a strict Slack. Prints each
quantile and whether every answer named the root first; exit code 1 when one did not.
"""

import argparse
import asyncio
import itertools
import statistics
import sys
import tempfile
import time
from functools import partial
from pathlib import Path

from bot.adapters.clock import SystemClock
from playground.slack import Gesture
from tests.rig import crowd, story
from tests.rig.api_server import ApiServer, running_api_server
from tests.rig.audience import CHANNEL, COMMAND
from tests.rig.collectors import PROMTAIL
from tests.rig.loki import Loki, running_loki
from tests.rig.shipper import Shipper
from tests.rig.stage import Stage, own_ca_until

VERSION = "1.10.4"
# One person may not ask as fast as this measures.
ASKERS = ("olga", "oscar", "pavel", "petra", "mia")
PAUSE_SECONDS = 1.5
NAMED = "Dapr root certificate expired"


async def measured(api_server: ApiServer, loki: Loki, folder: Path, *, pods: int, runs: int) -> tuple[list[float], int]:
    """Seconds of each run, from the command to the answer, and how many answers named the root first."""
    now = SystemClock().now()
    (folder / "stage").mkdir()
    async with Stage(api_server, folder / "stage") as stage:
        bundle = own_ca_until(story.root_ended(now), VERSION)
        await stage.install_objects(bundle, version=VERSION)
        await asyncio.to_thread(
            crowd.move_in, stage.cluster, pods, namespace="apps", anchors=bundle.secret["ca.crt"].decode(), version=VERSION
        )
        shipper = Shipper(loki, PROMTAIL)
        for path, origin in story.write(folder / "logs", until=SystemClock().now()):
            shipper.follow(path, origin)
        shipper.ship()
        await stage.start_bot({"loki_url": loki.url})
        seconds, right = [], 0
        for asker in itertools.islice(itertools.cycle(ASKERS), runs):
            began = time.monotonic()
            gesture = await stage.slack.slash(asker, CHANNEL, COMMAND, "diagnose app1")
            answer = await stage.ops.sees(partial(_answers, stage, gesture))
            seconds.append(time.monotonic() - began)
            right += NAMED in answer[-1].splitlines()[1]
            await asyncio.sleep(PAUSE_SECONDS)
        return seconds, right


def _answers(stage: Stage, gesture: Gesture) -> list[str]:
    words = (stage.ops.words(message) for message in gesture.messages)
    return [said for said in words if "Looking why" not in said]


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.rig.diagnosing", description="Time `/dapr diagnose app1` in the story.")
    parser.add_argument("--pods", type=int, default=5000)
    parser.add_argument("--runs", type=int, default=100)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with running_api_server(folder / "api-server") as api_server, running_loki(folder / "loki") as loki:
            seconds, right = asyncio.run(measured(api_server, loki, folder, pods=options.pods, runs=options.runs))
    hundredths = statistics.quantiles(seconds, n=100, method="inclusive")
    p50, p95, worst = hundredths[49], hundredths[94], max(seconds)
    sys.stdout.write(f"{options.pods} pods, {options.runs} runs: p50 {p50:.2f} s, p95 {p95:.2f} s, worst {worst:.2f} s; ")
    sys.stdout.write(f"the root named first in {right} of {options.runs}\n")
    return 0 if right == options.runs else 1


if __name__ == "__main__":
    sys.exit(main())
