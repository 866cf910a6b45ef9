"""The doctor and the test of the alert path, as the conversation sees them."""

import asyncio
from dataclasses import dataclass, field
from datetime import timedelta

from bot.model.alert import Place
from bot.model.examination import Examined
from bot.usecases.trial import Arrived, Tried
from tests.examined import a_result, an_examined


@dataclass
class FakeDoctor:
    """Says ``found``; ``gate`` holds it back."""

    found: Examined = field(default_factory=lambda: an_examined(a_result()))
    gate: asyncio.Event | None = None

    async def __call__(self) -> Examined:
        if self.gate is not None:
            await self.gate.wait()
        return self.found


@dataclass
class FakeTrial:
    """Comes to ``tried``; counts how often it was asked."""

    tried: Tried = field(default_factory=lambda: Arrived(place=Place("C0OPS00000", "1.2"), after=timedelta(milliseconds=420)))
    asked: int = 0

    async def __call__(self) -> Tried:
        self.asked += 1
        return self.tried
