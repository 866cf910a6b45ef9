"""The card that asks for a rotation's approval, in each of its states, and what is said in private about it.

Everything on it comes from the request and its dossier: what an approval is bound to is what people read.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final, LiteralString

from bot.model.approval import THE_BOT, Request, State, Vote
from bot.model.binding import Asked
from bot.model.rotation import KINDS
from handlers.views import plan as plans
from handlers.views.blocks import Button, Confirm, Form, actions, compose, context, header, modal, paragraph, question
from handlers.views.findings import name
from handlers.views.inline import Count, Emoji, Line, Moment, Outside, Part, Permalink, Person, bold, code
from handlers.views.message import Block, Message, Modal
from handlers.views.untrusted import Untrusted

APPROVE: Final = "approve-rotation"
DENY: Final = "deny-rotation"
WITHDRAW: Final = "withdraw-rotation"
VIEW: Final = "view-rotation"
DENIAL: Final = "denial-of-rotation"
REASON: Final = "reason"
REASON_LIMIT: Final = 500
MENTIONED: Final = 20
TAKEN_BACK: Final = "taken back by whoever asked"

NOTHING: Final[Line] = ("Nothing was changed.",)
_TITLES: Final[dict[State, LiteralString]] = {
    State.PENDING: "Approval needed: rotate the CA of ",
    State.APPROVED: "Approved: rotate the CA of ",
    State.DENIED: "Denied: rotate the CA of ",
    State.EXPIRED: "Expired: rotate the CA of ",
    State.VOID: "Void: rotate the CA of ",
}


def card(asked: Asked, approvers: Sequence[str] = ()) -> Message:
    """As it stands in the channel. ``approvers``: Slack ids that are mentioned while it waits for them."""
    request = asked.request
    if request.state is not State.PENDING:
        return _ended(asked)
    blocks = [header(_title(request)), paragraph(*_asking(request, approvers)), *_shown(asked), paragraph(*_waiting(request))]
    return compose(_summary(asked), [*blocks, _buttons(asked), _row(request)])


def checking(asked: Asked, actor: str) -> Message:
    """While the cluster is compared with what was shown: nobody can click."""
    line: Line = (
        Emoji("hourglass_flowing_sand"),
        *bold(" Approved by "),
        Person(actor),
        ", checking whether everything is still as shown …",
    )
    blocks = [header(_title(asked.request)), paragraph(line), *_shown(asked), _row(asked.request)]
    return compose((*_title(asked.request), ": approved by ", Person(actor), ", checking."), blocks)


def waiting(asked: Asked, link: str, viewer: str) -> Message:
    """For one person: the one that is pending, with what they can do. ``link``: to its card, "" when that is not known."""
    request = asked.request
    where: Line = ("It waits for approval. ", Permalink(link, "Its card"), " is in the channel.") if link else ("It waits for approval.",)
    blocks = [header(_title(request)), paragraph(where, *_asking(request, ())), *_shown(asked), paragraph(*_waiting(request))]
    buttons = actions(_withdraw(request), _view(request)) if viewer == request.actor else _buttons(asked)
    return compose(_summary(asked), [*blocks, buttons, _row(request)])


def asked_for(asked: Asked, link: str) -> Message:
    """To whoever asked: it was posted, until when it waits, and how to take it back."""
    first: Line = (Emoji("white_check_mark"), *bold(" Asked. "), Permalink(link, "The card") if link else "The card", " is in the channel.")
    # What the bot asks for is nobody's to take back; an approver may deny it.
    taken_back = [actions(_withdraw(asked.request))] if asked.request.actor else []
    return compose(first, [paragraph(first, *_waiting(asked.request)), *taken_back])


def unposted(asked: Asked, trouble: str, command: str) -> Message:
    """To whoever asked: it is asked, but nobody sees a card yet."""
    first: Line = (Emoji("warning"), *bold(" Asked, but the card could not be posted: "), Outside(Untrusted(trouble), REASON_LIMIT))
    more: Line = (
        "I try again every minute. Until then ",
        *code(name(f"{command} renew")),
        " shows approvers the request, with its buttons.",
    )
    return compose(first, [paragraph(first, more, *_waiting(asked.request)), actions(_withdraw(asked.request))])


def pending_already(asked: Asked, link: str, command: str) -> Message:
    """To whoever asked while another one waits."""
    card_: Part = Permalink(link, "another request") if link else "another request"
    first: Line = (
        *bold("Not asked: "),
        card_,
        " of ",
        _by(asked.request),
        " waits for approval, until ",
        Moment(asked.request.expires_at),
        ".",
    )
    return compose(first, [paragraph(first, (*code(name(f"{command} renew")), " shows it."))])


def denial(asked: Asked) -> Modal:
    """The form that asks for a reason."""
    line: Line = ("One denial is final: the request for ", *bold(name(asked.request.cluster)), " ends, and everybody reads the reason.")
    form = Form(callback_id=DENIAL, submit=("Deny",), metadata=asked.request.id)
    blocks = [paragraph(line), question(REASON, ("Why not?",), longest=REASON_LIMIT), _row(asked.request)]
    return modal(("Deny the rotation",), blocks, form)


def outcome(asked: Asked) -> Message:
    """To whoever decided somewhere else than on the card."""
    lines = tuple(_standing(asked.request))
    return compose((*_title(asked.request), ". ", *lines[0]), [paragraph(bold(*_title(asked.request)), *lines)])


def not_counted(reason: str, asked: Asked | None) -> Message:
    """The click changed nothing. Where the request has ended, how; else ``reason``."""
    if asked is not None and asked.request.state is not State.PENDING:
        lines: tuple[Line, ...] = (bold("Your click did not count: this has ended already."), *_standing(asked.request))
    else:
        lines = ((Emoji("no_entry"), *bold(" Your click did not count. "), Outside(Untrusted(reason), REASON_LIMIT)),)
    return compose(_sentences(lines), [paragraph(*lines)])


def not_yours() -> Message:
    """Somebody else asked."""
    line: Line = ("Only whoever asked for it may withdraw it; an approver may deny it. Nothing was changed.",)
    return compose(line, [paragraph(line)])


def gone() -> Message:
    """Nobody knows such a request."""
    line: Line = ("There is no such request (any more). Nothing was changed.",)
    return compose(line, [paragraph(line)])


def _ended(asked: Asked) -> Message:
    request, plan = asked.request, asked.dossier.plan
    lines = tuple(_standing(request))
    about: tuple[Line, ...] = ((*bold("Kind: "), KINDS[plan.kind]), (*bold("Touches: "), Untrusted(plans.touches(plan))))
    button = _view(request) if request.state is State.APPROVED else Button(action_id=plans.PLAN_ROTATION, label=("Plan again",))
    summary: Line = (*_title(request), ". ", *_sentences(lines))
    return compose(
        summary, [header(_title(request)), paragraph(*lines), paragraph(*_asking(request, ()), *about), actions(button), _row(request)]
    )


def _title(request: Request) -> Line:
    title = "Withdrawn: rotate the CA of " if _is_withdrawn(request) else _TITLES[request.state]
    return (title, name(request.cluster))


def _summary(asked: Asked) -> Line:
    request, plan = asked.request, asked.dossier.plan
    facts: Line = (". ", KINDS[plan.kind], ". Touches ", Untrusted(plans.touches(plan)), ", takes ", *plans.takes(plan), ". ")
    return (
        *_title(request),
        *facts,
        *(part for line in _waiting(request) for part in (*line, " ")),
        "Digest ",
        name(request.digest[:8]),
        ".",
    )


def _asking(request: Request, approvers: Sequence[str]) -> Iterator[Line]:
    yield (*bold("Asked for by "), _by(request))
    if approvers:
        line: list[Part] = [*bold("Who may approve: ")]
        for one in approvers[:MENTIONED]:
            line.extend(
                (
                    Person(one),
                    " ",
                )
            )
        if len(approvers) > MENTIONED:
            line.extend(
                (
                    "and ",
                    Count(len(approvers) - MENTIONED),
                    " more",
                )
            )
        yield tuple(line)


def _shown(asked: Asked) -> Iterator[Block]:
    plan, bound = asked.dossier.plan, asked.dossier.bound
    pods: Line = (*bold("Pods may come and go: "), "up to ", Count(bound.tolerance), " more or fewer than ", Count(bound.pods))
    yield paragraph(*plans.facts(plan, ends=(", until ", Moment(bound.ends_at))), pods)
    yield plans.undo(plan)
    yield from plans.hazards_at_a_glance(plan)


def _waiting(request: Request) -> Iterator[Line]:
    """How many have approved, how many it takes, until when."""
    given = request.approvals
    if given:
        yield (*bold(Count(len(given)), " of ", Count(request.quorum), ": "), *_voters(given))
    else:
        yield (*bold("Needs ", Count(request.quorum)), *_whose(request))
    yield (*bold("Waits until "), Moment(request.expires_at), "; then it expires, and nothing is changed")


def _whose(request: Request) -> Line:
    many: LiteralString = " approval" if request.quorum == 1 else " approvals, by different people"
    others: LiteralString = "" if request.requester == THE_BOT else " (not by the one who asked)"
    return (many, others)


def _standing(request: Request) -> Iterator[Line]:
    """How it ended, and what that means."""
    at = Moment(request.decided_at or request.expires_at)
    match request.state:
        case State.APPROVED:
            yield (Emoji("white_check_mark"), *bold(" Approved by "), *_voters(request.approvals), ", starting")
        case State.DENIED:
            word: LiteralString = " Withdrawn by " if _is_withdrawn(request) else " Denied by "
            yield (Emoji("no_entry"), *bold(word), *_voters(request.votes[-1:]))
            if request.reason:
                yield (*bold("Reason: "), Outside(Untrusted(request.reason), REASON_LIMIT))
            yield NOTHING
        case State.EXPIRED:
            yield (Emoji("hourglass"), *bold(" Expired "), at, ": nobody decided in time")
            yield NOTHING
        case State.VOID:
            yield (Emoji("wastebasket"), *bold(" Void "), at, ": ", Outside(Untrusted(request.reason), REASON_LIMIT))
            yield NOTHING
        case State.PENDING:
            yield from _waiting(request)


def _sentences(lines: Iterable[Line]) -> Line:
    """What stands below each other, behind each other."""
    return tuple(part for line in lines for part in (*line, " " if line == NOTHING else ". "))


def _is_withdrawn(request: Request) -> bool:
    return request.state is State.DENIED and bool(request.actor) and request.votes[-1:] != () and request.votes[-1].actor == request.actor


def _by(request: Request) -> Part:
    return Person(request.actor) if request.actor else "the bot"


def _voters(votes: Sequence[Vote]) -> Line:
    line: list[Part] = []
    for vote in votes:
        line.extend(
            (
                ", " if line else "",
                Person(vote.actor),
                " ",
                Moment(vote.at),
            )
        )
    return tuple(line)


def _buttons(asked: Asked) -> Block:
    request, plan = asked.request, asked.dossier.plan
    confirm = Confirm(title=("Approve this rotation?",), text=plans.confirmed(plan), yes=("Approve",))
    return actions(
        Button(action_id=APPROVE, label=("Approve",), value=request.id, primary=True, confirm=confirm),
        Button(action_id=DENY, label=("Deny",), value=request.id, danger=True),
        _view(request),
    )


def _view(request: Request) -> Button:
    return Button(action_id=VIEW, label=("View plan",), value=request.id)


def _withdraw(request: Request) -> Button:
    confirm = Confirm(title=("Withdraw this request?",), text=("It ends, and nothing is changed. You may ask again.",), yes=("Withdraw",))
    return Button(action_id=WITHDRAW, label=("Withdraw",), value=request.id, danger=True, confirm=confirm)


def _row(request: Request) -> Block:
    return context(
        ("digest ", name(request.digest[:8]), " · ", name(request.kind.value), " · asked ", Moment(request.made_at), " · docs/rotation.md")
    )
