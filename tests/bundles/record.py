"""The page that a differential run leaves: docs/differential.md."""

from collections import Counter
from collections.abc import Sequence
from typing import Protocol

WORDS = ("kept", "kept, peers accept", "kept, peers refuse", "replaced", "refused")


class Verdict(Protocol):
    """What the page needs to know of a comparison."""

    @property
    def version(self) -> str:
        """Of Dapr."""

    @property
    def real(self) -> str:
        """What the real program did."""

    @property
    def agrees(self) -> bool:
        """Whether lint said so."""


def record(verdicts: Sequence[Verdict], *, seed: int, generated: int, command: str) -> str:
    """The whole page, as Markdown."""
    versions = tuple(dict.fromkeys(one.version for one in verdicts))
    strange = len(verdicts) // len(versions) - generated
    wrong = sum(not one.agrees for one in verdicts)
    rows = "\n".join(_row(version, [one for one in verdicts if one.version == version]) for version in versions)
    by_hand = f" and {strange} made by hand, one oddity each (`tests/bundles/strange/`)" if strange else ""
    return f"""# `lint` beside the real programs

Written by `{command}`; do not edit.

The same question to `dapr-warden lint` and to the real programs, built from Dapr's releases: does a standalone sentry start
with this bundle? And do two peers on that Dapr's own security package, which trust its `ca.crt`, get certificates from it and
accept each other in both directions?

{generated} bundles of the seeds {seed} to {seed + generated - 1} (`tests/bundles/generate.py`){by_hand}:
{len(verdicts)} verdicts, **{wrong} disagreements**.

| Dapr | kept | kept, peers accept | kept, peers refuse | replaced | refused | disagreements |
|---|---|---|---|---|---|---|
{rows}

"Kept" alone: the rig has no peer of that version. `make test-real` asks again with new seeds in each run, and asks sentries in
Kubernetes what they keep, replace and refuse.
"""


def _row(version: str, verdicts: Sequence[Verdict]) -> str:
    counts = Counter(one.real for one in verdicts)
    cells = [version, *(str(counts[word]) for word in WORDS), str(sum(not one.agrees for one in verdicts))]
    return f"| {' | '.join(cells)} |"
