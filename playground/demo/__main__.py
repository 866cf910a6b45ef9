"""`python -m playground.demo`: the story in this terminal. Exit code 0; 1 when something did not come; 130 after Ctrl-C."""

import argparse
import asyncio
import os
import shutil
import signal
import sys
import tempfile
from pathlib import Path
from typing import Final

from playground.demo import screen, story
from playground.demo.child import DemoError

FAILED: Final = 1
INTERRUPTED: Final = 130
SIGNALS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


async def tell(stage_folder: Path, *, fast: bool) -> int:
    """Play until the end or a signal; the exit code. Whatever was started has ended when it returns."""
    environment = os.environ  # noqa: TID251 - the terminal's customary variables, not settings of the bot
    console = screen.console(fast=fast, no_color=bool(environment.get("NO_COLOR")), term=environment.get("TERM", ""))
    task = asyncio.ensure_future(story.play(console, stage_folder))
    for number in SIGNALS:
        # The second one finds nothing to cancel: the children are being ended, within a bounded time.
        asyncio.get_running_loop().add_signal_handler(number, task.cancel)
    try:
        await task
    except asyncio.CancelledError:
        sys.stdout.write("\nStopped; the bot has ended, too.\n")
        return INTERRUPTED
    return 0


def main() -> None:
    """Read the command line and play."""
    parser = argparse.ArgumentParser(prog="python -m playground.demo", description=__doc__)
    parser.add_argument("--fast", action="store_true", help="no pauses; the default where standard output is no terminal")
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="dapr-warden-demo-"))
    try:
        code = asyncio.run(tell(folder, fast=options.fast))
    except* DemoError as group:
        problem = "\n".join(str(error) for error in group.exceptions)
        sys.stderr.write(f"\nThe demo did not come to its end. {problem}\n")
        raise SystemExit(FAILED) from None
    shutil.rmtree(folder, ignore_errors=True)
    raise SystemExit(code)


if __name__ == "__main__":
    main()
