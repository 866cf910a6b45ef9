"""slack_sdk takes HTTPS_PROXY for every address and knows no NO_PROXY; what runs on this machine must not go through a proxy."""

from typing import Protocol

from bot.loopback import is_here


class Proxied(Protocol):
    """A client of slack_sdk; all three kinds have this field."""

    proxy: str | None


def spare(client: Proxied, url: str) -> None:
    """Make the client go straight to ``url`` when that is on this machine."""
    if is_here(url):
        client.proxy = None
