"""The Secret and the ConfigMap as the adapter reads them, and that a private key goes nowhere."""

import base64

import msgspec
import pytest

from bot.adapters.kubernetes import KubernetesCluster
from bot.errors import BotError, Forbidden, Malformed
from bot.model.private_key import read_key
from playground.kubernetes import Dapr, Effect, SimulatedCluster, install_dapr
from playground.kubernetes.dapr import BUNDLE, NAMESPACE
from tests.adapters.kubernetes.conftest import Open
from tests.builders import ANOTHER_CA
from tests.certificates import a_good_bundle
from tests.talkative import everything

CANARY = b"canary-of-a-private-key"


def a_secret(**data: bytes | str) -> dict[str, object]:
    """A Secret; bytes are encoded, text goes as it is."""
    encoded = {
        name.replace("_", "."): base64.b64encode(value).decode() if isinstance(value, bytes) else value for name, value in data.items()
    }
    return {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": BUNDLE, "namespace": NAMESPACE}, "data": encoded}


async def test_a_key_becomes_facts(kube: SimulatedCluster, cluster: KubernetesCluster) -> None:
    files = a_good_bundle()
    install_dapr(kube, Dapr(ca=files.ca, issuer=files.issuer, key=files.key))

    secret = await cluster.trust_secret()

    assert secret is not None
    assert secret.key == read_key(files.key)
    assert files.key.splitlines()[1] not in msgspec.json.encode(secret)


async def test_a_missing_key_is_none_and_an_empty_one_is_an_empty_document(kube: SimulatedCluster, cluster: KubernetesCluster) -> None:
    kube.put(a_secret(ca_crt=b""))

    secret = await cluster.trust_secret()

    assert secret is not None
    assert secret.ca is not None
    assert (secret.ca.size, secret.issuer, secret.key) == (0, None, None)


async def test_an_object_without_data_is_an_object_without_keys(kube: SimulatedCluster, cluster: KubernetesCluster) -> None:
    for kind in ("Secret", "ConfigMap"):
        kube.put({"apiVersion": "v1", "kind": kind, "metadata": {"name": BUNDLE, "namespace": NAMESPACE}})

    secret, configmap = await cluster.trust_secret(), await cluster.trust_configmap()

    assert secret is not None
    assert configmap is not None
    assert (secret.ca, secret.issuer, secret.key, configmap.ca) == (None, None, None, None)


async def test_jwt_and_other_keys_are_known_by_name_only(kube: SimulatedCluster, cluster: KubernetesCluster) -> None:
    kube.put({**a_secret(jwt_key=CANARY, jwks_json=b"{}", extra=CANARY)})
    kube.put(
        {
            "apiVersion": "v1",
            "kind": "ConfigMap",
            "metadata": {"name": BUNDLE, "namespace": NAMESPACE},
            "data": {"jwks.json": "{}"},
            "binaryData": {"ca.der": "AAAA"},
        }
    )

    secret, configmap = await cluster.trust_secret(), await cluster.trust_configmap()

    assert secret is not None
    assert configmap is not None
    assert (secret.jwt, secret.other_keys) == (True, ("extra",))
    assert configmap.other_keys == ("ca.der", "jwks.json")


async def test_what_other_keys_hold_is_known_to_be_the_same_or_another(kube: SimulatedCluster, cluster: KubernetesCluster) -> None:
    async def rest() -> tuple[str, str]:
        secret, configmap = await cluster.trust_secret(), await cluster.trust_configmap()
        assert secret is not None
        assert configmap is not None
        return secret.rest, configmap.rest

    bundle = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": BUNDLE, "namespace": NAMESPACE}}
    files = a_good_bundle()
    kube.put(a_secret(issuer_key=files.key))
    kube.put({**bundle, "data": {"ca.crt": "x"}})
    assert await rest() == ("", "")

    kube.put(a_secret(issuer_key=files.key, jwt_key=CANARY))
    kube.put({**bundle, "data": {"ca.crt": "x"}, "binaryData": {"ca.der": "AAAA"}})
    before = await rest()
    assert await rest() == before

    kube.put(a_secret(issuer_key=files.key, jwt_key=CANARY + b"!"))
    kube.put({**bundle, "data": {"ca.crt": "x"}, "binaryData": {"ca.der": "AAAB"}})
    after = await rest()
    assert len({*before, *after}) == 4
    # Without a key anybody could guess at it.
    kube.put(a_secret(issuer_key=b"", jwt_key=CANARY))
    assert (await rest())[0] == ""
    # Another issuer's key keys it otherwise: who knows what is in there, and not the key, sees nothing.
    kube.put(a_secret(issuer_key=ANOTHER_CA.key_pem, jwt_key=CANARY))
    assert (await rest())[0] not in {*before, *after}


async def test_the_names_of_the_keys_follow_the_settings(kube: SimulatedCluster, open_cluster: Open) -> None:
    files = a_good_bundle()
    kube.put({**a_secret(root_pem=files.ca, chain_pem=files.issuer, tls_key=files.key), "metadata": {"name": "mine", "namespace": "dapr"}})

    async with open_cluster(
        namespace="dapr", bundle_name="mine", ca_key="root.pem", issuer_cert_key="chain.pem", issuer_key_key="tls.key"
    ) as cluster:
        secret = await cluster.trust_secret()

    assert secret is not None
    assert secret.ca is not None
    assert secret.issuer is not None
    assert (secret.ca.size, secret.issuer.size, secret.key, secret.other_keys) == (
        len(files.ca), len(files.issuer), read_key(files.key), (),
    )  # fmt: skip


async def test_owners_are_named_from_labels_and_annotations(kube: SimulatedCluster, cluster: KubernetesCluster) -> None:
    metadata = {
        "name": BUNDLE,
        "namespace": NAMESPACE,
        "labels": {"kustomize.toolkit.fluxcd.io/name": "infra", "trust.cert-manager.io/bundle": "roots"},
        "annotations": {"argocd.argoproj.io/tracking-id": "dapr:/ConfigMap:dapr-system/dapr-trust-bundle"},
        "ownerReferences": [{"apiVersion": "x/v1", "kind": "ExternalSecret", "name": "vault", "uid": "1"}],
    }
    kube.put({"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": {"ca.crt": ""}})

    configmap = await cluster.trust_configmap()

    assert configmap is not None
    assert configmap.facts.owners == ("Argo CD app dapr", "Flux Kustomization infra", "trust-manager Bundle roots", "ExternalSecret vault")


async def test_values_that_are_no_base64_are_malformed_without_being_shown(kube: SimulatedCluster, cluster: KubernetesCluster) -> None:
    kube.put(a_secret(issuer_key=f"%{CANARY.decode()}%"))

    with pytest.raises(Malformed, match="not base64") as caught:
        await cluster.trust_secret()

    assert CANARY.decode() not in everything(caught.value)


@pytest.mark.parametrize("effect", [Effect.HALF, Effect.CUT, Effect.DRIP, Effect.BODY])
async def test_no_way_to_fail_carries_the_key_in_a_message_a_cause_or_a_frame(
    kube: SimulatedCluster, open_cluster: Open, effect: Effect
) -> None:
    secret = kube.put(a_secret(issuer_key=CANARY * 3, ca_crt=b"x" * 40_000))
    broken = msgspec.json.encode({**secret, "data": {**secret["data"], "ca.crt": 7}})
    kube.fault(effect, body=broken)
    encoded, roots = secret["data"]["issuer.key"], secret["data"]["ca.crt"]

    async with open_cluster(request_seconds="1") as cluster:
        with pytest.raises(BotError) as caught:
            await cluster.trust_secret()

    shown = everything(caught.value)
    assert encoded[:20] not in shown
    # An answer that was cut ends before the key; what came of it must not be kept either.
    assert roots[:20] not in shown
    assert CANARY.decode() not in shown


async def test_in_mode_off_the_secret_is_never_asked_for(kube: SimulatedCluster, open_cluster: Open) -> None:
    files = a_good_bundle()
    install_dapr(kube, Dapr(ca=files.ca, issuer=files.issuer, key=files.key))

    async with open_cluster(ca_secret_access="off") as cluster:
        with pytest.raises(Forbidden, match="DAPR_WARDEN_CA_SECRET_ACCESS=off"):
            await cluster.trust_secret()
        secret_version, configmap_version = await cluster.trust_versions()
        assert await cluster.trust_configmap() is not None

    assert (secret_version, bool(configmap_version)) == ("", True)
    assert not [path for _, path, _ in kube.requests if "secrets" in path]


async def test_versions_are_asked_for_without_the_data(kube: SimulatedCluster, cluster: KubernetesCluster) -> None:
    files = a_good_bundle()
    install_dapr(kube, Dapr(ca=files.ca, issuer=files.issuer, key=files.key))
    versions = await cluster.trust_versions()

    assert versions == tuple(kube.get(kind, BUNDLE, NAMESPACE)["metadata"]["resourceVersion"] for kind in ("Secret", "ConfigMap"))
    assert [agent for _, _, agent in kube.requests] == ["dapr-warden/9.9"] * 2
