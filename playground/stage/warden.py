"""`python -m playground.stage.warden OFFSET_FILE`: `dapr-warden serve` as it is, with a clock that somebody else can move.

Settings come from the environment, as for the bot itself. Exit code 0 after SIGTERM, 3 when it cannot run.
"""

import os
import signal
import sys
from pathlib import Path

UNABLE = 3


def main() -> int:
    """Serve until SIGTERM or SIGINT."""
    # Loading takes a second, in which SIGTERM should be heard, too; bot.__main__ does the same.
    signal.signal(signal.SIGTERM, _leave)
    from bot import serve  # noqa: PLC0415
    from bot.adapters import logging  # noqa: PLC0415
    from bot.config import from_env  # noqa: PLC0415
    from bot.errors import BotError  # noqa: PLC0415
    from playground.stage.clock import FollowingClock  # noqa: PLC0415

    try:
        settings = from_env(dict(os.environ))  # noqa: TID251 - this is the door of that process
        logging.configure(settings.log_level, settings.log_format)
        serve.run(settings, "playground", FollowingClock(Path(sys.argv[1])))
    except BotError as error:
        sys.stderr.write(f"dapr-warden: {error} {error.hint}\n")
        return UNABLE
    return 0


def _leave(*_: object) -> None:
    raise SystemExit(0)


if __name__ == "__main__":
    raise SystemExit(main())
