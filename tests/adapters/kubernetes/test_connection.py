"""How a connection is made: kubeconfigs of several kinds, TLS as lenient as kubectl's and not more, no secrets in errors."""

import asyncio
import base64
import contextlib
import hashlib
import ipaddress
import json
import ssl
import threading
import traceback
from collections.abc import AsyncGenerator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import cast

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from bot.adapters.clock import SystemClock
from bot.adapters.kubernetes import KubernetesCluster, opened
from bot.adapters.kubernetes.connection import as_lenient_as_kubectl, connected
from bot.config import Settings, from_env
from bot.errors import SettingsError, Unauthenticated, Unreachable
from playground.kubernetes import ADMIN_TOKEN, SimulatedCluster
from playground.kubernetes.dapr import BUNDLE, NAMESPACE
from tests.contract.waiting import until

DAY = timedelta(days=1)
CANARY = "canary-token"


@dataclass(frozen=True)
class Signed:
    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    def write(self, folder: Path, name: str) -> tuple[Path, Path]:
        certificate, key = folder / f"{name}.crt", folder / f"{name}.key"
        certificate.write_bytes(self.certificate.public_bytes(Encoding.PEM))
        key.write_bytes(self.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        return certificate, key


def a_sloppy_certificate(name: str, by: Signed | None = None, *, host: str = "") -> Signed:
    """As many clusters have them: without key usage and without key identifiers, which VERIFY_X509_STRICT refuses."""
    key, now = ec.generate_private_key(ec.SECP256R1()), SystemClock().now()
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    builder = x509.CertificateBuilder().subject_name(subject).issuer_name(by.certificate.subject if by else subject)
    builder = builder.public_key(key.public_key()).serial_number(x509.random_serial_number())
    builder = builder.not_valid_before(now - DAY).not_valid_after(now + DAY)
    builder = builder.add_extension(x509.BasicConstraints(ca=by is None, path_length=None), critical=True)
    if host:
        builder = builder.add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(host))]), critical=False)
    return Signed(builder.sign(by.key if by else key, hashes.SHA256()), key)


@dataclass(frozen=True)
class Pki:
    ca: Path
    other_ca: Path
    client: tuple[Path, Path]
    serving: ssl.SSLContext
    serving_elsewhere: ssl.SSLContext


@pytest.fixture(scope="module")
def pki(tmp_path_factory: pytest.TempPathFactory) -> Pki:
    folder = tmp_path_factory.mktemp("pki")
    ca = a_sloppy_certificate("cluster-ca")

    def serving(name: str, host: str) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*a_sloppy_certificate(name, ca, host=host).write(folder, name))
        context.load_verify_locations(cafile=ca.write(folder, "ca")[0])
        context.verify_mode = ssl.CERT_OPTIONAL
        return context

    return Pki(
        ca=ca.write(folder, "ca")[0],
        other_ca=a_sloppy_certificate("other-ca").write(folder, "other")[0],
        client=a_sloppy_certificate("client", ca).write(folder, "client"),
        serving=serving("serving", "127.0.0.1"),
        serving_elsewhere=serving("elsewhere", "127.0.0.2"),
    )


def settings_for(kubeconfig: Path, **environ: str) -> Settings:
    return from_env({"DAPR_WARDEN_KUBECONFIG": str(kubeconfig), **environ})


async def test_a_ca_without_key_usage_and_a_leaf_without_key_identifier_are_accepted(pki: Pki, tmp_path: Path) -> None:
    async with SimulatedCluster(tls=pki.serving) as kube:
        kubeconfig = kube.kubeconfig(tmp_path / "config", cluster={"certificate-authority": str(pki.ca)})
        async with opened(settings_for(kubeconfig), version="1") as cluster:
            assert (await cluster.census()).total == 0


async def test_python_3_13_would_have_refused_them(pki: Pki) -> None:
    async def connect(context: ssl.SSLContext) -> None:
        _, writer = await asyncio.open_connection(host, int(port), ssl=context, server_hostname=host)
        writer.close()
        await writer.wait_closed()

    strict = ssl.create_default_context(cafile=str(pki.ca))
    strict.verify_flags |= ssl.VERIFY_X509_STRICT
    async with SimulatedCluster(tls=pki.serving) as kube:
        host, _, port = kube.url.removeprefix("https://").partition(":")
        with pytest.raises(ssl.SSLCertVerificationError, match=r"Missing Authority Key Identifier|key usage"):
            await connect(strict)

        await connect(as_lenient_as_kubectl(strict))


async def test_certificates_given_as_data_do_as_well(pki: Pki, tmp_path: Path) -> None:
    certificate, key = pki.client
    async with SimulatedCluster(tls=pki.serving) as kube:
        cluster_entry = {"certificate-authority-data": base64.b64encode(pki.ca.read_bytes()).decode()}
        user = {
            "client-certificate-data": base64.b64encode(certificate.read_bytes()).decode(),
            "client-key-data": base64.b64encode(key.read_bytes()).decode(),
        }
        kubeconfig = kube.kubeconfig(tmp_path / "config", cluster=cluster_entry, user=user)
        async with opened(settings_for(kubeconfig), version="1") as cluster:
            assert (await cluster.census()).total == 0


async def test_a_client_certificate_identifies_the_bot(pki: Pki, tmp_path: Path) -> None:
    certificate, key = pki.client
    async with SimulatedCluster(tls=pki.serving) as kube:
        user = {"client-certificate": str(certificate), "client-key": str(key)}
        with_it = kube.kubeconfig(tmp_path / "with", cluster={"certificate-authority": str(pki.ca)}, user=user)
        without = kube.kubeconfig(tmp_path / "without", cluster={"certificate-authority": str(pki.ca)}, user={})
        async with opened(settings_for(with_it), version="1") as cluster:
            assert (await cluster.census()).total == 0
        async with opened(settings_for(without), version="1") as cluster:
            with pytest.raises(Unauthenticated):
                await cluster.census()


async def test_another_ca_is_refused(pki: Pki, tmp_path: Path) -> None:
    async with SimulatedCluster(tls=pki.serving) as kube:
        kubeconfig = kube.kubeconfig(tmp_path / "config", cluster={"certificate-authority": str(pki.other_ca)})
        async with opened(settings_for(kubeconfig), version="1") as cluster:
            with pytest.raises(Unreachable, match=r"no TLS connection .*certificate verify failed"):
                await cluster.census()


async def test_another_host_name_is_refused(pki: Pki, tmp_path: Path) -> None:
    async with SimulatedCluster(tls=pki.serving_elsewhere) as kube:
        kubeconfig = kube.kubeconfig(tmp_path / "config", cluster={"certificate-authority": str(pki.ca)})
        async with opened(settings_for(kubeconfig), version="1") as cluster:
            with pytest.raises(Unreachable, match="IP address mismatch"):
                await cluster.census()


async def test_a_kubeconfig_may_ask_for_no_verification(pki: Pki, tmp_path: Path) -> None:
    async with SimulatedCluster(tls=pki.serving_elsewhere) as kube:
        kubeconfig = kube.kubeconfig(tmp_path / "config", cluster={"insecure-skip-tls-verify": True})
        async with opened(settings_for(kubeconfig), version="1") as cluster:
            assert (await cluster.census()).total == 0


async def test_the_watch_works_over_tls_and_stops_at_once(pki: Pki, tmp_path: Path) -> None:
    async with SimulatedCluster(tls=pki.serving) as kube:
        kubeconfig = kube.kubeconfig(tmp_path / "config", cluster={"certificate-authority": str(pki.ca)})
        async with opened(settings_for(kubeconfig), version="1") as cluster:
            changes = cast("AsyncGenerator[str, None]", cluster.trust_changes())
            async with contextlib.aclosing(changes):
                told = asyncio.ensure_future(anext(changes))
                await until(lambda: kube.open_watches == 2)
                kube.put({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": BUNDLE, "namespace": NAMESPACE}})
                assert await told == "ConfigMap"
            await until(lambda: not any(thread.name.startswith("watch ") for thread in threading.enumerate()))


async def test_the_cluster_is_called_as_the_setting_or_the_context_says(tmp_path: Path) -> None:
    async with SimulatedCluster() as kube:
        kubeconfig = kube.kubeconfig(tmp_path / "config")
        async with opened(settings_for(kubeconfig), version="1") as unnamed:
            assert unnamed.name == "simulated"
        async with opened(settings_for(kubeconfig, DAPR_WARDEN_CONTEXT="simulated"), version="1") as chosen:
            assert chosen.name == "simulated"
        async with opened(settings_for(kubeconfig, DAPR_WARDEN_CLUSTER="prod"), version="1") as named:
            assert named.name == "prod"


@pytest.mark.parametrize(
    "content",
    [
        "",
        "text",
        "[]",
        "{}",
        "current-context: x",
        "current-context: x\ncontexts: []\nclusters: []\nusers: []",
        "current-context: x\ncontexts: [{name: x, context: {cluster: y}}]\nclusters: []\nusers: []",
        "a: [unclosed",
        "\x00",
    ],
)
def test_a_kubeconfig_that_cannot_be_used_says_what_was_tried_and_what_to_do(tmp_path: Path, content: str) -> None:
    path = tmp_path / "config"
    path.write_text(content, encoding="utf-8")

    with pytest.raises(SettingsError, match="No cluster to talk to") as caught, connected(settings_for(path), version="1"):
        pass

    assert str(path) in str(caught.value)
    assert "DAPR_WARDEN_KUBECONFIG" in caught.value.hint


@pytest.mark.parametrize(
    "users",
    [
        [{"name": "x", "token": CANARY}],
        [{"token": CANARY, "user": {}}],
        {"name": CANARY},
    ],
)
def test_a_complaint_about_a_kubeconfig_never_quotes_its_tokens(tmp_path: Path, users: object) -> None:
    path = tmp_path / "config"
    config = {"current-context": "x", "contexts": [{"name": "x", "context": {"cluster": "x", "user": "x"}}], "users": users}
    path.write_text(json.dumps({**config, "clusters": [{"name": "x", "cluster": {"server": "http://127.0.0.1:9"}}]}), encoding="utf-8")

    with pytest.raises(SettingsError) as caught, connected(settings_for(path), version="1"):
        pass

    assert CANARY not in "".join(traceback.format_exception(caught.value))


def test_a_kubeconfig_that_is_not_there_says_so(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="No configuration found"), connected(settings_for(tmp_path / "nowhere"), version="1"):
        pass


def test_an_unknown_context_is_named(tmp_path: Path) -> None:
    kubeconfig = SimulatedCluster().kubeconfig(tmp_path / "config")

    with pytest.raises(SettingsError, match="name mars"), connected(settings_for(kubeconfig, DAPR_WARDEN_CONTEXT="mars"), version="1"):
        pass


def test_a_client_certificate_that_cannot_be_loaded_is_a_setting_that_is_wrong(tmp_path: Path) -> None:
    broken = tmp_path / "broken.pem"
    broken.write_text(CANARY, encoding="utf-8")
    user = {"client-certificate": str(broken), "client-key": str(broken)}
    kubeconfig = SimulatedCluster().kubeconfig(tmp_path / "config", cluster={"server": "https://127.0.0.1:9"}, user=user)

    with (
        pytest.raises(SettingsError, match="client certificate cannot be loaded") as caught,
        connected(settings_for(kubeconfig), version="1"),
    ):
        pass

    assert CANARY not in str(caught.value)


async def test_a_token_is_in_no_message(tmp_path: Path) -> None:
    async with SimulatedCluster() as kube:
        kubeconfig = kube.kubeconfig(tmp_path / "config", token=CANARY)
        async with opened(settings_for(kubeconfig), version="1") as cluster:
            with pytest.raises(Unauthenticated) as caught:
                await cluster.census()

    assert CANARY not in f"{caught.value!r} {caught.value.hint} {caught.value.__cause__!r}"
    assert ADMIN_TOKEN not in str(caught.value)


@pytest.mark.parametrize(
    ("server", "encoding"),
    [
        ("https://10.0.0.1:6443", "gzip"),
        ("https://kubernetes.example", "gzip"),
        ("https://127.0.0.1:6443", "identity"),
        ("http://localhost:8001", "identity"),
        ("https://[::1]:6443", "identity"),
    ],
)
def test_answers_are_compressed_over_a_distance_only(tmp_path: Path, server: str, encoding: str) -> None:
    kubeconfig = SimulatedCluster().kubeconfig(tmp_path / "config", cluster={"server": server})

    with connected(settings_for(kubeconfig), version="1") as connection:
        assert connection.encoding == encoding


async def test_a_compressed_answer_is_read_whole(tmp_path: Path) -> None:
    async with SimulatedCluster() as kube:
        text = "x" * 300_000
        kube.put({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": BUNDLE, "namespace": NAMESPACE}, "data": {"ca.crt": text}})
        settings = settings_for(kube.kubeconfig(tmp_path / "config"))
        with connected(settings, version="1") as near:
            found = await KubernetesCluster(replace(near, encoding="gzip"), settings, version="1").trust_configmap()

    assert found is not None
    assert found.ca is not None
    assert found.ca.sha256 == hashlib.sha256(text.encode()).hexdigest()
