"""The checklist of a rotation: one message in the thread of its card, edited in place. Each step has emoji and word; waves share lines."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from bot.model import canary_urls, phrases
from bot.model.rotation import Step
from bot.model.run import File, Run, Stand
from bot.rotation.progress import current, named, progress, way
from bot.rotation.steps import back
from handlers.views import run as runs
from handlers.views.blocks import compose, context, paragraph
from handlers.views.inline import Count, Emoji, Line, Moment, Outside, Part, Span, bold
from handlers.views.message import Message
from handlers.views.severities import Look
from handlers.views.untrusted import Untrusted

DONE: Final = Look(Emoji("white_check_mark"), "DONE")
NEXT: Final = Look(Emoji("white_large_square"), "NEXT")
NOT_DONE: Final = Look(Emoji("heavy_minus_sign"), "NOT DONE")
WAITS: Final = Look(Emoji("hourglass_flowing_sand"), "WAITING")
# Up to so many waves have a line each; of more, only the one that is under way does.
WAVES_SHOWN: Final = 8
# Steps that nobody planned.
OTHERS_SHOWN: Final = 12
# Some thirty lines of this length fit into one message, whatever they are made of.
_BACK: Final = frozenset(one.id for one in back())
# Of canary URLs.
FAILS: Final = Look(Emoji("octagonal_sign"), "FAILING NOW")
FAILED: Final = Look(Emoji("warning"), "ANSWERING AGAIN")
NONE_FAILED: Final = Look(Emoji("white_check_mark"), "ANSWERING")
URLS_SHOWN: Final = 5
URL_LIMIT: Final = 350
TITLE_LIMIT: Final = 110
FACT_LIMIT: Final = 90


@dataclass(frozen=True, slots=True)
class _Group:
    """Steps that are told in one line."""

    look: Look
    steps: tuple[Step, ...]
    numbers: tuple[int, int]


def render(file: File, now: datetime) -> Message:
    """As it is at ``now``."""
    run = file.run
    first: Line = (*bold("Steps"), " · ", *runs.first_line(file, now))
    lines = [_line(group, run) for group in _groups(file.dossier.plan.steps, run)]
    if run.back:
        lines += [bold("The way back"), *(_line(group, run) for group in _groups(way(file.dossier.plan, run), run))]
    blocks = [
        paragraph(first, *_called(file)),
        *(paragraph(*some) for some in _parts([*lines, *_others(file, run)])),
        context(_row(file, run, now)),
    ]
    return compose(first, blocks)


def _called(file: File) -> Iterator[Line]:
    """What the calls of canary URLs came to so far, and each that failed."""
    counted = canary_urls.sentence(file.urls)
    if not counted:
        return
    failed = [one for one in file.urls if one.failures]
    look = FAILS if any(one.fails for one in failed) else FAILED if failed else NONE_FAILED
    yield (look.emoji, " ", *bold("Canary URLs: "), look.word, ". ", _said(counted, URL_LIMIT))
    for one in failed[:URLS_SHOWN] if len(file.urls) > 1 else ():
        yield (_said(one.place, FACT_LIMIT), " · ", Count(one.failures), " of ", Count(one.tries), " failed")


def _parts(lines: Sequence[Line], most: int = 12) -> Iterator[Sequence[Line]]:
    """No block may grow too long."""
    for start in range(0, len(lines), most):
        yield lines[start : start + most]


def _groups(steps: tuple[Step, ...], run: Run) -> Iterator[_Group]:
    waves = [number for number, one in enumerate(steps) if _is_wave(one)]
    here = current(steps, run)
    waiting: list[Step] = []
    look = NEXT
    for number, one in enumerate(steps):
        its = _look(one, run, here, is_left=run.back and one.id not in _BACK)
        alone = len(waves) <= WAVES_SHOWN or not _is_wave(one) or one is here
        if waiting and (alone or its != look):
            yield _Group(look, tuple(waiting), (number - len(waiting) + 1, number))
            waiting = []
        if alone:
            yield _Group(its, (one,), (number + 1, number + 1))
        else:
            waiting.append(one)
            look = its
    if waiting:
        yield _Group(look, tuple(waiting), (len(steps) - len(waiting) + 1, len(steps)))


def _is_wave(step: Step) -> bool:
    return step.id == "canary" or step.id.startswith("wave-")


def _look(step: Step, run: Run, here: Step | None, *, is_left: bool) -> Look:
    """``is_left``: it was to be done, and is not any more."""
    if step.id in run.done:
        return DONE
    if is_left or run.is_over:
        return NOT_DONE
    if step is not here:
        return NEXT
    if run.stand is not Stand.RUNNING or run.back or run.aborting:
        return runs.looked(run)
    return WAITS if run.counted is not None and run.counted.step == step.id and run.counted.until is not None else runs.LOOKS[Stand.RUNNING]


def _line(group: _Group, run: Run) -> Line:
    first, last = group.numbers
    numbers: Line = (" ", Count(first), ". ") if first == last else (" ", Count(first), " to ", Count(last), ". ")
    state: Line = (group.look.emoji, " ", *bold(group.look.word))
    if len(group.steps) > 1:
        return (*state, *numbers, _said(phrases.count(len(group.steps), "wave"), TITLE_LIMIT), *_together(group))
    return next((*state, *numbers, _said(one.title, TITLE_LIMIT), *_detail(group.look, one, run)) for one in group.steps)


def _together(group: _Group) -> Line:
    if group.look is DONE:
        return (" of pods are back",)
    return (" of pods · ", Span(sum((one.takes for one in group.steps), timedelta())))


def _detail(look: Look, step: Step, run: Run) -> Line:
    """What was seen; while it is under way: for what it waits; before: what it may take."""
    if look is DONE:
        fact = run.facts.get(step.id, "")
        return (" · ", _said(fact, FACT_LIMIT)) if fact else ()
    if look is NEXT:
        return (" · ", Span(step.takes))
    counted = run.counted
    if counted is None or counted.step != step.id or run.is_over:
        return ()
    far: Line = (" · ", Count(counted.done), " of ", Count(counted.of)) if counted.of else ()
    until: Line = (", until ", Moment(counted.until)) if counted.until is not None else ()
    return (*far, " · waits ", _said(counted.told, FACT_LIMIT), *until)


def _others(file: File, run: Run) -> Iterator[Line]:
    """What nobody planned, in the order in which it came."""
    known = {one.id for one in file.dossier.plan.steps} | _BACK
    ended = [one for one in run.done if one not in known]
    for one in ended[-OTHERS_SHOWN:]:
        fact = run.facts.get(one, "")
        yield (DONE.emoji, " ", *bold(DONE.word), " ", _said(named(one), TITLE_LIMIT), *((" · ", _said(fact, FACT_LIMIT)) if fact else ()))
    if run.step and run.step not in known and run.step not in run.done and not run.is_over:
        look = runs.looked(run)
        told = run.counted.told if run.counted is not None and run.counted.step == run.step else ""
        yield (
            look.emoji,
            " ",
            *bold(look.word),
            " ",
            _said(named(run.step), TITLE_LIMIT),
            *((" · waits ", _said(told, FACT_LIMIT)) if told else ()),
        )


def _row(file: File, run: Run, now: datetime) -> Line:
    at = run.at or run.started_at
    far = progress(file, run, now)
    until: Line = (" · about until ", Moment(far.ends_at)) if far.ends_at is not None else ()
    return ("Edited in place. As of ", Moment(at), *until)


def _said(text: str, limit: int) -> Part:
    return Outside(Untrusted(text), limit)
