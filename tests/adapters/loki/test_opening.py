"""Whom the client trusts, what it refuses to start with, and that it shows no secret."""

import ssl
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.adapters.loki import opened
from bot.config import from_env
from bot.errors import SettingsError, TimedOut, Unreachable
from tests.adapters.kubernetes.test_connection import a_sloppy_certificate
from tests.adapters.loki.conftest import PATIENT, HandWritten, Open, a_question, matrix, names, says
from tests.fakes.clock import FakeClock
from tests.serving import served


@asynccontextmanager
async def secure(server: HandWritten, folder: Path, host: str = "127.0.0.1") -> AsyncGenerator[tuple[str, Path]]:
    """The hand-written Loki behind TLS; its address, and the file of the CA that a cluster might have made itself."""
    authority = a_sloppy_certificate("loki-ca")
    ca, _ = authority.write(folder, "ca")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*a_sloppy_certificate("loki", authority, host=host).write(folder, "serving"))
    async with served(server.handle, tls=context) as port:
        yield f"https://127.0.0.1:{port}", ca


async def test_a_ca_of_ones_own_is_trusted_and_no_other(server: HandWritten, open_loki: Open, tmp_path: Path) -> None:
    async with secure(server, tmp_path) as (url, ca):
        async with open_loki(url=url, ca=str(ca)) as loki:
            assert (await loki.labels()).namespace == "namespace"
        async with open_loki(url=url) as loki:
            with pytest.raises(Unreachable, match=r"no TLS connection .*certificate verify failed") as caught:
                await loki.labels()

    assert "DAPR_WARDEN_LOKI_CA" in caught.value.hint


async def test_another_host_name_is_refused(server: HandWritten, open_loki: Open, tmp_path: Path) -> None:
    async with secure(server, tmp_path, host="127.0.0.2") as (url, ca), open_loki(url=url, ca=str(ca)) as loki:
        with pytest.raises(Unreachable, match="IP address mismatch"):
            await loki.labels()


async def test_tls_to_a_port_without_it_points_at_the_address(server: HandWritten, open_loki: Open) -> None:
    async with open_loki(url=server.url.replace("http:", "https:")) as loki:
        with pytest.raises(Unreachable, match="no TLS connection") as caught:
            await loki.labels()

    assert "scheme" in caught.value.hint


@pytest.mark.parametrize(
    "held", [None, b"", b"no certificate", b"-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----\n", b"\xff\x00"]
)
async def test_a_ca_that_cannot_be_used_is_a_setting_that_is_wrong(tmp_path: Path, held: bytes | None) -> None:
    path = tmp_path / "ca.pem"
    if held is not None:
        path.write_bytes(held)
    settings = from_env({"DAPR_WARDEN_LOKI_URL": "https://loki", "DAPR_WARDEN_LOKI_CA": str(path)})

    with pytest.raises(SettingsError, match="DAPR_WARDEN_LOKI_CA") as caught:
        async with opened(settings, version="1", clock=FakeClock()):
            pass

    assert str(path) in str(caught.value)


async def test_without_an_address_there_is_nothing_to_open() -> None:
    with pytest.raises(SettingsError, match="DAPR_WARDEN_LOKI_URL is not set"):
        async with opened(from_env({}), version="1", clock=FakeClock()):
            pass


@pytest.mark.parametrize("url", ["http://xn--\u0378/", "http://a\u0378.example", "http://[::1%25x]/", "http://" + "a" * 70_000])
async def test_an_address_that_nobody_can_reach_is_an_error_of_ours(url: str) -> None:
    with pytest.raises((SettingsError, Unreachable)):
        async with opened(from_env({"DAPR_WARDEN_LOKI_URL": url}), version="1", clock=FakeClock(), bounds=PATIENT) as loki:
            await loki.labels()


async def test_labels_and_counts_have_a_deadline_as_a_whole(server: HandWritten, open_loki: Open) -> None:
    server.answers["query_range"] = says(matrix())
    async with open_loki(bounds=replace(PATIENT, call_seconds=0.0)) as loki:
        with pytest.raises(TimedOut, match=r"labels from Loki at .*: no complete answer within 0 s"):
            await loki.labels()

    server.answers["labels"] = names("namespace", "pod", "container")
    async with open_loki(bounds=replace(PATIENT, pages=0)) as loki:
        with pytest.raises(TimedOut, match="within 0 requests"):
            await loki.counts(a_question(until_ns=1_000_000_000), timedelta(seconds=1))
