"""Every certificate at a glance, on real programs: what a real sentry made, on a real API server, in Slack and in the terminal."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256

from tests.rig.api_server import ApiServer
from tests.rig.cluster import Cluster
from tests.rig.stage import Stage

SERVERS = "server certificate"


@pytest.fixture
async def stage(api_server: ApiServer, cluster: Cluster, tmp_path: Path) -> AsyncIterator[Stage]:
    async with Stage(api_server, tmp_path) as stage:
        yield stage
        assert (stage.slack.violations, stage.slack.pings) == ((), ())


def print_of(one: x509.Certificate) -> str:
    return one.fingerprint(SHA256()).hex()


async def listed(stage: Stage) -> dict[str, Any]:
    body = json.loads(await stage.prints("cert", "--output", "json"))
    return {one["fingerprint"]: one for one in body["certificates"] if one["kind"] != SERVERS} | {"": body}


async def test_what_a_real_sentry_made_is_listed_with_its_places_and_its_generation(stage: Stage) -> None:
    await stage.install_dapr()
    await stage.run_apps("orders", "payments")
    await stage.start_bot()
    bundle = await stage.bundle()
    (root,) = x509.load_pem_x509_certificates(bundle.secret["ca.crt"])
    issuer, *_ = x509.load_pem_x509_certificates(bundle.secret["issuer.crt"])

    found = await listed(stage)

    body = found.pop("")
    assert set(found) == {print_of(root), print_of(issuer)}
    assert [place["holder"] for place in found[print_of(root)]["places"] if place["holder"] != "sent-along"] == [
        "secret",
        "configmap",
        "webhook",
        "crd",
        "pods",
    ]
    assert [place["holder"] for place in found[print_of(issuer)]["places"] if place["holder"] != "sent-along"] == ["secret", "metric"]
    assert found[print_of(issuer)]["generations"] == found[print_of(root)]["generations"] == ["A"]
    assert found[print_of(issuer)]["serial"] == f"{issuer.serial_number:x}"
    assert [(one["letter"], one["standing"], one["pods"]) for one in body["generations"]] == [("A", "present root", 2)]

    gesture = await stage.ops.asks("cert")
    (said, *_) = await stage.ops.sees(lambda: [words for message in gesture.messages if "trust" in (words := stage.ops.words(message))])
    assert print_of(root)[:8] in said
    assert print_of(issuer)[:8] in said
    assert await stage.leaks() == []


async def test_when_sentry_replaces_its_ca_the_pods_that_stayed_trust_the_former_generation_only(stage: Stage) -> None:
    await stage.install_dapr()
    await stage.run_apps("orders")
    await stage.start_bot()
    (before,) = x509.load_pem_x509_certificates((await stage.bundle()).secret["ca.crt"])
    await stage.add_a_newline()
    await stage.reload_sentry()
    (after,) = x509.load_pem_x509_certificates((await stage.bundle()).secret["ca.crt"])

    found = await listed(stage)

    body = found[""]
    assert [(one["standing"], one["fingerprints"], one["pods"]) for one in body["generations"]] == [
        ("former root", [print_of(before)], 1),
        ("present root", [print_of(after)], 0),
    ]
    assert [(group["generations"], group["stale"], group["severity"]) for group in body["pods"]] == [(["A"], 1, "critical")]
    assert not found[print_of(before)]["needed"]
    assert body["exit_code"] == 2
