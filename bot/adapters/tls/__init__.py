"""The certificates that a TLS server shows, read without trusting it."""

from bot.adapters.tls.probe import Wire, shown

__all__ = ["Wire", "shown"]
