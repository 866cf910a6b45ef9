"""The card of a rotation under way: how far it is, how it stands, what people may do about it. It takes the place of the approval card.

Every state has an emoji *and* a word, and the bar is letters: who sees no colours, or hears the card, misses nothing.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Final, LiteralString

from bot.model import phrases, run_report
from bot.model.rotation import KINDS, Kind
from bot.model.run import Commanded, File, Held, Run, Stand, Way
from bot.rotation.progress import Progress, progress, undo
from handlers.views import plan as plans
from handlers.views import run_buttons
from handlers.views.blocks import bullets, compose, context, header, paragraph
from handlers.views.findings import name
from handlers.views.inline import Count, Emoji, Line, Moment, Outside, Part, Permalink, Person, Span, bold
from handlers.views.message import Block, Message
from handlers.views.severities import Look
from handlers.views.untrusted import Untrusted

ABORTING: Final = Look(Emoji("black_square_for_stop"), "ABORTING")
BACK: Final = Look(Emoji("leftwards_arrow_with_hook"), "GOING BACK")
LOOKS: Final[dict[Stand, Look]] = {
    Stand.RUNNING: Look(Emoji("arrow_forward"), "RUNNING"),
    Stand.PAUSED: Look(Emoji("double_vertical_bar"), "PAUSED"),
    Stand.HELD: Look(Emoji("octagonal_sign"), "HELD"),
    Stand.DONE: Look(Emoji("white_check_mark"), "DONE"),
    Stand.REVERTED: Look(Emoji("leftwards_arrow_with_hook"), "REVERTED"),
    Stand.ABORTED: Look(Emoji("black_square_for_stop"), "ABORTED"),
}
_TITLES: Final[dict[Stand, LiteralString]] = {
    Stand.RUNNING: "Rotation under way: ",
    Stand.PAUSED: "Rotation paused: ",
    Stand.HELD: "Rotation held, somebody has to decide: ",
    Stand.DONE: "Rotated: the CA of ",
    Stand.REVERTED: "Rotation reverted: ",
    Stand.ABORTED: "Rotation aborted: ",
}
_MEANS: Final[dict[Stand, Line]] = {
    Stand.DONE: ("The new CA is in place, every old one is gone",),
    Stand.REVERTED: ("The old issuer signs again. No rotation is under way",),
    Stand.ABORTED: ("It ended before the first write: nothing was changed",),
}
_RESTORED: Final[Line] = ("The restored CA is in place",)
BAR: Final = 20
TEXT_LIMIT: Final = 600
FACT_LIMIT: Final = 350
NAMES_SHOWN: Final = 10
PROOFS_SHOWN: Final = 10


def card(file: File, now: datetime) -> Message:
    """As it stands in the channel, with its buttons."""
    return _message(file, now, ())


def standing(file: File, now: datetime, link: str) -> Message:
    """For one person: the same, and where the card is. ``link`` "" when that is not known."""
    where: Line = (Permalink(link, "Its card"), " is in the channel.") if link else ("Its card is in the channel.",)
    return _message(file, now, (where,))


def first_line(file: File, now: datetime) -> Line:
    """State, step and per cent, for a glance: also of ``status``."""
    run = file.run
    look, far = looked(run), progress(file, run, now)
    state: Line = (look.emoji, " ", *bold(look.word))
    if run.is_over:
        return (*state, *lasted(run))
    return (*state, " · ", *step(far), " · ", Count(far.percent), " %")


def under_way(file: File, now: datetime) -> Line:
    """One line for ``status``."""
    return (*bold("A rotation is under way: "), *first_line(file, now))


def looked(run: Run) -> Look:
    """How its state looks."""
    if run.stand is Stand.RUNNING and (run.aborting or run.back):
        return ABORTING if run.aborting else BACK
    return LOOKS[run.stand]


def step(far: Progress) -> Line:
    """As in "step 3 of 12: The control plane trusts both roots"; without a number where it is none of the plan's."""
    if not far.number:
        return ("step: ", said(far.title))
    return ("step ", Count(far.number), " of ", Count(far.of), ": ", said(far.title))


def lasted(run: Run) -> Line:
    """From its start to its last entry."""
    return (", after ", Span(run.at - run.started_at)) if run.at is not None else ()


def hold(held: Held) -> Iterator[Line]:
    """Why it holds, whom it concerns, what to do."""
    yield (*bold("Why: "), Outside(Untrusted(held.reason), TEXT_LIMIT))
    if held.affected:
        yield (*bold("Concerns: "), *names(held.affected))
    yield (*bold("What to do: "), Outside(Untrusted(held.advice), TEXT_LIMIT))


def time_left(file: File, now: datetime) -> Iterator[Line]:
    """Until the point of expiry, where there is one."""
    at = file.dossier.plan.expires_at
    if at is None:
        return
    left: Line = ("in ", said(phrases.left(at - now))) if at > now else (Span(now - at), " ago")
    yield (*bold("Has to be over by: "), Moment(at), " (", *left, "), the point of expiry")


def not_done(reason: str) -> Message:
    """The click changed nothing, and why."""
    line: Line = (Emoji("no_entry"), *bold(" Nothing was done. "), Outside(Untrusted(reason), TEXT_LIMIT))
    return compose(line, [paragraph(line)])


def overtaken(by: Commanded) -> Message:
    """The click changed nothing, as another decision was faster."""
    line: Line = (
        Emoji("no_entry"),
        *bold(" Nothing was done. "),
        who(by),
        " was faster: ",
        said(by.way.value),
        ". Look at the card again.",
    )
    return compose(line, [paragraph(line)])


def gone() -> Message:
    """Nobody knows such a run."""
    line: Line = ("There is no such rotation (any more). Nothing was done.",)
    return compose(line, [paragraph(line)])


def busy(file: File, now: datetime, link: str) -> Message:
    """To whoever asks for another one meanwhile."""
    first: Line = (*bold("Not asked: "), "one rotation at a time.")
    where: Line = (Permalink(link, "Its card"), " is in the channel.") if link else ("Its card is in the channel.",)
    return compose(first, [paragraph(first, under_way(file, now), where)])


def said(text: str) -> Part:
    """A sentence from outside."""
    return Outside(Untrusted(text), FACT_LIMIT)


def means(run: Run) -> Line:
    """What its end comes to."""
    return _RESTORED if run.stand is Stand.DONE and run.kind is Kind.RESTORE else _MEANS[run.stand]


def names(affected: Sequence[str]) -> Line:
    """The first ones, and how many more."""
    return (Outside(Untrusted(phrases.named(affected, most=NAMES_SHOWN)), TEXT_LIMIT),)


def who(command: Commanded) -> Part:
    """Who decided: a Slack account, somebody in a terminal, or the engine by its own rules."""
    if Person(command.actor).is_one:
        return Person(command.actor)
    return name(command.person or command.actor) if command.person or command.actor else "the bot itself"


def _message(file: File, now: datetime, more: Sequence[Line]) -> Message:
    run = file.run
    title: Line = (_title(run), name(file.cluster))
    blocks = [header(title), paragraph(*_state(file, run, now)), paragraph(*_facts(file, run, now), *more)]
    if run.finished is not None:
        blocks += ending(run, file)
    why: Line = (". ", said(run.held.reason.rstrip(". "))) if run.stand is Stand.HELD and run.held is not None else ()
    return compose((*title, ". ", *first_line(file, now), *why, "."), [*blocks, run_buttons.buttons(file, run, now), _row(run)])


def _title(run: Run) -> LiteralString:
    return "Restored: the CA of " if run.stand is Stand.DONE and run.kind is Kind.RESTORE else _TITLES[run.stand]


def _state(file: File, run: Run, now: datetime) -> Iterator[Line]:
    look, far = looked(run), progress(file, run, now)
    yield (look.emoji, " ", *bold(look.word), *_since(run))
    if not run.is_over:
        yield (*bold("At "), *step(far))
    if run.stand not in {Stand.ABORTED, Stand.REVERTED}:
        what: LiteralString = " % of the way back" if run.back else " % of the work"
        yield (bar(far.percent), " ", Count(far.percent), what, *_rest(far, now))
    if run.stand is Stand.HELD and run.held is not None:
        yield from hold(run.held)
    elif not run.is_over:
        yield from waiting(run)
    else:
        yield means(run)


def _since(run: Run) -> Line:
    if run.stand is Stand.HELD and run.held_at is not None:
        return (" since ", Moment(run.held_at), ": nothing goes on until somebody decides")
    if run.stand is Stand.PAUSED and run.commanded is not None:
        return (" by ", who(run.commanded), ": nothing goes on until somebody resumes it")
    if run.is_over and run.at is not None:
        return (" ", Moment(run.at), *lasted(run))
    if (run.back or run.aborting) and run.commanded is not None and run.commanded.way in {Way.REVERT, Way.ABORT}:
        return (", decided by ", who(run.commanded))
    return ()


def waiting(run: Run) -> Iterator[Line]:
    """For what or whom, how far, until when."""
    counted = run.counted
    if counted is None:
        return
    far: Line = (" (", Count(counted.done), " of ", Count(counted.of), ")") if counted.of else ()
    until: Line = (", until ", Moment(counted.until)) if counted.until is not None else ()
    yield (*bold("Waits "), Outside(Untrusted(counted.told), TEXT_LIMIT), *far, *until)


def bar(percent: int) -> Part:
    """Twenty letters: full ones for what is done."""
    full = percent * BAR // 100
    return Outside(Untrusted("█" * full + "░" * (BAR - full)), BAR)


def _rest(far: Progress, now: datetime) -> Line:
    if far.ends_at is None:
        return ()
    return (" · about ", Span(max(far.ends_at - now, timedelta(minutes=1))), " to go, until ", Moment(far.ends_at))


def _facts(file: File, run: Run, now: datetime) -> Iterator[Line]:
    plan = file.dossier.plan
    yield (*bold("Approved by: "), *_approvers(run))
    yield (*bold("Kind: "), KINDS[plan.kind])
    yield (*bold("Touches: "), said(plans.touches(plan)))
    if run.is_over:
        return
    if not run.back:
        yield (*bold("Going back now means: "), said(undo(plan, run, now).value))
    yield from time_left(file, now)
    if run.lost:
        yield (*bold("Agreed to lose: "), *names(run.lost))


def _approvers(run: Run) -> Line:
    if not run.approved_by:
        return ("nobody knows: it was found in the cluster, by a bot without a memory of it",)
    line: list[Part] = []
    for one in run.approved_by:
        line.extend((", " if line else "", Person(one)))
    return tuple(line)


def ending(run: Run, file: File) -> list[Block]:
    """What was seen at the end, and what is left to people."""
    finished = run.finished
    if finished is None:
        return []
    made: list[Block] = []
    sentences = run_report.seen(file, run)
    if sentences:
        made.append(paragraph((*bold("Seen: "), Outside(Untrusted(proof(sentences)), 2 * TEXT_LIMIT))))
    if finished.left:
        made.append(bullets(bold("Left to people"), [(Outside(Untrusted(one), FACT_LIMIT),) for one in finished.left], PROOFS_SHOWN))
    return made


def proof(sentences: Sequence[str]) -> str:
    """In one line."""
    return "; ".join(one.strip().rstrip(".") for one in sentences)


def _row(run: Run) -> Block:
    return context(
        (
            "digest ",
            name(run.digest[:8]),
            " · ",
            name(run.kind.value),
            " · begun ",
            Moment(run.started_at),
            " · docs/rotation.md#while-it-runs",
        )
    )
