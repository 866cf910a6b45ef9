"""The main job to watch and to play with: ``python -m tests.rig.by_hand [--tour]``. Needs `make rig`.

Starts etcd, kube-apiserver, sentry and a strict Slack, and `dapr-warden serve` as a process with the shipped rights; shows the
channel as it changes. One letter is one deed; the tour does all of them in turn. Whatever was started ends with it.
"""

import argparse
import asyncio
import os
import signal
import sys
import tempfile
from pathlib import Path

from playground.demo import screen
from playground.demo.screen import Screen
from tests.rig import build, deeds
from tests.rig.api_server import ApiServer, running_api_server
from tests.rig.deeds import DEEDS, TOUR, Deed, Play
from tests.rig.process import RigError

# Nothing started by hand is left running because somebody went home.
LONGEST_SECONDS = 3600
QUIT = "q"
FAILED, STOPPED = 1, 130


def main() -> int:
    """0 at the end of the tour or after q, 1 when something did not come, 130 when stopped."""
    parser = argparse.ArgumentParser(prog="python -m tests.rig.by_hand", description="The main job on real programs, to watch.")
    parser.add_argument("--tour", action="store_true", help="do everything in turn without asking; about four minutes")
    tour = parser.parse_args().tour or not sys.stdin.isatty()
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupt)
    try:
        build.check()
        with tempfile.TemporaryDirectory(prefix="dapr-warden-by-hand-") as folder:
            _say("Starting etcd and kube-apiserver ...")
            with running_api_server(Path(folder) / "api-server") as server:
                asyncio.run(_play(server, Path(folder), is_tour=tour))
    except (build.NotBuilt, RigError, TimeoutError) as problem:
        sys.stderr.write(f"\n{problem}\n")
        return FAILED
    except KeyboardInterrupt:
        _say("\nStopped, and everything with it.")
        return STOPPED
    return 0


async def _play(server: ApiServer, folder: Path, *, is_tour: bool) -> None:
    async with asyncio.timeout(LONGEST_SECONDS), Play(server, folder, _console()) as play:
        if is_tour:
            for deed in TOUR:
                await play.does(deed)
        else:
            await deeds.start(play)
            while chosen := await _chosen(play.console):
                await _tried(play, chosen)
        play.console.heading("", "The end")


async def _tried(play: Play, deed: Deed) -> None:
    try:
        await play.does(deed)
    except (RigError, TimeoutError) as problem:
        play.console.say(f"That did not come: {problem}")


async def _chosen(console: Screen) -> Deed | None:
    """What the person at the terminal wants next; None to end."""
    console.points([*((deed.letter, deed.words) for deed in DEEDS), (QUIT, "end everything")])
    while True:
        letter = await _line()
        if letter in {QUIT, None}:
            return None
        for deed in DEEDS:
            if deed.letter == letter:
                return deed
        _say(f"One of {', '.join(deed.letter for deed in DEEDS)} or {QUIT}, then Enter.")


async def _line() -> str | None:
    """A line of the terminal; None at its end. Slack goes on meanwhile."""
    loop, typed = asyncio.get_running_loop(), asyncio.Event()
    loop.add_reader(sys.stdin, typed.set)
    try:
        await typed.wait()
    finally:
        loop.remove_reader(sys.stdin)
    text = sys.stdin.readline()
    return text.strip().lower() if text else None


def _console() -> Screen:
    environment = os.environ  # noqa: TID251 - the terminal's customary variables, not settings of the bot
    console, _ = screen.console(fast=True, environment=environment)
    return console


def _interrupt(number: int, _: object) -> None:
    raise KeyboardInterrupt(number)


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
