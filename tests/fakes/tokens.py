"""Whose a token is, as a test says: :class:`bot.ports.Tokens`."""

from dataclasses import dataclass, field

from bot.model.caller import Caller
from bot.model.trust_pair import SecretBytes


@dataclass
class FakeTokens:
    """``callers`` by token. ``unable`` keeps everybody from being known. ``asked``: the tokens that were looked at."""

    callers: dict[bytes, Caller] = field(default_factory=dict)
    unable: Exception | None = None
    asked: list[bytes] = field(default_factory=list)

    async def reviewed(self, token: SecretBytes) -> Caller | None:
        self.asked.append(token.revealed())
        if self.unable is not None:
            raise self.unable
        return self.callers.get(token.revealed())
