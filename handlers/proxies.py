"""slack_sdk takes HTTPS_PROXY for every address and knows no NO_PROXY; what runs on this machine must not go through a proxy."""

import ipaddress
from typing import Protocol
from urllib.parse import urlsplit


class Proxied(Protocol):
    """A client of slack_sdk; all three kinds have this field."""

    proxy: str | None


def spare(client: Proxied, url: str) -> None:
    """Make the client go straight to ``url`` when that is on this machine."""
    if is_here(url):
        client.proxy = None


def is_here(url: str) -> bool:
    """Whether the host is a loopback address or localhost."""
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
