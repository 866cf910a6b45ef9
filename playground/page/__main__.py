"""`python -m playground.page`: a Slack workspace with its page until Ctrl-C, for a bot in another process."""

import argparse
import asyncio
import signal
import sys
from pathlib import Path

from playground.page.routes import MANIFEST, page_of
from playground.page.small_talk import talk
from playground.slack.emulator import SlackEmulator

BANNER = """This is NOT Slack. A playground on loopback with fake tokens and no security; stop it with Ctrl-C.
Open {url}/ in a browser, and point a bot at it with:
"""


async def serve(port: int, manifest: Path) -> None:
    """Run until SIGINT or SIGTERM."""
    stopped = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    async with SlackEmulator(port=port, routes=(page_of(manifest=manifest),)) as slack:
        talk(slack)
        lines = [f"{name}={value}\n" for name, value in slack.environment.items()]
        sys.stdout.write(BANNER.format(url=slack.url) + "".join(lines))
        sys.stdout.flush()
        await stopped.wait()


def main() -> None:
    """Read the command line and serve."""
    parser = argparse.ArgumentParser(prog="python -m playground.page", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="port on 127.0.0.1 (default: any free one)")
    parser.add_argument("--manifest", type=Path, default=MANIFEST, help="the app manifest whose slash commands are completed")
    options = parser.parse_args()
    asyncio.run(serve(options.port, options.manifest))


if __name__ == "__main__":
    main()
