"""A Kubernetes API for one run: etcd and kube-apiserver, RBAC on, nothing else. No controller, no kubelet, no scheduler."""

import base64
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from tests.rig import build, programs
from tests.rig.cluster import Cluster
from tests.rig.keys import write_kubeconfig, write_service_account_key, write_serving_files
from tests.rig.process import Process, answers, free_ports

ISSUER = "https://kubernetes.default.svc.cluster.local"


@dataclass(frozen=True)
class ApiServer:
    """A running API server. ``cluster`` is its administrator's client, ``kubeconfig`` its administrator's file."""

    url: str
    ca: Path
    folder: Path
    kubeconfig: Path
    cluster: Cluster
    etcd: Process
    process: Process
    token: str
    etcd_url: str

    def kubeconfig_for(self, namespace: str, service_account: str) -> Path:
        """A kubeconfig that acts as that existing ServiceAccount, with the rights that RBAC gives it and no others."""
        token = self.cluster.token_for(namespace, service_account)
        path = self.folder / f"kubeconfig-{namespace}-{service_account}"
        return write_kubeconfig(path, url=self.url, ca=self.ca, token=token, namespace=namespace)

    def compact(self) -> None:
        """Makes etcd forget all that was before now, as it does every five minutes."""
        with httpx.Client(base_url=self.etcd_url, trust_env=False) as etcd:
            # Whatever was listed before is older than this.
            mark = {"key": base64.b64encode(b"rig").decode(), "value": ""}
            revision = etcd.post("/v3/kv/put", json=mark).raise_for_status().json()["header"]["revision"]
            etcd.post("/v3/kv/compaction", json={"revision": revision, "physical": True}).raise_for_status()


@contextmanager
def running_api_server(folder: Path, *flags: str | Path) -> Iterator[ApiServer]:
    """Starts both programs below ``folder`` (6 s) and ends them on leaving. ``flags``: more of them. NotBuilt when the rig is not built."""
    build.check()
    folder.mkdir(parents=True, exist_ok=True)
    with _etcd(folder / "etcd") as (etcd, etcd_url), _kube_apiserver(folder, etcd, etcd_url, flags) as server:
        yield server


@contextmanager
def _etcd(folder: Path) -> Iterator[tuple[Process, str]]:
    client_port, peer_port = free_ports(2)
    client, peer = f"http://127.0.0.1:{client_port}", f"http://127.0.0.1:{peer_port}"
    command: list[str | Path] = [build.executable(programs.ETCD), "--data-dir", folder / "data", "--name", "rig"]
    command += ["--listen-client-urls", client, "--advertise-client-urls", client]
    command += ["--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer, "--initial-cluster", f"rig={peer}"]
    # Nothing here has to survive a power cut, and a loaded disk would make every write slow.
    command += ["--unsafe-no-fsync"]
    with Process(command, folder=folder, environment={}) as process:
        process.wait_until(lambda: answers(f"{client}/health"), what="etcd healthy")
        yield process, client


@contextmanager
def _kube_apiserver(folder: Path, etcd: Process, etcd_url: str, flags: Sequence[str | Path] = ()) -> Iterator[ApiServer]:
    (port,) = free_ports(1)
    url, token = f"https://127.0.0.1:{port}", secrets.token_hex(16)
    serving = write_serving_files(folder)
    kubeconfig = write_kubeconfig(folder / "kubeconfig-admin", url=url, ca=serving.certificate, token=token)
    command: list[str | Path] = [build.executable(programs.KUBE_APISERVER), "--etcd-servers", etcd_url]
    command += ["--secure-port", str(port), "--bind-address", "127.0.0.1", "--cert-dir", folder / "certs"]
    command += ["--tls-cert-file", serving.certificate, "--tls-private-key-file", serving.key]
    command += [*_identity_flags(folder, token), "--service-cluster-ip-range", "10.0.0.0/24", *flags]
    with (
        Process(command, folder=folder / "kube-apiserver", environment={}) as process,
        Cluster(url, ca=serving.certificate, token=token) as cluster,
    ):
        process.wait_until(cluster.is_ready, what="kube-apiserver ready", within=90.0)
        yield ApiServer(url, serving.certificate, folder, kubeconfig, cluster, etcd, process, token, etcd_url)


def _identity_flags(folder: Path, admin_token: str) -> list[str | Path]:
    tokens = folder / "tokens.csv"
    tokens.write_text(f"{admin_token},rig-admin,rig-admin,system:masters\n", encoding="ascii")
    tokens.chmod(0o600)
    key = write_service_account_key(folder)
    flags: list[str | Path] = ["--authorization-mode", "RBAC", "--token-auth-file", tokens]
    flags += ["--service-account-issuer", ISSUER, "--api-audiences", ISSUER]
    flags += ["--service-account-key-file", key, "--service-account-signing-key-file", key]
    # Without a controller no namespace gets its default ServiceAccount, and this plugin would refuse every pod.
    return [*flags, "--disable-admission-plugins", "ServiceAccount"]
