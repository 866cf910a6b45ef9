"""The seed of this run: a new one each time, so that every run asks something that none has asked; said with every failure."""

import os
import secrets
from collections.abc import Iterable

VARIABLE = "DIFFERENTIAL_SEED"

_LIMIT = 10**9


def choose() -> None:
    """A seed for this run, unless one was given; what is started from here inherits it."""
    os.environ.setdefault(VARIABLE, str(secrets.randbelow(_LIMIT)))  # noqa: TID251 - of the tests, not of the bot


def seed() -> int:
    """The seed that was given or chosen."""
    return int(os.environ[VARIABLE])  # noqa: TID251 - as above


def again(disagreements: Iterable[str]) -> str:
    """What a failed test says: how to ask the same again, then each disagreement."""
    return "\n".join((f"Again: {VARIABLE}={seed()} make test-real", *disagreements))
