"""Thousands of pods as objects in the real API server, some of which crash: what a large cluster looks like after its root has ended."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

from tests.rig import pods
from tests.rig.cluster import Cluster, Object

WRITERS = 8
EVERY_CRASHING = 50


def move_in(cluster: Cluster, count: int, *, namespace: str, anchors: str, version: str) -> None:
    """``count`` pods of as many twentieths of apps (app1, app2, ...); every fiftieth crash-loops, and so does the first of app1."""
    cluster.apply({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace}})
    with ThreadPoolExecutor(WRITERS) as writers:
        for _ in writers.map(cluster.apply, _pods(count, namespace, anchors, version)):
            pass


def _pods(count: int, namespace: str, anchors: str, version: str) -> Iterator[Object]:
    for number in range(count):
        app = f"app{number // 20 + 1}"
        yield pods.daprized_pod(
            f"{app}-5d9c7b6f8-{number % 20:05d}",
            namespace=namespace,
            app_id=app,
            trust_anchors=anchors,
            version=version,
            crashing=number % EVERY_CRASHING == 0,
        )
