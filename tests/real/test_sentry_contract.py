"""The contract of sentry on the real ones, side by side: the same cases as on the simulated one."""

import re
import secrets
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import httpx
import pytest

from bot.adapters.clock import SystemClock
from bot.model.versions import Version
from tests.contract.sentry_cases import SINCE_1_12, SentryCase
from tests.rig import dapr, programs
from tests.rig.api_server import ApiServer
from tests.rig.dapr import BUNDLE
from tests.rig.process import RigError, wait_until
from tests.rig.sentry import RELOADING, Sentry

# Up to 1.11 a sentry speaks to the API of the pod that it is in, and to no other: it cannot be run here in Kubernetes' way.
VERSIONS: Final = tuple(program.version for program in programs.SENTRIES if Version.parse(program.version).class_ != "A")
STAMP: Final = re.compile(r'time="([^"]{26})')
FATAL: Final = re.compile(r'level=fatal msg="((?:[^"\\]|\\.)*)"')


# What a real sentry goes by, and stamps its log with.
wall: Final = SystemClock().now


class RealWorld:
    """A namespace of its own, so that sentries of all versions can work on one API server at the same time."""

    def __init__(self, server: ApiServer, version: str, folder: Path) -> None:
        self.version = Version.parse(version)
        self._server = server
        self._folder = folder
        self._namespace = f"sentry-{secrets.token_hex(4)}"
        self._sentry: Sentry | None = None
        self._starts = 0
        dapr.install(server.cluster, self._namespace)

    def write_secret(self, content: Mapping[str, bytes]) -> None:
        dapr.write_secret(self._server.cluster, content, self._namespace)

    def write_configmap(self, content: Mapping[str, bytes]) -> None:
        dapr.write_config_map(self._server.cluster, content, self._namespace)

    def remove(self, kind: str) -> None:
        self._server.cluster.delete("v1", kind, BUNDLE, self._namespace)

    def get(self, kind: str) -> dict[str, Any]:
        found = self._server.cluster.get("v1", kind, BUNDLE, self._namespace)
        assert found is not None
        return found

    def start(self) -> bool:
        self.stop()
        self._starts += 1
        folder = self._folder / f"{self.version}-{self._starts}"
        self._sentry = Sentry(str(self.version), folder=folder, kubeconfig=self._server.kubeconfig, namespace=self._namespace)
        return self._serves_after(0)

    def reload(self) -> bool:
        seen = len(self._process.log())
        self._process.nudge()
        return self._serves_after(self._process.wait_for_log(RELOADING, after=seen))

    def stop(self) -> None:
        if self._sentry is not None:
            self._sentry.kill()
        self._sentry = None

    def serves(self) -> bool:
        return self._process.exit_code() is None

    def later(self, seconds: float) -> None:
        time.sleep(seconds)

    def last_words(self) -> str:
        (words,) = FATAL.findall(self._process.log())
        return str(words).replace('\\"', '"')

    def lines(self) -> int:
        return len(self._process.log().splitlines())

    def expiry(self) -> float:
        page = httpx.get(self._process.metrics_url, trust_env=False).raise_for_status().text
        return float(next(line for line in page.splitlines() if line.startswith("dapr_sentry_issuercert_expiry_timestamp")).split()[1])

    def reloads_after(self, *offsets: float) -> list[float]:
        began, seen = wall().timestamp(), len(self._process.log())
        for offset in offsets:
            time.sleep(max(0.0, began + offset - wall().timestamp()))
            self._process.nudge()
        wait_until(lambda: self._process.log()[seen:].count(RELOADING) == len(offsets), what="all reloads")
        reloads = [line for line in self._process.log()[seen:].splitlines() if RELOADING in line]
        return [datetime.fromisoformat(f"{STAMP.match(line)[1]}+00:00").timestamp() - began for line in reloads]  # type: ignore[index]

    @property
    def _process(self) -> Sentry:
        assert self._sentry is not None
        return self._sentry

    def _serves_after(self, offset: int) -> bool:
        try:
            self._process.wait_until_ready(after=offset)
        except RigError:
            if self.serves():
                raise
            return False
        return True


@pytest.fixture(scope="module")
def server(api_server: ApiServer) -> Iterator[ApiServer]:
    # One cleaning for all: each sentry has a namespace of its own.
    dapr.install_crds(api_server.cluster)
    yield api_server
    api_server.cluster.erase_all()


@pytest.mark.parametrize("case", SINCE_1_12, ids=lambda case: case.__name__)
def test_real_sentries_keep_the_contract(case: SentryCase, server: ApiServer, tmp_path: Path) -> None:
    def told(version: str) -> None:
        world = RealWorld(server, version, tmp_path)
        try:
            case(world, wall().replace(microsecond=0))
        except BaseException as error:
            error.add_note(f"sentry {version}")
            raise
        finally:
            world.stop()

    with ThreadPoolExecutor(len(VERSIONS)) as side_by_side:
        assert len(list(side_by_side.map(told, VERSIONS))) == len(VERSIONS)
