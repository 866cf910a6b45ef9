"""What a real sentry does with a CA bundle, and what real peers do below it: the truth that `dapr-warden lint` is compared with."""

import fcntl
import functools
import secrets
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from tests.rig import dapr, programs
from tests.rig.api_server import ApiServer
from tests.rig.dapr import NAMESPACE, TrustBundle
from tests.rig.peer import Peer
from tests.rig.process import Process, RigError
from tests.rig.sentry import Sentry, command_of, environment_of, has_port_flags, port_flags, ready_line, write_configuration

WITHIN_SECONDS = 15.0
_FATAL, _PANIC = 1, 2

Outcome = Literal["kept", "replaced", "refused"]


@dataclass(frozen=True)
class Verdict:
    """What a starting sentry did with a bundle; true as a value when it runs with it. ``log`` is the tail of what it said.

    ``replaced``: it wrote a CA of its own over it.
    """

    outcome: Outcome
    log: tuple[str, ...]
    took_seconds: float

    def __bool__(self) -> bool:
        return self.outcome == "kept"


@dataclass(frozen=True)
class PeersVerdict:
    """Whether peers below a sentry with that bundle accept each other. None: sentry does not load it, so nobody can ask them."""

    sentry: Verdict
    verify: bool | None
    reasons: tuple[str, ...] = ()


def standalone_verdict(version: str, *, ca_crt: bytes, issuer_crt: bytes, issuer_key: bytes) -> Verdict:
    """Starts that sentry on the three files and tells whether it serves with them, or ends.

    Some 50 ms of one core; safe to call from several threads at once, since every port is chosen by the kernel, or, up to 1.11,
    belongs to it alone. RigError when it neither serves nor ends within 15 seconds, or ends in a way that says nothing about
    the bundle.
    """
    files = {"ca.crt": ca_crt, "issuer.crt": issuer_crt, "issuer.key": issuer_key}
    started = time.monotonic()
    with _own_ports(version) as prefix, tempfile.TemporaryDirectory(prefix="verdict-") as scratch:
        folder = Path(scratch)
        credentials = _written(files, folder / "credentials")
        command = command_of(version, credentials=credentials, kubernetes=False)
        command += ["--config", write_configuration(folder), *port_flags(version, 0, 0), "--enable-metrics=false"]
        process = Process([*prefix, *command], folder=folder, environment=environment_of(NAMESPACE, kubernetes=False))
        try:
            return _standalone(process, version, files, credentials, started)
        finally:
            process.kill()


def peers_verdict(version: str, *, ca_crt: bytes, issuer_crt: bytes, issuer_key: bytes) -> PeersVerdict:
    """As above, and then two peers of that version, trusting ``ca_crt``, get certificates from it and call each other."""
    files = {"ca.crt": ca_crt, "issuer.crt": issuer_crt, "issuer.key": issuer_key}
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="verdict-") as scratch, ExitStack() as running:
        folder = Path(scratch)
        _written(files, folder / "sentry" / "credentials")
        sentry = Sentry(version, folder=folder / "sentry")
        running.callback(sentry.kill)
        verdict = _standalone(sentry, version, files, sentry.credentials, started)
        if not verdict:
            return PeersVerdict(verdict, None)
        peers = [Peer(version, folder=folder / name, sentry_port=sentry.port, roots=ca_crt) for name in ("one", "other")]
        for peer in peers:
            running.callback(peer.kill)
        reasons = _refusals(*peers)
        return PeersVerdict(verdict, not reasons, reasons)


def kubernetes_verdict(api_server: ApiServer, version: str, bundle: TrustBundle) -> Verdict:
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
                accepted = serves(process, version)
            finally:
                process.kill()
            untouched = dapr.read_bundle(cluster, namespace) == bundle
            log = process.tail()
    finally:
        cluster.erase_namespace(namespace)
    return _verdict(log, started, accepted=accepted, untouched=untouched)


def serves(process: Process, version: str) -> bool:
    """True once that sentry serves with a CA, False when it ended refusing it. RigError when it is neither."""
    ready = ready_line(version)
    process.wait_until(
        lambda: ready in process.log() or process.exit_code() is not None,
        what="serving with the bundle, or ending",
        within=WITHIN_SECONDS,
    )
    if ready in process.log():
        return True
    code, log = process.exit_code(), process.log()
    if _NO_PORT not in log and (code == _FATAL or (code == _PANIC and "panic:" in log)):
        return False
    raise RigError("\n".join((f"{process.name} ended with code {code}, which is no verdict", *process.tail())))


# Up to 1.11 its port is fixed, and it may end of that before it has looked at the bundle.
_NO_PORT = "failed to start healthz server"
_OWN_NETWORK = ("unshare", "--map-root-user", "--net", "--")


def _written(files: dict[str, bytes], folder: Path) -> Path:
    folder.mkdir(parents=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return folder


def _standalone(process: Process, version: str, files: dict[str, bytes], credentials: Path, started: float) -> Verdict:
    accepted = serves(process, version)
    untouched = all((credentials / name).read_bytes() == content for name, content in files.items())
    return _verdict(process.tail(), started, accepted=accepted, untouched=untouched)


def _verdict(log: tuple[str, ...], started: float, *, accepted: bool, untouched: bool) -> Verdict:
    outcome: Outcome = "refused" if not accepted else "kept" if untouched else "replaced"
    return Verdict(outcome, log, time.monotonic() - started)


def _refusals(one: Peer, other: Peer) -> tuple[str, ...]:
    without = [peer.why_without_identity() for peer in (one, other) if not peer.has_identity()]
    if without:
        return tuple(without)
    return tuple(call.refusal for call in (one.dial(other), other.dial(one)) if not call)


@contextmanager
def _own_ports(version: str) -> Iterator[tuple[str, ...]]:
    """What to put before the command of that sentry, so that no port that it takes is another's.

    Up to 1.11 they are fixed, and it waits a second before it looks at its files. A network of its own lets many do that at
    once; where the system grants none, they wait for each other.
    """
    if has_port_flags(version):
        yield ()
    elif _networks_are_granted():
        yield _OWN_NETWORK
    else:
        programs.cache_root().mkdir(parents=True, exist_ok=True)
        with (programs.cache_root() / "fixed-ports.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield ()


@functools.cache
def _networks_are_granted() -> bool:
    try:
        return subprocess.run([*_OWN_NETWORK, "true"], check=False, capture_output=True).returncode == 0  # noqa: S603 - fixed words
    except FileNotFoundError:
        return False
