"""Which root a certificate hangs on: the roots of a cluster by age, each a generation with a letter by which people can compare.

Roots with the same subject and key are one generation, since each stands for the other. The letters go by age, the oldest is A, so
a new root takes a new letter and renames nobody. What hangs on what is told by signatures alone: whether Dapr would accept the path
too (times, purposes, constraints) is a question of the checks.
"""

import enum
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final, TypeAlias

import msgspec

from bot.model.certificate import Certificate
from bot.model.x509.parser import parse
from bot.model.x509.signature import signed_by

# Real clusters need a few; a bundle of hundreds of roots with one subject is somebody's experiment.
MOST_SIGNATURES: Final = 500
_LETTERS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

Key: TypeAlias = tuple[str, str]


class Standing(enum.Enum):
    """Where a root stands: in the bundle now, or only elsewhere, and then begun before the present ones or after them.

    ``OWN``: up to Dapr 1.11 the webhooks have a CA of their own. ``UNKNOWN``: the bundle was not seen.
    """

    PRESENT = "present root"
    FORMER = "former root"
    NEWER = "newer root"
    OWN = "the webhook's own root"
    UNKNOWN = "root"


class Generation(msgspec.Struct, frozen=True, kw_only=True):
    """``fingerprints``: of its certificates, the one that names it first. ``pods``: live ones that trust it, None when not seen."""

    letter: str
    standing: Standing
    fingerprints: tuple[str, ...]
    subject: str
    not_before_at: datetime
    not_after_at: datetime
    pods: int | None = None

    @property
    def name(self) -> str:
        """For a person: "generation B, present root 1a2b3c4d"."""
        return f"generation {self.letter}, {self.standing.value} {self.fingerprints[0][:8]}"


class Lineage(msgspec.Struct, frozen=True):
    """``generations`` by age, oldest first. ``letters``: by fingerprint, on which generations a certificate hangs; () unknown."""

    generations: tuple[Generation, ...]
    letters: Mapping[str, tuple[str, ...]]


def lineage(
    roots: Sequence[Certificate], others: Iterable[Certificate], present: frozenset[str] | None, own: frozenset[str] = frozenset()
) -> Lineage:
    """``present``: fingerprints in the bundle, None when that was not seen; ``own``: of the webhooks' own roots."""
    families: dict[Key, list[Certificate]] = defaultdict(list)
    for root in roots:
        families[_key(root)].append(root)
    began = [one.not_before_at for one in roots if present is not None and one.fingerprint in present]
    generations: list[Generation] = []
    letters: dict[Key, str] = {}
    for at, (key, family) in enumerate(sorted(families.items(), key=_age)):
        letters[key] = _letter(at)
        generations.append(_generation(letters[key], family, _standing(family, present, own, max(began, default=None)), present))
    others = tuple(others)
    search = _Search((*roots, *others), letters)
    hanging = {one.fingerprint: search.letters(one) for one in others}
    return Lineage(tuple(generations), hanging | {root.fingerprint: (letters[_key(root)],) for root in roots})


def _key(one: Certificate) -> Key:
    return (one.subject, one.key_sha256)


def _age(family: tuple[Key, list[Certificate]]) -> tuple[datetime, str]:
    return min((one.not_before_at, one.fingerprint) for one in family[1])


def _letter(at: int) -> str:
    turn, letter = divmod(at, len(_LETTERS))
    return f"{_LETTERS[letter]}{turn + 1 if turn else ''}"


def _standing(family: Sequence[Certificate], present: frozenset[str] | None, own: frozenset[str], began: datetime | None) -> Standing:
    held = {one.fingerprint for one in family}
    if present is None:
        return Standing.UNKNOWN
    if held & present:
        return Standing.PRESENT
    if held & own:
        return Standing.OWN
    return Standing.NEWER if began is not None and min(one.not_before_at for one in family) > began else Standing.FORMER


def _generation(letter: str, family: Sequence[Certificate], standing: Standing, present: frozenset[str] | None) -> Generation:
    ordered = sorted(family, key=lambda one: (one.fingerprint in (present or ()), one.not_after_at, one.fingerprint), reverse=True)
    return Generation(
        letter=letter,
        standing=standing,
        fingerprints=tuple(one.fingerprint for one in ordered),
        subject=ordered[0].subject,
        not_before_at=min(one.not_before_at for one in family),
        not_after_at=max(one.not_after_at for one in family),
    )


class _Search:
    """Upwards from a certificate over whoever signed it, with a budget."""

    def __init__(self, known: Iterable[Certificate], letters: Mapping[Key, str]) -> None:
        self._letters = letters
        self._left = MOST_SIGNATURES
        self._signers: dict[str, tuple[Key, ...]] = {}
        self._by_subject: dict[str, dict[Key, list[Certificate]]] = defaultdict(dict)
        for one in known:
            self._by_subject[one.subject].setdefault(_key(one), []).append(one)

    def letters(self, one: Certificate) -> tuple[str, ...]:
        """On which it hangs, oldest first."""
        found: set[str] = set()
        seen: set[Key] = set()
        open_ones = list(self._signed_by(one))
        while open_ones:
            key = open_ones.pop()
            if key in seen:
                continue
            seen.add(key)
            found |= {self._letters[key]} if key in self._letters else set()
            # A cross-certificate: the same name and key, signed by somebody else.
            open_ones += [signer for twin in self._by_subject[key[0]][key] for signer in self._signed_by(twin)]
        return tuple(letter for letter in self._letters.values() if letter in found)

    def _signed_by(self, one: Certificate) -> tuple[Key, ...]:
        if one.fingerprint not in self._signers:
            candidates = self._by_subject.get(one.issuer, {})
            self._signers[one.fingerprint] = tuple(key for key, twins in candidates.items() if self._has_signed(twins[0], one))
        return self._signers[one.fingerprint]

    def _has_signed(self, signer: Certificate, one: Certificate) -> bool:
        self._left -= 1
        return self._left >= 0 and not signed_by(parse(one.der), parse(signer.der))
