"""A name that nothing has, or several have: what there is instead."""

from bot.model.targets import Unresolved
from handlers.views import findings
from handlers.views.blocks import bullets, compose, paragraph
from handlers.views.inline import Count, Line, bold, code
from handlers.views.message import Message
from handlers.views.untrusted import Untrusted

NAMES_SHOWN = 21


def render(wanted: Unresolved, asking: str) -> Message:
    """Nothing of that name, or several; what there is. ``asking``: what is typed before the name ("/dapr diagnose")."""
    name = code(findings.name(wanted.asked))
    if wanted.matches:
        first: Line = ("There are several called ", *name, ".")
        return compose(first, [bullets((*first, " Which one?"), [code(findings.name(one)) for one in wanted.matches], NAMES_SHOWN)])
    if wanted.unseen is not None:
        first = ("I do not know whether there is an app or a pod called ", *name, ": pods could not be looked through.")
        lines: list[Line] = [first, (Untrusted(wanted.unseen.detail),)]
    else:
        first = ("There is no app, pod or component called ", *name, " that has to do with Dapr.")
        lines = [first]
    if wanted.nearest:
        lines.append(("Did you mean ", *code(Untrusted(f"{asking} {wanted.nearest[0]}")), "?"))
    blocks = [paragraph(*lines)]
    if wanted.known:
        names: list[Line] = [code(findings.name(one)) for one in wanted.known]
        more: list[Line] = [(Count(wanted.more), " more")] if wanted.more else []
        blocks.append(bullets(bold("There are"), [*names, *more], NAMES_SHOWN))
    return compose(first, blocks)
