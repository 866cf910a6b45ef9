"""Opens the page where there is a browser that shows it; where there is none, the address in the terminal is enough."""

import asyncio
import os
import sys
import webbrowser
from collections.abc import Mapping
from contextlib import suppress


def has_display(environment: Mapping[str, str], platform: str) -> bool:
    """Whether a window can be opened that this person sees. Over ssh it would open on the wrong machine, or not at all."""
    if environment.get("SSH_CONNECTION"):
        return False
    return platform in {"darwin", "win32"} or bool(environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY"))


async def show(url: str) -> None:
    """Never fails, and never waits for the browser."""
    environment = os.environ  # noqa: TID251 - the desktop's customary variables, not settings of the bot
    if has_display(environment, sys.platform):
        with suppress(webbrowser.Error, OSError):
            await asyncio.to_thread(webbrowser.open, url)
