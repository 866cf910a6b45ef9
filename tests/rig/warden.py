"""The bot as its users run it: the shipped rights on a real API server, the shipped settings, `dapr-warden serve` as a process."""

import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

import httpx
import yaml

from tests.rig.cluster import Cluster
from tests.rig.process import Process, RigError, answers, free_ports

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy" / "kustomize"
NAMESPACE = SERVICE_ACCOUNT = "dapr-warden"
COMMAND = Path(sys.executable).with_name("dapr-warden")
# The bot of this checkout, also where the environment is shared by several.
_HERE = {"PYTHONPATH": str(ROOT)}

Mode = Literal["read", "off"]

_SWEEPS = re.compile(r"^dapr_warden_sweeps_total (\S+)$", re.MULTILINE)


class Warden(Process):
    """A running `dapr-warden serve`. Started again in the same folder it finds its memory and goes on in the same log."""

    def __init__(self, *, folder: Path, environment: Mapping[str, str]) -> None:
        """``environment``: its settings, of which the HTTP port is added here."""
        (self.port,) = free_ports(1)
        where = {"DAPR_WARDEN_HTTP_HOST": "127.0.0.1", "DAPR_WARDEN_HTTP_PORT": str(self.port)}
        super().__init__([COMMAND, "serve"], folder=folder, environment={**environment, **where, **_HERE})

    @property
    def url(self) -> str:
        """Of its health and its metrics."""
        return f"http://127.0.0.1:{self.port}"

    def wait_until_ready(self, *, within: float = 30.0) -> None:
        """Waits until it says that it does its job: a sweep is finished, Slack is reached."""
        self.wait_until(lambda: answers(f"{self.url}/readyz"), what="dapr-warden ready", within=within)

    def metrics(self) -> str:
        """Its page of metrics."""
        return httpx.get(f"{self.url}/metrics", timeout=5.0, trust_env=False).text

    def sweeps(self) -> int:
        """How many it has finished since it started."""
        found = _SWEEPS.search(self.metrics())
        return int(float(found.group(1))) if found else 0

    def wait_for_sweeps(self, count: int, *, within: float = 60.0) -> None:
        """Waits until it has finished that many sweeps from now on."""
        goal = self.sweeps() + count
        self.wait_until(lambda: self.sweeps() >= goal, what=f"{count} sweeps", within=within)


def apply_rights(cluster: Cluster, mode: Mode) -> None:
    """ServiceAccount and RBAC rules of that mode as they are shipped, those for diagnosis included. Dapr's namespace must exist."""
    for path in ("base/namespace.yaml", "base/service-account.yaml", f"{mode}/rbac.yaml", "components/diagnosis/rbac.yaml"):
        cluster.apply_yaml((DEPLOY / path).read_text(encoding="utf-8"))


def shipped_settings(mode: Mode) -> dict[str, str]:
    """The environment that the Deployment of that mode gets from its ConfigMap."""
    paths = [DEPLOY / "base" / "settings.yaml", *([DEPLOY / "off" / "settings.yaml"] if mode == "off" else [])]
    settings: dict[str, str] = {}
    for path in paths:
        settings |= yaml.safe_load(path.read_text(encoding="utf-8"))["data"]
    return settings


def said(folder: Path, environment: Mapping[str, str], *words: str) -> str:
    """What `dapr-warden WORDS` prints in that environment, errors included. RigError when it could not do it."""
    command = [str(COMMAND), *words]
    clean = {"HOME": str(folder), **environment, **_HERE}
    done = subprocess.run(command, cwd=folder, env=clean, capture_output=True, text=True, check=False)  # noqa: S603 - the bot itself, no shell
    if not done.stdout:
        raise RigError(f"{' '.join(command)} ended with code {done.returncode}: {done.stderr}")
    return done.stdout + done.stderr
