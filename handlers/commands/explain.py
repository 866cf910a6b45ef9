"""``explain LINES``: what pasted lines of a log mean. Nothing is looked at but the lines."""

import asyncio
from typing import Final

from bot.diagnosis.explaining import Summary, explain, ranked
from bot.model.access import Verb
from handlers import answers, words
from handlers.conversation import Conversation
from handlers.subcommand import Subcommand
from handlers.views import explanation
from handlers.visit import Visit

MOST: Final = 16_000
"""Characters that are read; Slack sends fewer as a rule."""


async def run(conversation: Conversation, visit: Visit) -> None:
    """Answer from the table of signatures; without any line, say how to ask."""
    _, typed = words.first(visit.words)
    pasted = words.unescaped(typed if len(typed) <= MOST else _whole_lines(typed[:MOST]))
    if pasted:
        # In a thread of its own: some thousands of lines take longer than others should wait.
        summary = await asyncio.to_thread(_summary, pasted)
        message = explanation.render(summary, is_cut=len(typed) > MOST)
    else:
        message = explanation.usage(conversation.settings.command)
    await answers.answer(conversation.client, visit, message)


def _whole_lines(text: str) -> str:
    """Without the last one, which was cut off: a secret in it may no longer look like one."""
    whole, _, rest = text.rpartition("\n")
    return whole or rest


def _summary(pasted: str) -> Summary:
    return ranked(explain(pasted))


EXPLAIN = Subcommand(name="explain", usage="explain LINES", summary="what lines of a log mean", verb=Verb.VIEW, run=run)
