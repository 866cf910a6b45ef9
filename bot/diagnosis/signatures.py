"""The table: every signature as a value, one module per group in ``bot.diagnosis.table``. A house test holds them to their rules."""

from bot.diagnosis.signature import Signature

SIGNATURES: tuple[Signature, ...] = ()

BY_ID: dict[str, Signature] = {one.id: one for one in SIGNATURES}
