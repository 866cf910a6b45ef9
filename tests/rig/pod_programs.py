"""What runs in the pods of a town, by what the chart and the injector wrote into them: real programs wherever there are any.

Sentry, injector and placement are Dapr's own, and so is the operator of the newest version. In place of daprd runs a peer, with
exactly the roots and the identity that the injector wrote into the pod. In place of older operators and of every scheduler, for
which the module proxy lacks modules, runs a peer too: it gets the same certificate from sentry and follows its mounted roots by
the same code, but does none of their work and serves neither health nor metrics.
"""

from dataclasses import dataclass
from pathlib import Path

from tests.rig import build, programs, sentry
from tests.rig.cluster import Object
from tests.rig.dapr import NAMESPACE, TRUST_DOMAIN
from tests.rig.peer import SERVES
from tests.rig.pod_run import Place, Program
from tests.rig.process import Process, answers

BUNDLE, CREDENTIALS, TOKEN = "dapr-trust-bundle", "credentials", "dapr-identity-token"
SENTRY_PORT, INJECTOR_PORT, PLACEMENT_PORT, RAFT_PORT = 50001, 4000, 50005, 8201
OPERATOR_PORT, SCHEDULER_PORT, DAPRD_PORT = 6500, 50006, 50002
HEALTHZ_PORT, METRICS_PORT = 8080, 9090
# So that a certificate can be asked for by whoever runs the tests.
_ANY_USER = {"DAPR_UNSAFE_SKIP_CONTAINER_UID_GID_CHECK": "true"}


@dataclass(frozen=True)
class Town:
    """What all programs of a town share. ``sentry_port``: of the Service on 127.0.0.1."""

    version: str
    kubeconfig: Path
    sentry_port: int

    @property
    def sentry_address(self) -> str:
        """HOST:PORT, as the pods are told it."""
        return f"127.0.0.1:{self.sentry_port}"

    def program_for(self, pod: Object) -> Program | None:
        """What to run in that pod; None when nothing of Dapr is in it."""
        match pod["metadata"].get("annotations", {}).get("dapr.io/control-plane"):
            case "sentry":
                return SentryProgram(self)
            case "injector":
                return InjectorProgram(self)
            case "placement":
                return PlacementProgram(self)
            case "operator":
                real = self.version in {one.version for one in programs.OPERATORS}
                return OperatorProgram(self) if real else StandIn(self, "dapr-operator", "dapr-operator", OPERATOR_PORT)
            case "scheduler":
                return StandIn(self, "dapr-scheduler-server", "dapr-scheduler", SCHEDULER_PORT)
            case _:
                containers = (*pod["spec"]["containers"], *pod["spec"].get("initContainers", []))
                return next((Sidecar(self, one) for one in containers if one["name"] == "daprd"), None)


class _Healthy:
    """Ready when its page of health says so."""

    def is_ready(self, process: Process, place: Place) -> bool:
        return answers(f"http://{place.ip}:{HEALTHZ_PORT}/healthz")


class _Serving:
    """Ready when the peer says that it serves."""

    def is_ready(self, process: Process, place: Place) -> bool:
        return SERVES.search(process.log()) is not None


@dataclass(frozen=True)
class SentryProgram(_Healthy):
    town: Town
    container: str = "dapr-sentry"

    def start(self, place: Place) -> Process:
        version = self.town.version
        command = sentry.command_of(version, credentials=place.volumes[CREDENTIALS], kubernetes=True, listen=place.ip)
        command += ["--kubeconfig", self.town.kubeconfig, *sentry.port_flags(version, SENTRY_PORT, HEALTHZ_PORT)]
        command += ["--metrics-port", str(METRICS_PORT)]
        environment = sentry.environment_of(NAMESPACE, kubernetes=True) | {programs.LISTEN: place.ip}
        return Process(command, folder=place.folder, environment=environment)


@dataclass(frozen=True)
class InjectorProgram(_Healthy):
    town: Town
    container: str = "dapr-sidecar-injector"

    def start(self, place: Place) -> Process:
        command: list[str | Path] = [build.executable(programs.injector(self.town.version)), "--kubeconfig", self.town.kubeconfig]
        command += ["--port", str(INJECTOR_PORT), "--listen-address", place.ip]
        command += ["--healthz-port", str(HEALTHZ_PORT), "--metrics-port", str(METRICS_PORT)]
        return Process(command, folder=place.folder, environment=self._environment(place))

    def _environment(self, place: Place) -> dict[str, str]:
        return {
            **_control_plane(self.town, place),
            "DAPR_TRUST_ANCHORS_FILE": str(place.volumes[BUNDLE] / "ca.crt"),
            "DAPR_CONTROL_PLANE_TRUST_DOMAIN": TRUST_DOMAIN,
            "DAPR_SENTRY_ADDRESS": self.town.sentry_address,
            "SIDECAR_IMAGE": f"ghcr.io/dapr/daprd:{self.town.version}",
            "SIDECAR_IMAGE_PULL_POLICY": "IfNotPresent",
            "SIDECAR_RUN_AS_NON_ROOT": "true",
            "KUBE_CLUSTER_DOMAIN": "cluster.local",
            "ENABLE_K8S_DOWNWARD_APIS": "false",
            "ACTORS_ENABLED": "true",
            "ACTORS_SERVICE_NAME": "placement",
            "ACTORS_SERVICE_ADDRESS": f"dapr-placement-server.{NAMESPACE}.svc.cluster.local:{PLACEMENT_PORT}",
        }


@dataclass(frozen=True)
class PlacementProgram(_Healthy):
    town: Town
    container: str = "dapr-placement-server"

    def start(self, place: Place) -> Process:
        command: list[str | Path] = [build.executable(programs.placement(self.town.version)), "--mode", "kubernetes", "--tls-enabled"]
        command += ["--trust-domain", TRUST_DOMAIN, "--trust-anchors-file", place.volumes[BUNDLE] / "ca.crt"]
        command += ["--sentry-address", self.town.sentry_address, "--listen-address", place.ip, "--port", str(PLACEMENT_PORT)]
        command += ["--healthz-port", str(HEALTHZ_PORT), "--metrics-port", str(METRICS_PORT)]
        command += ["--id", "dapr-placement-0", "--initial-cluster", f"dapr-placement-0={place.ip}:{RAFT_PORT}"]
        return Process(command, folder=place.folder, environment=_control_plane(self.town, place))


@dataclass(frozen=True)
class OperatorProgram(_Healthy):
    """It writes the conversion webhook into the CRD of Subscriptions, as it does in a cluster; nobody ever calls that webhook."""

    town: Town
    container: str = "dapr-operator"

    def start(self, place: Place) -> Process:
        command: list[str | Path] = [build.executable(programs.operator(self.town.version)), "--disable-leader-election"]
        command += ["--watch-interval", "0", "--trust-anchors-file", place.volumes[BUNDLE] / "ca.crt"]
        command += ["--listen-address", place.ip, "--port", str(OPERATOR_PORT), "--webhook-server-listen-address", place.ip]
        command += ["--healthz-port", str(HEALTHZ_PORT), "--metrics-port", str(METRICS_PORT)]
        environment = {**_control_plane(self.town, place), "KUBECONFIG": str(self.town.kubeconfig)}
        return Process(command, folder=place.folder, environment=environment)


@dataclass(frozen=True)
class StandIn(_Serving):
    """A peer with the identity ``app`` of a server of the control plane."""

    town: Town
    container: str
    app: str
    port: int

    def start(self, place: Place) -> Process:
        command = _peer(self.town, self.app, roots=place.volumes[BUNDLE] / "ca.crt", listen=f"{place.ip}:{self.port}")
        return Process([*command, "--watch-roots"], folder=place.folder, environment=_control_plane(self.town, place))


@dataclass(frozen=True)
class Sidecar(_Serving):
    """A peer that is what the container ``daprd`` of its pod was told to be."""

    town: Town
    daprd: Object
    container: str = "daprd"

    def start(self, place: Place) -> Process:
        told = {one["name"]: one.get("value", "") for one in self.daprd["env"]}
        place.folder.mkdir(parents=True, exist_ok=True)
        roots = place.folder / "roots.pem"
        roots.write_text(told["DAPR_TRUST_ANCHORS"], encoding="utf-8")
        arguments: list[str] = self.daprd["args"]
        app = arguments[arguments.index("--app-id") + 1]
        command = _peer(self.town, app, roots=roots, listen=f"{place.ip}:{DAPRD_PORT}")
        environment = {"NAMESPACE": told["NAMESPACE"], "GRPC_GO_LOG_SEVERITY_LEVEL": "warning", **_ANY_USER, **_token(self.town, place)}
        return Process(command, folder=place.folder, environment=environment)


def _peer(town: Town, app: str, *, roots: Path, listen: str) -> list[str | Path]:
    command: list[str | Path] = [build.executable(programs.peer(town.version)), "--app", app, "--roots", roots, "--listen", listen]
    command += ["--trust-domain", TRUST_DOMAIN, "--control-plane-namespace", NAMESPACE]
    # The address that the injector wrote is the name of sentry's Service, which nothing on this machine resolves.
    return [*command, "--sentry", town.sentry_address, "--mode", "kubernetes", "--mesh"]


def _control_plane(town: Town, place: Place) -> dict[str, str]:
    return {"NAMESPACE": NAMESPACE, programs.LISTEN: place.ip, **_ANY_USER, **_token(town, place)}


def _token(town: Town, place: Place) -> dict[str, str]:
    """Lets the program that is to start there find the pod's token; what that takes in its environment."""
    if not programs.has_token_path(town.version):
        return {"DAPR_SENTRY_TOKEN_FILE": str(place.volumes[TOKEN] / "token")}
    # That variable would have these programs ask as who has no Kubernetes, and sentry refuse.
    mounted = place.folder / programs.TOKEN_FOLDER
    mounted.parent.mkdir(parents=True)
    mounted.symlink_to(place.volumes[TOKEN])
    return {}
