"""Whether an address is on this machine: what is here goes through no proxy, and is not worth compressing."""

import ipaddress
from urllib.parse import urlsplit


def is_here(url: str) -> bool:
    """Whether the host is a loopback address or localhost."""
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
