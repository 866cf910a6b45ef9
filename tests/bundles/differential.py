"""The model beside the real programs, bundle by bundle: what five sentries do, what peers do, and what `dapr-warden lint` says.

``python -m tests.bundles.differential --seed 1 --bundles 300`` by hand; tests/real/test_differential.py for every change.
"""

import argparse
import datetime as dt
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from bot.cli import lint
from tests.bundles import strange
from tests.bundles.generate import generate
from tests.bundles.plan import Sample
from tests.bundles.record import record
from tests.certificates import Files
from tests.rig import build, programs
from tests.rig.verdict import peers_verdict, standalone_verdict

VERSIONS = tuple(one.version for one in programs.SENTRIES)
WITH_PEERS = frozenset(one.version for one in programs.PEERS)

# Sentries up to 1.11 wait a second before they look at their files, so many of them cost nothing.
_TOGETHER, _TOGETHER_SLEEPING = 3, 12
_SLEEPERS = frozenset(("1.10.4",))
_ACCEPT, _REFUSE = "kept, peers accept", "kept, peers refuse"


@dataclass(frozen=True)
class Comparison:
    """What one version did with one bundle, and what lint said just before and just after. ``said``: the program's own reason."""

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
        lines = (f"Dapr {self.version}: {self.real}; lint: {self.model[1]}", *self.sample.notes, *self.said)
        return "\n    ".join(lines)


def now() -> dt.datetime:
    """The real time, by which the real programs judge."""
    return dt.datetime.now(dt.UTC)  # noqa: TID251 - as the docstring says


def generated(seed: int, count: int) -> list[Sample]:
    """The bundles of that many seeds."""
    at = now().replace(microsecond=0)
    return [generate(seed + place, at) for place in range(count)]


def by_hand() -> list[Sample]:
    """Every strange bundle."""
    return strange.every(now().replace(microsecond=0))


def compare(samples: Sequence[Sample], versions: Iterable[str] = VERSIONS) -> Iterator[Comparison]:
    """Each bundle before each of those sentries, standalone, and before two peers of the version where the rig has some."""
    with ThreadPoolExecutor(_TOGETHER) as busy, ThreadPoolExecutor(_TOGETHER_SLEEPING) as sleeping:
        waiting = [
            (sleeping if version in _SLEEPERS else busy).submit(_compared, version, sample) for version in versions for sample in samples
        ]
        try:
            for one in waiting:
                yield one.result()
        finally:
            for one in waiting:
                one.cancel()


def disagreements(comparisons: Sequence[Comparison], *, again: str) -> str:
    """Empty when there are none, else a report for a person: each with its bundle on disk, and the command that asks again."""
    found = [one for one in comparisons if not one.agrees]
    if not found:
        return ""
    told = (f"{one}\n    its files: {_kept(one.sample)}" for one in found)
    return "\n".join((f"{len(found)} of {len(comparisons)} verdicts differ. Again: {again}", *told))


def _compared(version: str, sample: Sample) -> Comparison:
    with tempfile.TemporaryDirectory(prefix="lint-") as scratch:
        request = _request(sample.files, version, Path(scratch))
        before = _said_by_lint(request, version)
        real, said = _done_by_dapr(version, sample.files)
        return Comparison(version, sample, real, (before, _said_by_lint(request, version)), said)


def _done_by_dapr(version: str, files: Files) -> tuple[str, tuple[str, ...]]:
    if version not in WITH_PEERS:
        verdict = standalone_verdict(version, ca_crt=files.ca, issuer_crt=files.issuer, issuer_key=files.key)
        return verdict.outcome, verdict.log[-2:]
    found = peers_verdict(version, ca_crt=files.ca, issuer_crt=files.issuer, issuer_key=files.key)
    if found.verify is None:
        return found.sentry.outcome, found.sentry.log[-2:]
    return (_ACCEPT if found.verify else _REFUSE), found.reasons


def _request(files: Files, version: str, folder: Path) -> lint.Request:
    ca, issuer, key = _written(files, folder)
    return lint.Request(ca_cert=ca, issuer_cert=issuer, issuer_key=key, dapr_version=version, mode="standalone")


def _said_by_lint(request: lint.Request, version: str) -> str:
    result = lint.run(request, at=now())
    word = outcome(result)
    if word != "kept" or version not in WITH_PEERS:
        return word
    return _ACCEPT if result.peers_verify else _REFUSE


def outcome(result: lint.Result) -> str:
    """Lint's answer about sentry in one word: kept, replaced, refused or not judged."""
    if not result.judged:
        return "not judged"
    if result.sentry_replaces:
        return "replaced"
    return "kept" if result.sentry_loads else "refused"


def _written(files: Files, folder: Path) -> tuple[Path, Path, Path]:
    places = folder / "ca.crt", folder / "issuer.crt", folder / "issuer.key"
    for place, content in zip(places, (files.ca, files.issuer, files.key), strict=True):
        place.write_bytes(content)
    return places


def _kept(sample: Sample) -> Path:
    """The very files, since keys and signatures are new in every run. The keys were made for this and open nothing."""
    folder = Path(tempfile.mkdtemp(prefix=f"disagreement-{sample.seed}-"))
    _written(sample.files, folder)
    return folder


def main() -> int:
    """Exit 0 when all verdicts agree, 1 when not, 2 when the rig is not built."""
    parser = argparse.ArgumentParser(prog="python -m tests.bundles.differential", description=__doc__)
    parser.add_argument("--seed", type=int, default=1, help="of the first generated bundle; each further one has the next")
    parser.add_argument("--bundles", type=int, default=300, help="how many to generate")
    parser.add_argument("--by-hand", action="store_true", help="also every strange bundle")
    parser.add_argument("--save", type=Path, help="write the result there, as Markdown")
    chosen = parser.parse_args()
    try:
        build.check()
    except build.NotBuilt as problem:
        sys.stderr.write(f"{problem}\n")
        return 2
    return _run(chosen)


def _run(chosen: argparse.Namespace) -> int:
    samples = [*generated(chosen.seed, chosen.bundles), *(by_hand() if chosen.by_hand else ())]
    all_found: list[Comparison] = []
    for version in VERSIONS:
        started = time.monotonic()
        found = list(compare(samples, [version]))
        all_found += found
        counts = ", ".join(f"{count} {word}" for word, count in sorted(Counter(one.real for one in found).items()))
        wrong = sum(not one.agrees for one in found)
        sys.stdout.write(f"Dapr {version}: {counts}; {wrong} disagreements, {time.monotonic() - started:.0f} s\n")
        sys.stdout.flush()
    command = (
        f"python -m tests.bundles.differential --seed {chosen.seed} --bundles {chosen.bundles}{' --by-hand' if chosen.by_hand else ''}"
    )
    if chosen.save:
        chosen.save.write_text(record(all_found, seed=chosen.seed, generated=chosen.bundles, command=command), encoding="utf-8")
    report = disagreements(all_found, again=command)
    sys.stdout.write(f"{report}\n" if report else f"{len(all_found)} verdicts, no disagreement\n")
    return 1 if report else 0


if __name__ == "__main__":
    sys.exit(main())
