"""A town: a cluster whose controllers, control plane of Dapr and sidecars are real, in which trust can be rotated for real.

Nothing in it knows the bot. It has an API server with its controllers, a kubelet that runs real sentries, the real injector and
a real peer for each lively pod, many Deployments of which kwok only claims that their pods run, and a dialler by which every peer
calls every other. What the bot needs is a kubeconfig; what a test needs is the dialler's report::

    with running_town(folder, Plan(lag=(1.0, 20.0))) as town:
        apply_rights(town.cluster, "read")
        kubeconfig = town.server.kubeconfig_for("dapr-warden", "dapr-warden")
        town.dialler.open_books()
        ...  # `dapr-warden serve` with that kubeconfig carries out a rotation
        report = town.dialler.report()
        assert report.lost == (), str(report)
        assert report.rate >= 10 and report.longest_gap <= 60 and report.uncalled == 0, str(report)
        assert town.bundle() == ...

``town.kubeconfig`` is the administrator's. All pods have addresses of their own below 127.0.0.0/8 and the ports that Dapr's chart
gives them, so whoever is on this machine may ask sentry's metrics or daprd's certificate as in a cluster (the bot: settings
SENTRY_METRICS and TLS_PROBES ``direct``).
"""

import random
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

from tests.rig import chart, dapr, pod_programs, programs
from tests.rig.api_server import ApiServer, running_api_server
from tests.rig.cluster import Cluster, Object
from tests.rig.controllers import LIVELY, Controllers, running_controllers
from tests.rig.dapr import NAMESPACE, TrustBundle
from tests.rig.dialling import Dialler
from tests.rig.kubelet import Kubelet
from tests.rig.pod_run import Run
from tests.rig.process import RigError, now_text, wait_until
from tests.rig.services import Service

VERSIONS = tuple(program.version for program in programs.PLACEMENTS)
"""Of Dapr, of which there can be a town."""
LIVELY_NAMESPACE, QUIET_NAMESPACE = "shop", "warehouse"
_INJECTED = "dapr.io/sidecar-injected"


class Workload(NamedTuple):
    """What makes pods. ``kind`` as in a path: "deployments", "statefulsets"."""

    kind: str
    namespace: str
    name: str

    @property
    def path(self) -> str:
        """Where the API server has it."""
        return f"/apis/apps/v1/namespaces/{self.namespace}/{self.kind}/{self.name}"


SENTRY = Workload("deployments", NAMESPACE, "dapr-sentry")
INJECTOR = Workload("deployments", NAMESPACE, "dapr-sidecar-injector")
# They read their roots when they start, or follow them; sentry alone gets its own from what it loads.
OTHER_SERVERS = (
    Workload("deployments", NAMESPACE, "dapr-operator"),
    Workload("statefulsets", NAMESPACE, "dapr-placement-server"),
    Workload("statefulsets", NAMESPACE, "dapr-scheduler-server"),
)


@dataclass(frozen=True, kw_only=True)
class Plan:
    """How large a town is, and of which of :data:`VERSIONS`.

    ``lively`` Deployments of ``replicas`` peers, ``quiet`` ones of a single pod without a process.
    ``lag``: the least and the most seconds after which a pod sees a change of what it has mounted. ``bundle``: the CA to begin
    with; without one sentry makes its own. ``ttl`` and ``skew``: of workloads' certificates, which renew themselves at half-time.
    ``age``: how much earlier than they did its first pods say that they started, and the writers of its Secret that they wrote, so that
    nobody has to wait until all is settled. No reload is on its way then: the first sentry starts after the Secret was written.
    """

    version: str = "1.18.3"
    lively: int = 10
    replicas: int = 2
    quiet: int = 24
    sentries: int = 2
    lag: tuple[float, float] = (1.0, 90.0)
    ttl: str = "60s"
    skew: str = "5s"
    bundle: TrustBundle | None = None
    age: timedelta = timedelta()


@dataclass(kw_only=True)
class Town:
    """A running one. ``cluster`` is its administrator's client, ``kubeconfig`` its administrator's file."""

    plan: Plan
    server: ApiServer
    controllers: Controllers
    kubelet: Kubelet
    dialler: Dialler
    injector: Service
    sentry: Service
    apps: tuple[Workload, ...] = ()
    """The lively ones first."""

    @property
    def cluster(self) -> Cluster:
        """The API server, seen by its administrator."""
        return self.server.cluster

    @property
    def kubeconfig(self) -> Path:
        """The administrator's."""
        return self.server.kubeconfig

    def peers(self) -> list[Run]:
        """All pods with a sidecar that runs, also those that start or end just now."""
        return peers_of(self.kubelet)

    def sentries(self) -> list[Run]:
        """The pods of sentry."""
        return self.kubelet.pods(app="dapr-sentry")

    def bundle(self) -> TrustBundle:
        """Both objects as they are now."""
        return dapr.read_bundle(self.cluster)

    def restart(self, *workloads: Workload, within: float = 60.0) -> None:
        """Restarts all of them as kubectl does; returns when their new pods are Ready and the old ones are gone."""
        mark = {"annotations": {"kubectl.kubernetes.io/restartedAt": now_text(micros=True)}}
        for one in workloads:
            self.cluster.request("PATCH", one.path, body={"spec": {"template": {"metadata": mark}}})
        for one in workloads:
            self._wait_until_tidy(one, within)

    def cut_over(self, bundle: TrustBundle) -> None:
        """The hard cut: another CA written outright into both objects, and sentry and the injector restarted at once."""
        dapr.write_bundle(self.cluster, bundle)
        for workload in (SENTRY, INJECTOR):
            self.restart(workload)

    def wait_until_ready(self, *workloads: Workload, within: float = 120.0) -> None:
        """Returns when all pods of each of them are of its newest template, and Ready."""
        for one in workloads:
            self._wait_until_ready(one, within)

    def _wait_until_ready(self, workload: Workload, within: float) -> None:
        wait_until(lambda: _has_rolled_out(self.cluster.request("GET", workload.path)), what=f"{workload.name} Ready", within=within)

    def _wait_until_tidy(self, workload: Workload, within: float) -> None:
        wait_until(lambda: self._is_tidy(workload), what=f"{workload.name} rolled out, and its former pods gone", within=within)

    def _is_tidy(self, workload: Workload) -> bool:
        where, name = workload.namespace, workload.name
        listed = self.cluster.request("GET", f"/api/v1/namespaces/{where}/pods", labelSelector=f"app={name}")["items"]
        there = {pod["metadata"]["uid"] for pod in listed}
        running = {run.uid for run in self.kubelet.pods(app=name) if run.namespace == where}
        stored = self.cluster.request("GET", workload.path)
        return _has_rolled_out(stored) and len(there) == stored["spec"]["replicas"] and running <= there


@contextmanager
def running_town(folder: Path, plan: Plan | None = None) -> Iterator[Town]:
    """Starts it (about half a minute on two cores) and ends all of it on leaving. NotBuilt when the rig is not built.

    RigError when there can be no such town, or something in it does not come up.
    """
    plan = plan or Plan()
    if plan.version not in VERSIONS:
        raise RigError(f"the rig runs no town of Dapr {plan.version}; it runs {', '.join(VERSIONS[:-1])} and {VERSIONS[-1]}")
    with ExitStack() as stack:
        server = stack.enter_context(running_api_server(folder / "api"))
        controllers = stack.enter_context(running_controllers(server, folder / "controllers"))
        town = _settled(stack, server, controllers, folder, plan)
        _install(town)
        yield town


def peers_of(kubelet: Kubelet) -> list[Run]:
    """The pods that have a sidecar."""
    return [run for run in kubelet.pods() if _INJECTED in run.labels]


def _settled(stack: ExitStack, server: ApiServer, controllers: Controllers, folder: Path, plan: Plan) -> Town:
    def ready(app: str, port: int) -> Sequence[tuple[str, int]]:
        return [(run.ip, port) for run in kubelet.pods(app=app) if run.is_ready]

    sentry = stack.enter_context(Service(lambda: ready("dapr-sentry", pod_programs.SENTRY_PORT)))
    injector = stack.enter_context(Service(lambda: ready("dapr-sidecar-injector", pod_programs.INJECTOR_PORT)))
    runs = pod_programs.Town(plan.version, server.kubeconfig, sentry.port).program_for
    always, chance = [chart.IDENTITY_TOKEN], random.SystemRandom()
    kubelet = Kubelet(server.cluster, folder / "pods", node=LIVELY, runs=runs, lag=lambda: chance.uniform(*plan.lag), always=always)
    stack.enter_context(kubelet)
    dialler = stack.enter_context(Dialler(lambda: peers_of(kubelet)))
    return Town(plan=plan, server=server, controllers=controllers, kubelet=kubelet, dialler=dialler, injector=injector, sentry=sentry)


def _install(town: Town) -> None:
    plan, cluster = town.plan, town.cluster
    town.kubelet.age = plan.age
    dapr.install_all_crds(cluster)
    dapr.install(cluster, bundle=plan.bundle, ttl=plan.ttl, skew=plan.skew, sentry_address=f"127.0.0.1:{town.sentry.port}")
    if plan.age:
        dapr.age_secret(cluster, plan.age)
    chart.install_control_plane(cluster, plan.version, sentries=plan.sentries, injector_port=town.injector.port)
    # Who is admitted before the injector is there gets no sidecar.
    town.wait_until_ready(SENTRY, INJECTOR)
    apps = [(LIVELY_NAMESPACE, f"app-{number}", plan.replicas, False) for number in range(1, plan.lively + 1)]
    apps += [(QUIET_NAMESPACE, f"quiet-{number}", 1, True) for number in range(1, plan.quiet + 1)]
    for namespace in (LIVELY_NAMESPACE, QUIET_NAMESPACE):
        cluster.apply({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace}})
    for namespace, name, replicas, quiet in apps:
        cluster.apply(chart.app_deployment(name, namespace, replicas=replicas, quiet=quiet))
    town.apps = tuple(Workload("deployments", namespace, name) for namespace, name, *_ in apps)
    town.wait_until_ready(*OTHER_SERVERS, *town.apps)
    town.kubelet.age = timedelta()


def _has_rolled_out(workload: Object) -> bool:
    """Whether all of its pods are of its newest template, and Ready."""
    status, wanted = workload.get("status", {}), workload["spec"]["replicas"]
    counts = [status.get(name, 0) for name in ("replicas", "updatedReplicas", "readyReplicas")]
    return status.get("observedGeneration") == workload["metadata"]["generation"] and counts == [wanted] * 3
