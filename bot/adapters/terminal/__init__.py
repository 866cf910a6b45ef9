"""The loopback port on which a terminal decides: ``opened`` for the bot, ``asked`` for the command line."""

from bot.adapters.terminal.client import asked
from bot.adapters.terminal.opening import opened

__all__ = ["asked", "opened"]
