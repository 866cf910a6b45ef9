"""What servers show is read whatever it is worth, and whoever shows nothing is told with a reason, in time."""

import asyncio
from contextlib import AbstractAsyncContextManager
from datetime import timedelta
from typing import Any

import pytest

from bot.adapters.tls import Wire
from bot.adapters.tls.probe import MOST_BYTES
from bot.adapters.tls.probing import MOST_CERTIFICATES, asked, straight
from bot.errors import Unreachable
from bot.model.certificate import certificates
from bot.model.chains import Endpoint, LiveChains, NoChain
from bot.model.observed import Why
from tests.adapters.tls.conftest import Serve, ServeTls, endpoint
from tests.certificates import DAY, NOW, Made, a_key, a_leaf, a_root, an_issuer

LONG_GONE: dict[str, Any] = {"not_before": NOW - 800 * DAY, "not_after": NOW - 700 * DAY}
TLS = ("TLSv1_2", "TLSv1_3")


async def ask(*endpoints: Endpoint, seconds: float = 5) -> LiveChains:
    return await asked(endpoints, straight, deadline=timedelta(seconds=seconds))


def shown(found: LiveChains) -> list[list[bytes]]:
    assert not found.silent
    return [[one.der for one in certificates(live.chain)] for live in found.shown]


async def silence(*endpoints: Endpoint, seconds: float = 5) -> NoChain:
    found = await ask(*endpoints, seconds=seconds)
    assert not found.shown
    return found.silent[0]


def a_chain(kind: str = "p256") -> tuple[Made, Made]:
    root = a_root(key=a_key(kind, "root"))
    issuer = an_issuer(root, key=a_key(kind, "issuer"))
    return a_leaf(issuer, key=a_key(kind, "leaf")), issuer


@pytest.mark.parametrize("kind", ["p256", "ed25519", "rsa2048"])
@pytest.mark.parametrize("newest", TLS)
async def test_the_chain_is_read_as_it_is_shown(serve_tls: ServeTls, kind: str, newest: str) -> None:
    leaf, issuer = a_chain(kind)

    assert shown(await ask(await serve_tls(leaf, issuer, newest=newest))) == [[leaf.der, issuer.der]]


@pytest.mark.parametrize("kind", ["p256", "ed25519", "rsa2048"])
@pytest.mark.parametrize("newest", TLS)
async def test_it_is_read_where_a_certificate_of_ours_is_demanded(serve_tls: ServeTls, kind: str, newest: str) -> None:
    leaf, issuer = a_chain(kind)

    assert shown(await ask(await serve_tls(leaf, issuer, newest=newest, demands=issuer))) == [[leaf.der, issuer.der]]


@pytest.mark.parametrize("newest", TLS)
async def test_an_expired_one_is_read_too(serve_tls: ServeTls, newest: str) -> None:
    root = a_root(**LONG_GONE)
    leaf = a_leaf(root, **LONG_GONE)

    assert shown(await ask(await serve_tls(leaf, newest=newest))) == [[leaf.der]]


async def test_a_self_signed_one_is_read_too(serve_tls: ServeTls) -> None:
    root = a_root()

    assert shown(await ask(await serve_tls(root))) == [[root.der]]


async def test_more_certificates_than_anybody_needs_are_not_looked_at(serve_tls: ServeTls) -> None:
    leaf, issuer = a_chain()

    found = await silence(await serve_tls(leaf, *[issuer] * MOST_CERTIFICATES))

    assert (found.why.why, found.why.detail.endswith("it shows 17 certificates, too many to look at.")) == (Why.MALFORMED, True)


async def test_who_answers_in_http_does_not_speak_tls(serve: Serve) -> None:
    async def http(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(16)
        writer.write(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
        await writer.drain()
        await reader.read()

    found = await silence(await serve(http))

    assert found.why.why is Why.MALFORMED
    assert (
        f"operator (dapr-system/dapr-operator-0, port {found.endpoint.port}): what answers there does not shake hands as TLS"
        in found.why.detail
    )
    assert "DAPR_WARDEN_TLS_PROBES" in found.why.hint


async def test_who_says_nothing_is_given_up(serve: Serve) -> None:
    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        await asyncio.Event().wait()

    found = await silence(await serve(silent), seconds=0.1)

    assert (found.why.why, found.why.detail.endswith(": no certificate within 0.1 s.")) == (Why.TIMED_OUT, True)


async def test_who_hangs_up_at_once_is_unreachable(serve: Serve) -> None:
    async def curt(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()

    assert (await silence(await serve(curt))).why.why is Why.UNREACHABLE


async def test_where_nobody_listens_there_is_no_connection() -> None:
    found = await silence(endpoint(1))

    assert (found.why.why, found.why.detail.endswith(": no connection (Connection refused).")) == (Why.UNREACHABLE, True)


async def test_who_never_ends_is_cut_off(serve: Serve) -> None:
    # A record of a handshake message that announces 16 MiB, and nothing but more of it.
    record = b"\x16\x03\x03\x40\x00"
    flood = record + b"\x0b\xff\xff\xff" + bytes(0x4000 - 4) + (record + bytes(0x4000)) * (2 * MOST_BYTES // 0x4000)
    hello = bytes.fromhex("160303002a020000260303") + bytes(32) + bytes.fromhex("00c02f00")

    async def endless(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(16)
        writer.write(hello + flood)
        await writer.drain()
        await reader.read()

    assert (await silence(await serve(endless))).why.why is Why.MALFORMED


async def test_one_that_shows_nothing_costs_the_others_nothing(serve: Serve, serve_tls: ServeTls) -> None:
    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await asyncio.Event().wait()

    leaf, issuer = a_chain()
    good, bad = await serve_tls(leaf, issuer), await serve(silent)

    found = await ask(bad, good, bad, seconds=0.5)

    assert [one.endpoint for one in found.shown] == [good]
    assert [one.endpoint for one in found.silent] == [bad, bad]


class Barred(AbstractAsyncContextManager[Wire]):
    """A way on which nobody arrives; it counts who is on it."""

    most = now = 0

    def __init__(self, error: Exception) -> None:
        self.error = error

    async def __aenter__(self) -> Wire:
        Barred.now += 1
        Barred.most = max(Barred.most, Barred.now)
        await asyncio.sleep(0)
        Barred.now -= 1
        raise self.error

    async def __aexit__(self, *_: object) -> None:
        raise AssertionError("nobody arrives")


async def test_no_more_than_so_many_are_asked_at_once() -> None:
    error = Unreachable("It is gone.", hint="Look.")

    found = await asked([endpoint(number) for number in range(1, 20)], lambda _: Barred(error), at_once=3)

    assert (Barred.most, len(found.silent)) == (3, 19)
    assert {(one.why.detail, one.why.hint) for one in found.silent} == {("It is gone.", "Look.")}


async def test_a_bug_on_the_way_is_not_hidden() -> None:
    with pytest.raises(ExceptionGroup):
        await asked([endpoint(1)], lambda _: Barred(ZeroDivisionError()))
