"""From a Scene to a Diagnosis: asks every explanation, drops what follows from another cause, ranks the rest. Never raises."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from msgspec import structs

from bot.diagnosis import telling
from bot.diagnosis.causes import CAUSES, LAST
from bot.diagnosis.clues import Clues, read
from bot.diagnosis.explanation import Candidate, Explanation, Reach
from bot.diagnosis.sight import is_blind, looked_at, unseen
from bot.model.diagnosis import Cause, Certainty, Diagnosis
from bot.model.scene import Scene

BROKE: Final = "Whether this is so is not known, because looking for it broke ({error}): {title}. Please report this."

_CERTAINTIES: Final = tuple(Certainty)


def diagnose(scene: Scene, causes: Sequence[Explanation] = CAUSES, last: Sequence[Explanation] = LAST) -> Diagnosis:
    """What is the matter with the target, the likeliest first, and what could not be looked at."""
    clues = read(scene)
    found, broken = _asked(clues, causes)
    claimed = [signature for one, candidates in found if candidates for signature in one.claims]
    more, also_broken = _asked(replace(clues, claimed=frozenset(claimed)), last)
    ranked = _ranked([candidate for _, candidates in (*found, *more) for candidate in candidates])
    return Diagnosis(
        target=scene.target,
        taken_at=scene.snapshot.taken_at,
        cluster=scene.snapshot.cluster,
        causes=tuple(_told(one) for one in ranked if not _follows(one, ranked) and not _is_misled(one, ranked)),
        unseen=tuple(dict.fromkeys((*unseen(scene), *broken, *also_broken))),
        looked_at=looked_at(scene),
        is_blind=is_blind(scene),
        own_logs=scene.own_logs,
        control_plane_logs=scene.control_plane_logs,
    )


def _told(one: Candidate) -> Cause:
    return structs.replace(one.cause, strikes_later=one.reach is Reach.LATER)


def _asked(clues: Clues, explanations: Iterable[Explanation]) -> tuple[list[tuple[Explanation, list[Candidate]]], list[str]]:
    """What each one found; one that breaks costs only its own answer, and that is said."""
    found: list[tuple[Explanation, list[Candidate]]] = []
    broken: list[str] = []
    for one in explanations:
        candidates: list[Candidate] = []
        try:
            candidates.extend(_with_counts(candidate, one, clues) for candidate in one.find(clues))
        except Exception as error:  # noqa: BLE001 - one broken explanation must not cost the others
            broken.append(BROKE.format(error=type(error).__name__, title=one.title))
        found.append((one, candidates))
    return found, broken


def _with_counts(candidate: Candidate, explanation: Explanation, clues: Clues) -> Candidate:
    told = telling.counted(clues, explanation.counts)
    return replace(candidate, cause=structs.replace(candidate.cause, evidence=(*candidate.cause.evidence, *told))) if told else candidate


def _ranked(candidates: Iterable[Candidate]) -> list[Candidate]:
    """By how much it explains of what is asked, certainty before all; equals stay in the order of the list."""
    return sorted(candidates, key=_rank)


def _rank(one: Candidate) -> tuple[int, int, int, bool]:
    """What strikes later, and red herrings, come behind everything; a mere possibility behind what is known of others."""
    certainty = _CERTAINTIES.index(one.cause.certainty)
    behind = {Reach.LATER: 1, Reach.HERRING: 2}.get(one.reach, 0)
    is_weak = one.cause.certainty is Certainty.POSSIBLE
    away = one.reach is Reach.ELSEWHERE
    return behind, 2 * is_weak + away, certainty, not one.cause.is_certificate


def _follows(one: Candidate, ranked: Sequence[Candidate]) -> bool:
    """Whether another cause, at least as certain, explains it; of two that explain each other, the first stays."""
    for other in ranked:
        if other is one or one.cause.id not in other.cause.explains or _is_weaker(other, one):
            continue
        if other.cause.id in one.cause.explains and ranked.index(one) < ranked.index(other):
            continue
        return True
    return False


def _is_weaker(one: Candidate, than: Candidate) -> bool:
    return _CERTAINTIES.index(one.cause.certainty) > _CERTAINTIES.index(than.cause.certainty)


def _is_misled(one: Candidate, ranked: Sequence[Candidate]) -> bool:
    """A red herring beside a certificate cause that is proved."""
    is_proved = any(other.cause.is_certificate and other.cause.certainty is Certainty.PROVED for other in ranked)
    return one.reach is Reach.HERRING and is_proved
