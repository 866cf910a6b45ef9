"""Behind the door: argv to a command; the only file that knows everything."""

import asyncio
import os
from importlib.metadata import PackageNotFoundError, version

import structlog

from bot import bootstrap
from bot.adapters import logging, store, terminal
from bot.adapters.clock import SystemClock
from bot.cli.commands import group
from bot.cli.doors import Doors
from bot.config import Settings
from bot.errors import BotError
from bot.model.diagnosis import Diagnosis
from bot.model.examination import Examined
from bot.model.snapshot import Snapshot
from bot.model.targets import Unresolved

NAME = "dapr-warden"


def run() -> None:
    """Run the command line of this process; ends in SystemExit with the exit code."""
    own = _version()
    doors = Doors(
        environ=dict(os.environ),  # noqa: TID251 - the one place where the environment is read
        version=own,
        now=SystemClock().now,
        observe=lambda settings: _observe(settings, own, surroundings=False),
        survey=lambda settings: _observe(settings, own, surroundings=True),
        diagnose=lambda settings, words: _diagnose(settings, words, own),
        recorded=lambda settings: store.recorded(settings.store),
        ask=terminal.asked,
        examine=lambda settings: _examine(settings, own),
        serve=lambda settings: _serve(settings, own),
    )
    group(doors)()


def _observe(settings: Settings, own: str, *, surroundings: bool) -> Snapshot:
    logging.configure("error", "text")
    return asyncio.run(bootstrap.look_once(settings, version=own, surroundings=surroundings))


def _diagnose(settings: Settings, words: str, own: str) -> Diagnosis | Unresolved:
    logging.configure("error", "text")
    return asyncio.run(bootstrap.diagnose_once(settings, words, version=own))


def _examine(settings: Settings, own: str) -> Examined:
    # Imported here, as below.
    from bot import consulting  # noqa: PLC0415

    logging.configure("error", "text")
    return asyncio.run(consulting.examine_once(settings, version=own))


def _serve(settings: Settings, own: str) -> None:
    # Imported here: Slack's libraries cost the other commands a third of a second.
    from bot import serve  # noqa: PLC0415

    logging.configure(settings.log_level, settings.log_format)
    try:
        serve.run(settings, own)
    except BotError:
        raise
    except Exception:
        # The command line will end it with a sentence; where a bot runs, its log is all there is to find out with.
        structlog.get_logger(__name__).exception("ended by a bug")
        raise


def _version() -> str:
    try:
        return version(NAME)
    except PackageNotFoundError:
        return "0+unknown"
