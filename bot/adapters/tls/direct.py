"""Straight to a server over the network."""

import asyncio
import os
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress

from bot.errors import Unreachable


class Direct:
    """Implements :class:`bot.adapters.tls.probe.Wire` over a TCP connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, where: str) -> None:
        self._reader = reader
        self._writer = writer
        self._where = where

    async def send(self, data: bytes) -> None:
        """All of them."""
        try:
            self._writer.write(data)
            await self._writer.drain()
        except OSError as error:
            raise _unreachable(self._where, error) from error

    async def receive(self, most: int) -> bytes:
        """What has come, at most so many."""
        try:
            return await self._reader.read(most)
        except OSError as error:
            raise _unreachable(self._where, error) from error


@asynccontextmanager
async def connected(host: str, port: int, where: str) -> AsyncGenerator[Direct]:
    """A connection, closed at once on leaving: nobody waits for the other side. Raises Unreachable."""
    try:
        reader, writer = await asyncio.open_connection(host, port)
    except OSError as error:
        raise _unreachable(where, error) from error
    try:
        yield Direct(reader, writer, where)
    finally:
        writer.transport.abort()
        with suppress(OSError):
            await writer.wait_closed()


def _unreachable(where: str, error: OSError) -> Unreachable:
    # asyncio puts address and port into strerror.
    why = os.strerror(error.errno) if error.errno else type(error).__name__
    return Unreachable(f"{where}: no connection ({why}).")
