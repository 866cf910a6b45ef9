"""A plan to rotate the CA: whom it touches, how long it takes, what stands in its way; short for a glance, whole for whoever decides."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import groupby
from typing import Final, LiteralString

from bot.model import phrases
from bot.model.rotation import KINDS, Force, Hazard, Kind, Plan, Step, Undo, Unplannable
from handlers.views import spans
from handlers.views.blocks import Button, actions, bullets, compose, context, divider, modal, paragraph
from handlers.views.findings import name
from handlers.views.inline import Count, Emoji, Line, Moment, Outside, Part, Span, bold, code
from handlers.views.message import Block, Message, Modal
from handlers.views.severities import Look
from handlers.views.untrusted import Untrusted

PLAN_ROTATION: Final = "plan-rotation"
ASK_ROTATION: Final = "ask-rotation"
REVIEW_ROTATION: Final = "review-rotation"

STEPS_SHOWN: Final = 20
NAMES_SHOWN: Final = 10
HAZARDS_SHOWN: Final = 8
# As many of these as are shown fit into one card, whatever they are made of.
GLANCE_LIMIT: Final = 180
FACT_LIMIT: Final = 350
WHOLE_LIMIT: Final = 1_500

FORCES: Final = {
    Force.BLOCKS: Look(Emoji("no_entry"), "BLOCKS"),
    Force.ASKS: Look(Emoji("warning"), "DECIDE"),
    Force.INFORMS: Look(Emoji("information_source"), "KNOW"),
}
_IN_A_TERMINAL: Final[Line] = (*code("dapr-warden renew --plan"), " in a terminal shows all of it.")


def under_way(cluster: str) -> Message:
    """While the cluster is looked at."""
    line: Line = ("Looking at ", *bold(name(cluster)), " to plan a rotation of its CA …")
    return compose(line, [paragraph(line)])


def offer(plan: Plan, *, can_ask: bool) -> Message:
    """What a rotation would be. ``can_ask``: whether this bot asks anybody to approve one."""
    first: Line = (*_first_line(plan),)
    told = [hazard(one, FACT_LIMIT) for one in plan.hazards[:HAZARDS_SHOWN]]
    left = len(plan.hazards) - len(told)
    more = [paragraph((*bold("And ", Count(left), " more. "), *_IN_A_TERMINAL))] if left else []
    blocks = [paragraph(first), paragraph(*facts(plan)), undo(plan), *told, *more, *_steps_at_a_glance(plan), *_ask(plan, can_ask=can_ask)]
    return compose(first, [*blocks, context(_what_it_is(plan, can_ask=can_ask))])


def unplannable(why: Unplannable) -> Message:
    """There is no plan, and why."""
    first: Line = (Emoji("white_circle" if why.is_unseen else "no_entry"), " ", *bold(name(why.cluster), " · no rotation can be planned"))
    lines: list[Line] = [
        (Outside(Untrusted(why.reason), WHOLE_LIMIT),),
        (*bold("What to do: "), Outside(Untrusted(why.advice), WHOLE_LIMIT)),
    ]
    return compose((*first, ". ", Untrusted(why.reason)), [paragraph(first), paragraph(*lines), context(("Nothing was changed.",))])


def elsewhere(asked: str, cluster: str) -> Message:
    """Another cluster was named than the one that this bot knows."""
    line: Line = (Emoji("no_entry"), " ", *bold("This bot looks after ", name(cluster)), ", not ", Outside(Untrusted(asked)), ".")
    return compose((*line, " Nothing was planned."), [paragraph(line), context(("Nothing was planned.",))])


def whole(plan: Plan, digest: str) -> Modal:
    """Everything that whoever decides may want to know: hazards, steps and proofs, none left out."""
    blocks = [
        paragraph((*bold(name(plan.cluster), " · digest "), *code(name(digest)))),
        paragraph(*facts(plan)),
        undo(plan),
        divider(),
        paragraph(bold(*_counted(plan))),
        *(hazard(one, WHOLE_LIMIT) for one in plan.hazards),
        divider(),
        paragraph(bold(Count(len(plan.steps)), " steps")),
        *(_step(number, one) for number, one in enumerate(plan.steps, start=1)),
        divider(),
        *_proofs(plan),
    ]
    return modal(("Plan of the rotation",), blocks)


def facts(plan: Plan, ends: Line = ()) -> tuple[Line, ...]:
    """Kind, whom it touches, how long, until when, the CA that it leads to. ``ends``: until when that lives, where it is made already."""
    return (
        (*bold("Kind: "), KINDS[plan.kind]),
        (*bold("Touches: "), _said(touches(plan))),
        (*bold("Takes: "), *takes(plan)),
        *_before(plan),
        (*bold("Restored CA: " if plan.kind is Kind.RESTORE else "New CA: "), "lives for ", _said(phrases.left(plan.lifetime)), *ends),
    )


def touches(plan: Plan) -> str:
    """As in "31 apps, 412 pods in 2 namespaces (pay, shop)"."""
    reach = plan.reach
    where = f" in {phrases.count(len(reach.namespaces), 'namespace')} ({phrases.named(reach.namespaces)})" if reach.namespaces else ""
    left = f"; {phrases.count(len(reach.left), 'workload')} left to people" if reach.left else ""
    return f"{phrases.count(reach.apps, 'app')}, {phrases.count(reach.pods, 'pod')}{where}{left}"


def takes(plan: Plan) -> Line:
    """About how much is work, and how much is waiting."""
    wait: Line = (" of work, and ", Span(plan.waits), " in which old certificates end") if plan.waits else ()
    return ("about ", Span(plan.takes - plan.waits), *wait)


def undo(plan: Plan) -> Block:
    """Which steps leave which way back: what is no longer possible after the last of them."""
    lines: list[Line] = []
    first, elapsed = 1, timedelta()
    for way, group in groupby(plan.steps, key=lambda step: step.undo):
        steps = list(group)
        elapsed += sum((step.takes for step in steps), timedelta())
        last = first + len(steps) - 1
        numbers: Line = ("Step ", Count(first)) if first == last else ("Steps ", Count(first), " to ", Count(last))
        until: Line = (", until about ", Span(elapsed), " after the start") if way is Undo.OLD_ISSUER else ()
        lines.append((*bold(*numbers, ": "), _said(way.value), *until))
        first = last + 1
    return bullets(bold("What going back means"), lines, len(lines))


def hazards_at_a_glance(plan: Plan) -> list[Block]:
    """One line for each; where there are more than fit, it says so and where all of them are."""
    if not plan.hazards:
        return [paragraph((Emoji("white_check_mark"), " No hazards: nothing stands in its way."))]
    lines: list[Line] = [(*_force(one), Outside(Untrusted(one.fact), GLANCE_LIMIT)) for one in plan.hazards]
    made = [bullets(bold(*_counted(plan)), lines[:HAZARDS_SHOWN], HAZARDS_SHOWN)]
    left = len(lines) - HAZARDS_SHOWN
    if left > 0:
        made.append(
            paragraph((Emoji("warning"), *bold(" ", Count(left), " more hazards are not shown here: "), "View plan shows all of them."))
        )
    return made


def hazard(one: Hazard, limit: int) -> Block:
    """What it does, what was seen, whom it concerns, what to do."""
    lines: list[Line] = [(*_force(one), Outside(Untrusted(one.fact), limit))]
    if one.affected:
        lines.append((*bold("Concerns: "), Outside(Untrusted(phrases.named(one.affected, most=NAMES_SHOWN)), limit)))
    lines.append((*bold("What to do: "), Outside(Untrusted(one.advice), limit)))
    return paragraph(*lines)


def _first_line(plan: Plan) -> Line:
    blocking, asking = plan.counted(Force.BLOCKS), plan.counted(Force.ASKS)
    title: Line = bold(name(plan.cluster), " · rotation of the CA")
    if blocking:
        blocks: LiteralString = " thing blocks it" if blocking == 1 else " things block it"
        return (FORCES[Force.BLOCKS].emoji, " ", *title, *bold(" · ", Count(blocking), blocks))
    if asking:
        decide: LiteralString = " thing to decide" if asking == 1 else " things to decide"
        return (FORCES[Force.ASKS].emoji, " ", *title, *bold(" · possible, with ", Count(asking), decide))
    return (Emoji("white_check_mark"), " ", *title, *bold(" · possible: nothing stands in its way"))


def _counted(plan: Plan) -> Line:
    if not plan.hazards:
        return ("No hazards",)
    deciding = len(plan.hazards) - plan.counted(Force.INFORMS)
    return (Count(len(plan.hazards)), " hazard" if len(plan.hazards) == 1 else " hazards", ", ", Count(deciding), " to decide on")


def _force(one: Hazard) -> Line:
    look = FORCES[one.force]
    return (look.emoji, " ", *bold(look.word, " "))


def _before(plan: Plan) -> Iterator[Line]:
    if plan.expires_at is not None:
        left = phrases.left(plan.expires_at - plan.made_at)
        yield (*bold("Has to be over by: "), Moment(plan.expires_at), " (", _said(left), " after the plan was made), the point of expiry")


def _steps_at_a_glance(plan: Plan) -> Iterator[Block]:
    lines: list[Line] = [(_said(step.title), " · ", Span(step.takes)) for step in plan.steps]
    yield bullets(bold(Count(len(plan.steps)), " steps"), lines, STEPS_SHOWN)


def _step(number: int, step: Step) -> Block:
    title: Line = (*bold(Count(number), ". ", _said(step.title)), " · ", Span(step.takes))
    return paragraph(title, (Outside(Untrusted(step.detail), WHOLE_LIMIT),), (*bold("Going back: "), _said(step.undo.value)))


def _proofs(plan: Plan) -> Iterator[Block]:
    lines: list[Line] = []
    for one in plan.proofs:
        mark: Line = (Emoji("white_check_mark"), " ") if one.accepts else (Emoji("no_entry"), " NOT ")
        lines.append((*mark, _said(one.party), *((": ", _said(one.reason)) if one.reason else ())))
    issuer: LiteralString = "restored" if plan.kind is Kind.RESTORE else "new"
    yield bullets(bold("Proved: who accepts what the ", issuer, " issuer signs, by the roots that they trust"), lines, len(lines))


def _ask(plan: Plan, *, can_ask: bool) -> Iterator[Block]:
    if can_ask and not plan.is_blocked:
        yield actions(Button(action_id=ASK_ROTATION, label=("Ask for approval",), primary=True))


def _what_it_is(plan: Plan, *, can_ask: bool) -> Line:
    line: Line = ("An offer, without keys, of ", Moment(plan.made_at), ". Nothing was changed. docs/rotation.md explains it.")
    if can_ask:
        return line
    return (*line, " Here nobody can be asked to approve one: DAPR_WARDEN_ROTATION is off.")


def _said(text: str) -> Part:
    return Outside(Untrusted(text), FACT_LIMIT)


def confirmed(plan: Plan) -> Line:
    """What a dialog says before somebody approves: cluster, pods, duration."""
    happens: LiteralString = " is put back as it was last good, and " if plan.kind is Kind.RESTORE else " is replaced, and "
    return (
        "The CA of ",
        name(plan.cluster),
        happens,
        _said(phrases.count(plan.reach.pods, "pod")),
        " of ",
        _said(phrases.count(plan.reach.apps, "app")),
        " are recreated: about ",
        _said(spans.words(plan.takes - plan.waits)),
        " of work.",
    )
