"""One TLS handshake, as far as the server's certificates: over any wire, trusting nobody, telling no secret, bounded in bytes.

Read even where the handshake then fails, as with TLS 1.2 servers that demand a certificate of ours. No deadline: the caller's.
"""

import ssl
from typing import Any, Final, Protocol, cast

from bot.errors import Malformed, Unreachable

# As many as 20 certificates with large keys; a server of Dapr's sends two to four.
MOST_BYTES: Final = 256 * 1024
_READ: Final = 16 * 1024
_DER: Final = 2


class Wire(Protocol):
    """Bytes to the server and back."""

    async def send(self, data: bytes) -> None:
        """All of them. Raises Unreachable."""
        ...

    async def receive(self, most: int) -> bytes:
        """Some; b"" when the server has closed. Raises Unreachable."""
        ...


async def shown(wire: Wire, where: str) -> tuple[bytes, ...]:
    """The certificates in DER, the server's own first. ``where``: as errors call it.

    Raises Malformed when what answers does not speak TLS, or shows none; Unreachable when the wire ends first.
    """
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    tls = _context().wrap_bio(incoming, outgoing)
    read = 0
    while True:
        try:
            tls.do_handshake()
        except ssl.SSLWantReadError:
            await _flush(wire, outgoing)
            data = await wire.receive(_READ)
            read += len(data)
            if read > MOST_BYTES:
                raise Malformed(f"{where}: more than {MOST_BYTES // 1024} KiB and no end of the handshake.") from None
            if data:
                incoming.write(data)
            else:
                incoming.write_eof()
            continue
        except ssl.SSLError as error:
            chain = _chain(tls)
            if chain:
                return chain
            raise _failed(error, where, read) from error
        await _flush(wire, outgoing)
        chain = _chain(tls)
        if not chain:
            raise Malformed(f"{where}: the server showed no certificate.")
        return chain


def _context() -> ssl.SSLContext:
    """A client that takes everything: it wants to see what is wrong."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    # Weak keys and digests too; nothing is sent over what is agreed.
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.set_alpn_protocols(["h2"])
    return context


async def _flush(wire: Wire, outgoing: ssl.MemoryBIO) -> None:
    if outgoing.pending:
        await wire.send(outgoing.read())


def _failed(error: ssl.SSLError, where: str, read: int) -> Malformed | Unreachable:
    if not read or isinstance(error, ssl.SSLEOFError):
        return Unreachable(f"{where}: the connection ended before a certificate was shown.")
    return Malformed(f"{where}: what answers there does not shake hands as TLS ({error.reason or type(error).__name__}).")


def _chain(tls: ssl.SSLObject) -> tuple[bytes, ...]:
    """Public from Python 3.13 on; the object below has had it since 3.10."""
    public = getattr(tls, "get_unverified_chain", None)
    if public is not None:
        return tuple(cast("list[bytes]", public()) or ())
    found = cast("Any", tls)._sslobj.get_unverified_chain()  # noqa: SLF001 - as the docstring says
    return tuple(one.public_bytes(_DER) for one in found or ())
