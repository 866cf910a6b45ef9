"""Dapr's sentry, the real one: standalone on a folder, or in Kubernetes mode against an API server of the rig."""

from pathlib import Path

from tests.rig import build, programs
from tests.rig.dapr import NAMESPACE, TRUST_DOMAIN
from tests.rig.process import Process, free_ports

RELOADING = "Issuer credentials changed; reloading"

_MODE_FLAG_SINCE = (1, 15)
_LISTEN_FLAG_SINCE = (1, 14)
_PORT_FLAGS_SINCE = (1, 12)
_FIXED_PORT, _FIXED_HEALTHZ_PORT = 50001, 8080


class Sentry(Process):
    """A running sentry. ``credentials`` is the folder that a kubelet would mount the Secret into."""

    def __init__(
        self, version: str, *, folder: Path, kubeconfig: Path | None = None, namespace: str = NAMESPACE, configuration: str = ""
    ) -> None:
        """Starts it. Without a kubeconfig it is standalone, and ``configuration`` is the YAML it reads, maybe empty."""
        self.version = version
        self.credentials = folder / "credentials"
        self.credentials.mkdir(parents=True, exist_ok=True)
        self.port, self.healthz_port, self.metrics_port = free_ports(3)
        if not has_port_flags(version):
            self.port, self.healthz_port = _FIXED_PORT, _FIXED_HEALTHZ_PORT
        command = command_of(version, credentials=self.credentials, kubernetes=kubeconfig is not None)
        if kubeconfig is None:
            command += ["--config", write_configuration(folder, configuration)]
        else:
            command += ["--kubeconfig", kubeconfig]
        command += port_flags(version, self.port, self.healthz_port)
        command += ["--metrics-port", str(self.metrics_port)]
        environment = environment_of(namespace, kubernetes=kubeconfig is not None)
        super().__init__(command, folder=folder, environment=environment)

    @property
    def metrics_url(self) -> str:
        """Where it exposes its Prometheus metrics."""
        return f"http://127.0.0.1:{self.metrics_port}/metrics"

    def wait_until_ready(self, *, after: int = 0, within: float = 30.0) -> int:
        """Waits until it serves with a loaded CA; the offset in its log behind that line."""
        return self.wait_for_log(ready_line(self.version), after=after, within=within)

    def reload(self, *, within: float = 30.0) -> None:
        """Makes it read its CA again, as a changed mount would; waits until it serves again. RigError if it ends."""
        seen = len(self.log())
        self.nudge()
        self.wait_until_ready(after=self.wait_for_log(RELOADING, after=seen, within=within), within=within)

    def nudge(self) -> None:
        """Makes the file event that starts a reload (sentry gathers events for 2 s) without waiting for it."""
        marker = self.credentials / "..data"
        marker.write_text(str(len(self.log())), encoding="ascii")


def ready_line(version: str) -> str:
    """What that version logs once its CA is loaded, from 1.12 on also its own certificate issued by it.

    Before 1.14 healthz answers 200 before the CA is even read, so the log is the only witness that serves all versions.
    """
    return "Running gRPC server on port" if has_port_flags(version) else "sentry certificate authority is running"


def has_port_flags(version: str) -> bool:
    """Whether its ports can be chosen; up to 1.11 they are fixed, and one at a time can run on a machine."""
    return _minor(version) >= _PORT_FLAGS_SINCE


def port_flags(version: str, port: int, healthz_port: int) -> list[str | Path]:
    """The flags for both ports, where there are any. 0: the kernel chooses."""
    return ["--port", str(port), "--healthz-port", str(healthz_port)] if has_port_flags(version) else []


def _minor(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".")[:2])


def command_of(version: str, *, credentials: Path, kubernetes: bool, listen: str = "127.0.0.1") -> list[str | Path]:
    """Program and the flags that depend on version and mode; ports and configuration are the caller's."""
    command: list[str | Path] = [build.executable(programs.sentry(version)), "--issuer-credentials", credentials]
    command += ["--trust-domain", TRUST_DOMAIN]
    if _minor(version) >= _LISTEN_FLAG_SINCE:
        command += ["--listen-address", listen]
    if _minor(version) >= _MODE_FLAG_SINCE:
        command += ["--mode", "kubernetes" if kubernetes else "standalone"]
    return command


def environment_of(namespace: str, *, kubernetes: bool) -> dict[str, str]:
    """What it reads from the environment; the service host tells versions before 1.15 that this is Kubernetes."""
    environment = {"NAMESPACE": namespace, "DAPR_UNSAFE_SKIP_CONTAINER_UID_GID_CHECK": "true"}
    return environment | ({"KUBERNETES_SERVICE_HOST": "x"} if kubernetes else {})


def write_configuration(folder: Path, text: str = "") -> Path:
    """The file for ``--config``: standalone sentries die without one, and accept an empty one."""
    path = folder / "config.yaml"
    path.write_text(text, encoding="utf-8")
    return path
