"""The model beside the real programs, bundle by bundle. ``python -m tests.bundles.differential --help`` runs it by hand."""

import datetime as dt
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from bot.cli import lint
from bot.model import bundle, pem, private_key
from bot.model.bundle import Mode
from bot.model.versions import Version
from tests.bundles.plan import Sample
from tests.certificates import Files
from tests.rig import programs
from tests.rig.verdict import peers_verdict, standalone_verdict

VERSIONS = tuple(one.version for one in programs.SENTRIES)
WITH_PEERS = frozenset(one.version for one in programs.PEERS)
TOGETHER = 4

_ACCEPT, _REFUSE = "kept, peers accept", "kept, peers refuse"


@dataclass(frozen=True)
class Comparison:
    """What one version did with one bundle, and what lint said about it before and after. ``said``: the program's own reason."""

    version: str
    sample: Sample
    real: str
    model: tuple[str, str]
    said: tuple[str, ...]

    @property
    def agrees(self) -> bool:
        """Whether lint was right at one of the two instants between which the real program judged."""
        return self.real in self.model

    def __str__(self) -> str:
        lines = (f"sentry {self.version}: {self.real}; lint: {self.model[1]}", *self.sample.notes, *self.said)
        return "\n    ".join(lines)


def now() -> dt.datetime:
    """The real time, by which the real programs judge."""
    return dt.datetime.now(dt.UTC)  # noqa: TID251 - as the docstring says


def compare(version: str, samples: Iterable[Sample]) -> Iterator[Comparison]:
    """Each bundle before that sentry, standalone, and before two peers of its version where the rig has some."""
    with ThreadPoolExecutor(TOGETHER) as pool:
        yield from pool.map(lambda sample: _compared(version, sample), samples)


def _compared(version: str, sample: Sample) -> Comparison:
    before = _model(sample.files, version)
    real, said = _real(version, sample.files)
    return Comparison(version, sample, real, (before, _model(sample.files, version)), said)


def _real(version: str, files: Files) -> tuple[str, tuple[str, ...]]:
    if version not in WITH_PEERS:
        verdict = standalone_verdict(version, ca_crt=files.ca, issuer_crt=files.issuer, issuer_key=files.key)
        return verdict.outcome, verdict.log[-2:]
    found = peers_verdict(version, ca_crt=files.ca, issuer_crt=files.issuer, issuer_key=files.key)
    if found.verify is None:
        return found.sentry.outcome, found.sentry.log[-2:]
    return (_ACCEPT if found.verify else _REFUSE), found.reasons


def _model(files: Files, version: str) -> str:
    """Lint's answer in the same words."""
    result = lint.judge(trust(files), Version.parse(version), Mode.STANDALONE, now())
    if not result.judged:
        return "not judged"
    word = outcome(result)
    if word != "kept" or version not in WITH_PEERS:
        return word
    return _ACCEPT if result.peers_verify else _REFUSE


def trust(files: Files) -> bundle.TrustBundle:
    """The bundle as ``dapr-warden lint`` makes it from its files."""
    return bundle.TrustBundle(
        ca=pem.read(files.ca),
        issuer=pem.read(files.issuer),
        key=private_key.read_key(files.key),
        configmap_ca=None if files.configmap is None else pem.read(files.configmap),
    )


def outcome(result: lint.Result) -> str:
    """Lint's answer about sentry as one word: kept, replaced or refused."""
    if result.sentry_replaces:
        return "replaced"
    return "kept" if result.sentry_loads else "refused"


def disagreements(comparisons: Sequence[Comparison], *, again: str) -> str:
    """Empty when there are none, else a report for a person: each with its bundle on disk, and the command that asks again."""
    found = [one for one in comparisons if not one.agrees]
    if not found:
        return ""
    told = (f"{one}\n    its files: {_kept(one.sample)}" for one in found)
    return "\n".join((f"{len(found)} of {len(comparisons)} verdicts differ. Again: {again}", *told))


def _kept(sample: Sample) -> Path:
    """The very files, since keys and signatures are new in every run. The keys were made for this and open nothing."""
    folder = Path(tempfile.mkdtemp(prefix=f"disagreement-{sample.seed}-"))
    for name, content in (("ca.crt", sample.files.ca), ("issuer.crt", sample.files.issuer), ("issuer.key", sample.files.key)):
        (folder / name).write_bytes(content)
    return folder
