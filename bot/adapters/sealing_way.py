"""The way of sealing that the settings name, and whether it works: a random value is sealed and opened again, and thrown away."""

import hmac
import secrets
import time
from datetime import timedelta
from typing import Final

from bot.adapters.sealing import AesGcmSeal
from bot.adapters.sealing_command import CommandSeal
from bot.config import Settings
from bot.errors import Permanent
from bot.model.vitals import SealTrial
from bot.ports import Seal

ABOUT_TRIAL: Final = "trial"
"""What its seal is about: it opens for nothing else."""
TRIAL_BYTES: Final = 32


def chosen(settings: Settings) -> Seal:
    """Ready to seal. Blocks; raises SettingsError where neither way can be used."""
    command = settings.sealing_command
    return CommandSeal.from_line(command) if command else AesGcmSeal.from_file(settings.sealing_key_file)


def tried(settings: Settings) -> SealTrial:
    """As a bot that starts now would: a command is run to wrap a data key, and to unwrap it. Blocks; raises :mod:`bot.errors`."""
    value, began = secrets.token_bytes(TRIAL_BYTES), time.monotonic()
    seal = chosen(settings)
    opened = seal.open(seal.seal(value, ABOUT_TRIAL), ABOUT_TRIAL)
    if not hmac.compare_digest(value, opened):
        raise Permanent("What was sealed opens as something else.", hint="Nothing should be rotated with it: docs/rotation.md#sealing")
    return SealTrial(by_command=bool(settings.sealing_command), took=timedelta(seconds=time.monotonic() - began))
