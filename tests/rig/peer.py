"""A peer: the handshakes of a sidecar, by Dapr's own security package (``peer/main.go``), with one identity from a sentry."""

import contextlib
import json
import re
from dataclasses import dataclass
from pathlib import Path

import httpx

from tests.rig import build, programs
from tests.rig.dapr import NAMESPACE, TRUST_DOMAIN
from tests.rig.process import Process, RigError

APP = "app"

SERVES = re.compile(r"^peer: \S+ serves on (\S+), answers on (\S+)$", re.MULTILINE)
_APP_NAMESPACE = "default"
# Longer than the pause between two dials.
SECOND_THOUGHTS = 3.0
_FATAL = 1
# Dapr's code tries again without end and without a word when sentry's own certificate does not convince it; gRPC tells.
_UNCONVINCED = "authentication handshake failed"


@dataclass(frozen=True)
class Handshake:
    """What came of one call; true as a value when both sides accepted each other.

    ``refusal`` says who refused and why. ``serial`` and ``chain`` (SHA-256 in hex, leaf first) are what the callee showed.
    """

    refusal: str = ""
    serial: str = ""
    chain: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return not self.refusal


def dialled(client: httpx.Client, control: str, **callee: str) -> Handshake:
    """What comes of it when the peer that answers questions on ``control`` calls another: its ``address``, ``app``, ``namespace``.

    httpx.TransportError when the peer itself does not answer.
    """
    answer = client.get(f"http://{control}/dial", params=callee)
    if answer.is_success:
        shown = json.loads(answer.content)
        return Handshake(serial=shown["serial"], chain=tuple(shown["chain"]))
    return Handshake(refusal=answer.text.strip())


class Peer(Process):
    """A running peer of that version of Dapr; it trusts ``roots`` and nothing that changes later, as a sidecar does."""

    def __init__(self, version: str, *, folder: Path, sentry_port: int, roots: bytes, app: str = APP, caller: str = APP) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        trusted = folder / "roots.pem"
        trusted.write_bytes(roots)
        command: list[str | Path] = [build.executable(programs.peer(version)), "--app", app, "--caller", caller]
        command += ["--sentry", f"127.0.0.1:{sentry_port}", "--roots", trusted]
        command += ["--trust-domain", TRUST_DOMAIN, "--control-plane-namespace", NAMESPACE]
        self.app = app
        environment = {"NAMESPACE": _APP_NAMESPACE, "GRPC_GO_LOG_SEVERITY_LEVEL": "warning"}
        # It runs as whoever runs the tests, which Dapr 1.16 and later would refuse.
        environment |= {"DAPR_UNSAFE_SKIP_CONTAINER_UID_GID_CHECK": "true"}
        super().__init__(command, folder=folder, environment=environment)

    def has_identity(self, *, within: float = 30.0) -> bool:
        """Waits for its first certificate: True when it got one, False when it cannot accept sentry, or sentry does not sign."""
        self.wait_until(lambda: self._addresses() is not None or self.failed(), what="its first identity", within=within)
        if self._addresses() is None and self.exit_code() is None:
            # It dials again and again. One refusal may have been a sentry that was on its way out, with its former CA.
            with contextlib.suppress(RigError):
                self.wait_until(lambda: self._addresses() is not None, what="an identity after all", within=SECOND_THOUGHTS)
        return self._addresses() is not None

    def failed(self) -> bool:
        """Whether it has ended for want of an identity, or would go on forever to refuse sentry's own certificate."""
        return self.exit_code() == _FATAL or _UNCONVINCED in self.log()

    def why_without_identity(self) -> str:
        """The reason that it gave last."""
        last = next((line for line in reversed(self.tail()) if line.strip()), "")
        return last.rpartition("desc = ")[2]

    def dial(self, other: "Peer") -> Handshake:
        """Calls the other, which must have an identity, and returns when both sides have judged."""
        (_, control), (address, _) = self.serving(), other.serving()
        with httpx.Client(trust_env=False, timeout=30.0) as client:
            return dialled(client, control, address=address, app=other.app)

    def serving(self) -> tuple[str, str]:
        """HOST:PORT for other peers, and for questions; waits for them."""
        self.wait_until(lambda: self._addresses() is not None, what="serving")
        found = self._addresses()
        assert found is not None
        return found

    def _addresses(self) -> tuple[str, str] | None:
        found = SERVES.search(self.log())
        return (found[1], found[2]) if found else None
