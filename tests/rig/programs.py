"""What the rig builds: one value per program, and the place of each in the cache."""

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

MODULES = Path(__file__).parent / "modules"
KUBERNETES_VERSION = "1.34.3"
DAPR = "github.com/dapr/dapr"
LISTEN = "RIG_LISTEN"
"""Names the loopback address on which Dapr's programs serve what they would serve on all of a pod's; 127.0.0.1 without it."""


@dataclass(frozen=True)
class Edit:
    """A file of Dapr's module that is built with ``new`` where ``old`` stands once: the address of a listener, or where a token lies."""

    file: str
    old: str
    new: str

    def applied(self, text: str) -> str:
        """The file's text as it is built. ValueError when it is not the file that this edit was made for."""
        if text.count(self.old) != 1 or text.count(_IMPORTS) != 1:
            raise ValueError(f"{self.file} does not hold {self.old!r} just once")
        needed = "".join(f'\t"{package}"\n' for package in _FOR_EDITS if f"{package}." in self.new)
        return text.replace(_IMPORTS, f"{_IMPORTS}{needed}").replace(self.old, self.new)


_IMPORTS, _FOR_EDITS = "import (\n", ("cmp", "os")


@dataclass(frozen=True)
class Program:
    """One Go program. ``module_set``: a folder of ``modules/``. ``data``: a module, and globs of its files kept beside it.

    ``package``: an import path, or "." for the files of ``source``, a folder of our own. ``edits``: see :class:`Edit`.
    """

    name: str
    version: str
    module_set: str
    package: str
    flags: tuple[str, ...] = ()
    data: tuple[str, ...] | None = None
    source: Path | None = None
    edits: tuple[Edit, ...] = ()

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


def _listens(file: str, address: str, port: str) -> Edit:
    return Edit(file, address, f'fmt.Sprintf("%s:%d", cmp.Or(os.Getenv("{LISTEN}"), "127.0.0.1"), {port})')


# Published, they serve these on all interfaces whatever their flags say. Here many pods share a machine, and nobody else may ask.
_ON_LOOPBACK = (
    _listens("pkg/healthz/server/server.go", 'fmt.Sprintf(":%d", s.port)', "s.port"),
    _listens("pkg/metrics/exporter.go", 'fmt.Sprintf("%s:%d", e.listenAddress, port)', "port"),
)
TOKEN_FOLDER = "var/run/secrets/dapr.io/sentrytoken"
"""Below the working directory: where programs with an edit for it read the token by which they prove themselves to sentry."""
# Dapr 1.14 reads that token from one absolute path alone, which many pods on one machine cannot share.
_TOKEN_OF_ITS_OWN = Edit(
    "pkg/security/token/token.go", f'kubeTknPath       = "/{TOKEN_FOLDER}/token"', f'kubeTknPath       = "{TOKEN_FOLDER}/token"'
)
_SENTRY_ON_LOOPBACK = (*_ON_LOOPBACK, _listens("pkg/sentry/server/server.go", 'fmt.Sprintf("%s:%d", s.listenAddress, s.port)', "s.port"))
_PLACEMENT_ON_LOOPBACK = (*_ON_LOOPBACK, _listens("pkg/placement/placement.go", 'fmt.Sprintf("%s:%d", p.listenAddress, p.port)', "p.port"))
_INJECTOR_ON_LOOPBACK = (*_ON_LOOPBACK, _listens("pkg/injector/service/injector.go", 'fmt.Sprintf(":%d", i.port)', "i.port"))


def _dapr(name: str, version: str, *, edits: tuple[Edit, ...] = _ON_LOOPBACK, data: tuple[str, ...] | None = None) -> Program:
    return Program(name, version, f"dapr-{version}", f"{DAPR}/cmd/{name}", data=data, edits=edits)


def _sentry(version: str, *, edits: tuple[Edit, ...] = _ON_LOOPBACK) -> Program:
    return _dapr("sentry", version, edits=edits, data=(DAPR, "charts/dapr/crds/*.yaml"))


def _peer(version: str, *, edits: tuple[Edit, ...] = ()) -> Program:
    return Program("peer", version, f"dapr-{version}", ".", source=Path(__file__).parent / "peer", edits=edits)


def _kubernetes(name: str) -> Program:
    # Without these the API server calls itself "v0.0.0-master", and clients that compare versions refuse it.
    major, minor, _ = KUBERNETES_VERSION.split(".")
    where = "-X k8s.io/component-base/version"
    stamp = f"{where}.gitVersion=v{KUBERNETES_VERSION} {where}.gitMajor={major} {where}.gitMinor={minor}"
    package = f"k8s.io/kubernetes/cmd/{name}"
    return Program(name, KUBERNETES_VERSION, f"kubernetes-{KUBERNETES_VERSION}", package, flags=("-ldflags", stamp))


ETCD = Program("etcd", "3.7.3", "etcd-3.7.3", "go.etcd.io/etcd/server/v3")
KUBE_APISERVER = _kubernetes("kube-apiserver")
KUBE_CONTROLLER_MANAGER = _kubernetes("kube-controller-manager")
KUBE_SCHEDULER = _kubernetes("kube-scheduler")
# Its stages are read from files: without any it does nothing.
_STAGES = tuple(f"kustomize/stage/{one}.yaml" for one in ("node/fast/node-*", "node/heartbeat-with-lease/node-*", "pod/fast/pod-*"))
KWOK = Program("kwok", "0.8.0", "kwok-0.8.0", "sigs.k8s.io/kwok/cmd/kwok", data=("sigs.k8s.io/kwok", *_STAGES))
LOKI = Program("loki", "3.7.8", "loki-3.7.8", "github.com/grafana/loki/v3/cmd/loki")

# One line and one folder of modules/ per further version of Dapr.
SENTRIES = (
    _sentry("1.18.3"),
    _sentry("1.16.2"),
    # It forgets its flag for the address on the way to its server.
    _sentry("1.14.4", edits=_SENTRY_ON_LOOPBACK),
    _sentry("1.13.6", edits=()),
    _sentry("1.10.4", edits=()),
)
PEERS = (
    _peer("1.18.3"),
    _peer("1.16.2"),
    _peer("1.14.4", edits=(_TOKEN_OF_ITS_OWN,)),
)

INJECTORS = (
    _dapr("injector", "1.18.3", edits=_INJECTOR_ON_LOOPBACK),
    _dapr("injector", "1.16.2", edits=_INJECTOR_ON_LOOPBACK),
    _dapr("injector", "1.14.4", edits=(*_INJECTOR_ON_LOOPBACK, _TOKEN_OF_ITS_OWN)),
)
PLACEMENTS = (
    _dapr("placement", "1.18.3"),
    _dapr("placement", "1.16.2"),
    _dapr("placement", "1.14.4", edits=(*_PLACEMENT_ON_LOOPBACK, _TOKEN_OF_ITS_OWN)),
)
# The proxy lacks modules that older ones need.
OPERATORS = (_dapr("operator", "1.18.3"),)

PROGRAMS = (
    *(ETCD, KUBE_APISERVER, KUBE_CONTROLLER_MANAGER, KUBE_SCHEDULER, KWOK, LOKI),
    *SENTRIES,
    *PEERS,
    *INJECTORS,
    *PLACEMENTS,
    *OPERATORS,
)


def has_token_path(version: str) -> bool:
    """Whether the programs of that version read their token below :data:`TOKEN_FOLDER`; later ones are told where by their environment."""
    return _TOKEN_OF_ITS_OWN in peer(version).edits


def sentry(version: str) -> Program:
    """The sentry of that version of Dapr. KeyError names the versions that there are."""
    return _of_version(SENTRIES, version)


def peer(version: str) -> Program:
    """The peer on that version's security package. KeyError names the versions that there are."""
    return _of_version(PEERS, version)


def injector(version: str) -> Program:
    """The injector of that version of Dapr. KeyError names the versions that there are."""
    return _of_version(INJECTORS, version)


def operator(version: str) -> Program:
    """The operator of that version of Dapr. KeyError names the versions that there are."""
    return _of_version(OPERATORS, version)


def placement(version: str) -> Program:
    """The placement of that version of Dapr. KeyError names the versions that there are."""
    return _of_version(PLACEMENTS, version)


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
    edits = [part for edit in program.edits for part in (edit.file, edit.old, edit.new)]
    inputs = [program.package, *program.flags, *(program.data or ()), *edits, go_version]
    digest = hashlib.sha256("\0".join(inputs).encode())
    for path in program.inputs:
        digest.update(path.read_bytes())
    return cache_root() / digest.hexdigest()[:32]
