"""What the rig builds: one value per program, and the place of each in the cache."""

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

MODULES = Path(__file__).parent / "modules"
KUBERNETES_VERSION = "1.34.3"


@dataclass(frozen=True)
class Program:
    """One Go program. ``module_set``: a folder of ``modules/``. ``data``: (module, glob) of files kept beside it.

    ``package``: an import path, or "." for the files of ``source``, a folder of our own.
    """

    name: str
    version: str
    module_set: str
    package: str
    flags: tuple[str, ...] = ()
    data: tuple[str, str] | None = None
    source: Path | None = None

    def __str__(self) -> str:
        return f"{self.name} {self.version}"

    @property
    def module_folder(self) -> Path:
        """The folder with the committed go.mod and go.sum."""
        return MODULES / self.module_set

    @property
    def inputs(self) -> tuple[Path, ...]:
        """Every committed file that the build reads."""
        sources = sorted(self.source.glob("*.go")) if self.source else ()
        return self.module_folder / "go.mod", self.module_folder / "go.sum", *sources


def _sentry(version: str) -> Program:
    crds = ("github.com/dapr/dapr", "charts/dapr/crds/*.yaml")
    return Program("sentry", version, f"dapr-{version}", "github.com/dapr/dapr/cmd/sentry", data=crds)


def _peer(version: str) -> Program:
    return Program("peer", version, f"dapr-{version}", ".", source=Path(__file__).parent / "peer")


def _kubernetes(name: str) -> Program:
    # Without these the API server calls itself "v0.0.0-master", and clients that compare versions refuse it.
    major, minor, _ = KUBERNETES_VERSION.split(".")
    where = "-X k8s.io/component-base/version"
    stamp = f"{where}.gitVersion=v{KUBERNETES_VERSION} {where}.gitMajor={major} {where}.gitMinor={minor}"
    package = f"k8s.io/kubernetes/cmd/{name}"
    return Program(name, KUBERNETES_VERSION, f"kubernetes-{KUBERNETES_VERSION}", package, flags=("-ldflags", stamp))


ETCD = Program("etcd", "3.7.3", "etcd-3.7.3", "go.etcd.io/etcd/server/v3")
KUBE_APISERVER = _kubernetes("kube-apiserver")
LOKI = Program("loki", "3.7.8", "loki-3.7.8", "github.com/grafana/loki/v3/cmd/loki")

# One line and one folder of modules/ per further version of Dapr.
SENTRIES = (
    _sentry("1.18.3"),
    _sentry("1.16.2"),
    _sentry("1.14.4"),
    _sentry("1.13.6"),
    _sentry("1.10.4"),
)
PEERS = (
    _peer("1.18.3"),
    _peer("1.16.2"),
    _peer("1.14.4"),
)

PROGRAMS = (ETCD, KUBE_APISERVER, LOKI, *SENTRIES, *PEERS)


def sentry(version: str) -> Program:
    """The sentry of that version of Dapr. KeyError names the versions that there are."""
    return _of_version(SENTRIES, version)


def peer(version: str) -> Program:
    """The peer on that version's security package. KeyError names the versions that there are."""
    return _of_version(PEERS, version)


def _of_version(programs: tuple[Program, ...], version: str) -> Program:
    for program in programs:
        if program.version == version:
            return program
    known = ", ".join(program.version for program in programs)
    raise KeyError(f"the rig builds no {programs[0].name} {version}; it builds {known}")


def cache_root() -> Path:
    """Where built programs live, outside of any checkout: ``DAPR_WARDEN_RIG_CACHE``, else the user's cache folder."""
    if chosen := os.environ.get("DAPR_WARDEN_RIG_CACHE"):  # noqa: TID251 - the rig is not the bot
        return Path(chosen).expanduser()
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"  # noqa: TID251 - as above
    return Path(base) / "dapr-warden" / "rig"


def home_of(program: Program, go_version: str) -> Path:
    """The folder of one build: same inputs, same folder. Holds ``bin/NAME`` and, if the program has data, ``data/``."""
    inputs = [program.package, *program.flags, *(program.data or ()), go_version]
    digest = hashlib.sha256("\0".join(inputs).encode())
    for path in program.inputs:
        digest.update(path.read_bytes())
    return cache_root() / digest.hexdigest()[:32]
