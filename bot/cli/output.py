"""Where an answer goes: standard output, which may be full, or a pipe whose reader has gone."""

import contextlib
import errno
import os
import sys

import click

from bot.cli import exit_codes
from bot.errors import BotError


def say(words: str) -> None:
    """Print to the end. Raises BotError when that is not possible; a reader that has gone ends the process without a word."""
    try:
        click.echo(words, nl=False)
    except OSError as error:
        _forget_the_rest()
        if error.errno == errno.EPIPE:
            raise SystemExit(exit_codes.UNABLE) from None
        raise BotError(f"The answer could not be written: {error.strerror}.") from error


def _forget_the_rest() -> None:
    """Python tries to write it once more at its end, and would then complain with an exit code of its own."""
    with contextlib.suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
