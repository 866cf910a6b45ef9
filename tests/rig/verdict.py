"""What a real sentry does with a CA bundle: the truth that `dapr-warden lint` is compared with."""

import secrets
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from tests.rig import dapr
from tests.rig.api_server import ApiServer
from tests.rig.dapr import NAMESPACE, TrustBundle
from tests.rig.process import Process, RigError
from tests.rig.sentry import READY, Sentry, command_of, environment_of, write_configuration

WITHIN_SECONDS = 15.0
_FATAL, _PANIC = 1, 2


@dataclass(frozen=True)
class StandaloneVerdict:
    """Whether a sentry starts with a bundle; true as a value when ``accepted``. ``log`` is the tail of what it said."""

    accepted: bool
    log: tuple[str, ...]
    took_seconds: float

    def __bool__(self) -> bool:
        return self.accepted


@dataclass(frozen=True)
class KubernetesVerdict:
    """What a starting sentry did with both objects. ``replaced``: it wrote a CA of its own over them."""

    outcome: Literal["kept", "replaced", "refused"]
    log: tuple[str, ...]
    took_seconds: float


def standalone_verdict(version: str, *, ca_crt: bytes, issuer_crt: bytes, issuer_key: bytes) -> StandaloneVerdict:
    """Starts that sentry on the three files and tells whether it serves with them, or ends.

    Some 50 ms of one core; safe to call from several threads at once, since every port is chosen by the kernel.
    RigError when it does neither within 15 seconds, or ends in a way that says nothing about the bundle.
    """
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="verdict-") as scratch:
        folder = Path(scratch)
        credentials = folder / "credentials"
        credentials.mkdir()
        for name, content in (("ca.crt", ca_crt), ("issuer.crt", issuer_crt), ("issuer.key", issuer_key)):
            (credentials / name).write_bytes(content)
        command = command_of(version, credentials=credentials, kubernetes=False)
        command += ["--config", write_configuration(folder), "--port", "0", "--healthz-port", "0"]
        command += ["--enable-metrics=false"]
        process = Process(command, folder=folder, environment=environment_of(NAMESPACE, kubernetes=False))
        try:
            accepted = serves(process)
        finally:
            process.kill()
        return StandaloneVerdict(accepted, process.tail(), time.monotonic() - started)


def kubernetes_verdict(api_server: ApiServer, version: str, bundle: TrustBundle) -> KubernetesVerdict:
    """Writes the bundle into a namespace of its own, starts that sentry there, and tells what became of it.

    Safe to call from several threads at once. RigError as for ``standalone_verdict``.
    """
    started = time.monotonic()
    cluster, namespace = api_server.cluster, f"verdict-{secrets.token_hex(5)}"
    try:
        dapr.install(cluster, namespace, bundle=bundle)
        with tempfile.TemporaryDirectory(prefix="verdict-") as scratch:
            process = Sentry(version, folder=Path(scratch), kubeconfig=api_server.kubeconfig, namespace=namespace)
            try:
                accepted = serves(process)
            finally:
                process.kill()
            untouched = dapr.read_bundle(cluster, namespace) == bundle
            log = process.tail()
    finally:
        cluster.erase_namespace(namespace)
    outcome: Literal["kept", "replaced"] = "kept" if untouched else "replaced"
    return KubernetesVerdict(outcome if accepted else "refused", log, time.monotonic() - started)


def serves(process: Process) -> bool:
    """True once that sentry serves with a CA, False when it ended refusing it. RigError when it is neither."""
    process.wait_until(
        lambda: READY in process.log() or process.exit_code() is not None,
        what="serving with the bundle, or ending",
        within=WITHIN_SECONDS,
    )
    if READY in process.log():
        return True
    code = process.exit_code()
    if code == _FATAL or (code == _PANIC and "panic:" in process.log()):
        return False
    raise RigError("\n".join((f"{process.name} ended with code {code}, which is no verdict", *process.tail())))
