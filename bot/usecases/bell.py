"""A bell: anybody may ring it, any number of times; whoever waits wakes once. How schedule, watch and people reach the sweeper."""

import asyncio


class Bell:
    """An event that forgets itself when heard. Ringing before somebody waits is not lost."""

    def __init__(self) -> None:
        self._event = asyncio.Event()

    def ring(self) -> None:
        """Wake whoever waits, now or at their next wait. Returns at once, never raises."""
        self._event.set()

    async def heard(self) -> None:
        """Wait until it has been rung since the last time."""
        await self._event.wait()
        self._event.clear()
