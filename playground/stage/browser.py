"""Opens the page where there is a browser that shows it; where there is none, the address in the terminal is enough."""

import asyncio
import os
import sys
import webbrowser
from contextlib import suppress


def has_display() -> bool:
    """Whether a window can be opened. Over ssh it would open on the wrong machine, without a display in this terminal."""
    environment = os.environ  # noqa: TID251 - the desktop's customary variables, not settings of the bot
    if environment.get("SSH_CONNECTION"):
        return False
    return sys.platform in {"darwin", "win32"} or bool(environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY"))


async def show(url: str) -> None:
    """Never fails, and never waits for the browser."""
    if has_display():
        with suppress(webbrowser.Error, OSError):
            await asyncio.to_thread(webbrowser.open, url)
