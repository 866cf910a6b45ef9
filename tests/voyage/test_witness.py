"""Whoever watches a voyage sees what must never be."""

import base64
from datetime import timedelta
from pathlib import Path

import httpx

from bot.model.trust_pair import STAGING, SecretBytes, TrustPair
from playground.kubernetes import ADMIN_TOKEN
from playground.kubernetes.authority import made_by_sentry
from playground.kubernetes.dapr import BUNDLE, NAMESPACE
from tests.voyage.courses import SMALL
from tests.voyage.voyage import Voyage, a_voyage
from tests.voyage.witness import Witness

SECRET = f"/api/v1/namespaces/{NAMESPACE}/secrets/{BUNDLE}"


async def ask(voyage: Voyage, method: str, path: str, body: dict[str, object] | None = None) -> None:
    headers = {"Authorization": f"Bearer {ADMIN_TOKEN}"}
    async with httpx.AsyncClient(base_url=voyage.kube.url, headers=headers) as client:
        answer = await client.request(method, path, json=body)
    assert answer.is_success, answer.text


async def write_another(voyage: Voyage) -> None:
    made = made_by_sentry(voyage.clock.now())
    live = await voyage.hands.pair()
    await voyage.hands.write_secret(TrustPair(ca=live.pair.ca, issuer=made.issuer, key=SecretBytes(made.key)), "r/both", live.secret)


async def test_a_write_that_names_no_version_is_seen(tmp_path: Path) -> None:
    async with a_voyage(tmp_path, **SMALL) as voyage:
        witness = Witness(voyage)
        found = voyage.kube.get("Secret", BUNDLE, NAMESPACE)
        await ask(voyage, "PUT", SECRET, {**found, "metadata": {"name": BUNDLE}})

        witness.look()

        assert [one.partition(" ")[2][9:] for one in witness.troubles] == [f"an unconditional update of Secret {BUNDLE}"]


async def test_whatever_is_not_the_bots_to_write_is_seen(tmp_path: Path) -> None:
    async with a_voyage(tmp_path, **SMALL) as voyage:
        witness = Witness(voyage)
        await ask(voyage, "DELETE", f"/api/v1/namespaces/{NAMESPACE}/secrets/{STAGING}")

        witness.look()

        assert "delete /api/v1" in witness.troubles[0]


async def test_one_new_key_is_written_and_a_second_one_is_seen(tmp_path: Path) -> None:
    async with a_voyage(tmp_path, **SMALL) as voyage:
        witness = Witness(voyage)
        await write_another(voyage)
        witness.look()
        assert witness.troubles == []

        await write_another(voyage)
        witness.look()

        assert "a second new key" in witness.troubles[0]


async def test_a_pair_that_stays_open_is_seen_after_half_a_minute(tmp_path: Path) -> None:
    async with a_voyage(tmp_path, **SMALL) as voyage:
        witness = Witness(voyage)
        voyage.watched.append(witness.look)
        found = voyage.kube.get("Secret", BUNDLE, NAMESPACE)
        roots = base64.b64encode(voyage.authority.ca + b"\n").decode()
        voyage.kube.put({**found, "data": {**found["data"], "ca.crt": roots}}, manager="kubectl-edit")

        voyage.pass_time(timedelta(seconds=1))
        voyage.pass_time(timedelta(seconds=30))
        assert witness.troubles == []

        voyage.pass_time(timedelta(seconds=1))
        assert "the pair is open" in witness.troubles[0]
