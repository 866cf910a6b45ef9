import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp
import pytest

from bot.model import pem
from bot.model.acceptance import peers, sentry
from bot.model.bundle import Mode, TrustBundle
from bot.model.certificate import certificates
from bot.model.private_key import read_key
from bot.model.versions import Version
from playground.demo.ca import LIFETIME, made_by_sentry
from playground.demo.clusters import BUNDLE, DAYS_LEFT, NAMESPACE, PROD_AGE, installed

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def test_root_and_issuer_end_in_the_same_second_a_year_after_sentry_started() -> None:
    authority = made_by_sentry(NOW)
    (root,), (issuer,) = certificates(pem.read(authority.ca)), certificates(pem.read(authority.issuer))

    assert root.not_after_at == issuer.not_after_at == authority.not_after_at == NOW + LIFETIME
    assert root.key_kind.lower() == issuer.key_kind.lower() == "ed25519"


@pytest.mark.parametrize("age", [timedelta(), PROD_AGE])
def test_sentry_and_peers_take_the_ca(age: timedelta) -> None:
    authority = made_by_sentry(NOW - age)
    bundle = TrustBundle(ca=pem.read(authority.ca), issuer=pem.read(authority.issuer), key=read_key(authority.key))
    version = Version.parse("1.18.3")
    assert version is not None

    assert sentry(bundle, version, Mode.KUBERNETES, NOW).loads
    assert peers(bundle, version, NOW).verify


def test_the_older_cluster_has_twelve_days_left() -> None:
    assert made_by_sentry(NOW - PROD_AGE).not_after_at - NOW == timedelta(days=DAYS_LEFT)


async def test_what_was_installed_long_ago_is_dated_long_ago_and_what_happens_now_is_dated_now() -> None:
    async with installed("prod-eu", PROD_AGE, lambda: NOW) as cluster:
        made_at = cluster.kube.get("Secret", BUNDLE, NAMESPACE)["metadata"]["creationTimestamp"]
        cluster.write_configmap(cluster.authority.ca + b"\n", manager="kubectl")
        changed = cluster.kube.get("ConfigMap", BUNDLE, NAMESPACE)

    assert made_at == "2025-12-05T12:00:00Z"
    assert changed["data"]["ca.crt"].encode() == cluster.authority.ca + b"\n"
    assert ("kubectl", "2026-11-23T12:00:00Z") in [(entry["manager"], entry["time"]) for entry in changed["metadata"]["managedFields"]]


async def test_the_bot_may_read_and_nothing_else(tmp_path: Path) -> None:
    async with installed("prod-eu", PROD_AGE, lambda: NOW) as cluster, aiohttp.ClientSession() as session:
        kubeconfig = json.loads(cluster.kubeconfig(tmp_path).read_text())
        headers = {"Authorization": f"Bearer {kubeconfig['users'][0]['user']['token']}"}
        url = f"{cluster.kube.url}/api/v1/namespaces/{NAMESPACE}/secrets/{BUNDLE}"
        async with session.get(url, headers=headers) as read, session.delete(url, headers=headers) as deleted:
            answers = (read.status, deleted.status)

        assert answers == (200, 403)
        assert (cluster.reads, cluster.writes) == (1, 1)
