"""Everything here stays on this machine: there is no security, and the tokens are known to everybody."""

LOOPBACK = ("127.0.0.1", "::1", "localhost")


def require_loopback(host: str) -> None:
    """Refuse to listen where anybody else could reach it, and to send where anybody else could be."""
    if host not in LOOPBACK:
        raise ValueError(f"the Slack emulator has no security and lives on loopback only, not on {host!r}")
