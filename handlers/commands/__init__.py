"""The words after the slash command, in the order of help, and how a word finds its subcommand."""

import difflib

from bot.model.access import Verb
from handlers import answers, words
from handlers.commands.accept import ACCEPT
from handlers.commands.cert import CERT
from handlers.commands.check import CHECK
from handlers.commands.diagnose import DIAGNOSE
from handlers.commands.doctor import DOCTOR
from handlers.commands.explain import EXPLAIN
from handlers.commands.help import HELP
from handlers.commands.logs import LOGS
from handlers.commands.renew import RENEW
from handlers.commands.status import STATUS
from handlers.commands.test_alert import TEST_ALERT
from handlers.conversation import Conversation
from handlers.subcommand import Subcommand
from handlers.views import help as help_view
from handlers.visit import Kind, Visit

SUBCOMMANDS: tuple[Subcommand, ...] = (STATUS, CHECK, CERT, DIAGNOSE, LOGS, EXPLAIN, ACCEPT, RENEW, DOCTOR, TEST_ALERT, HELP)

_BY_NAME = {subcommand.name: subcommand for subcommand in SUBCOMMANDS}
_ASKING_FOR_HELP = frozenset({"?", "-h", "--help", "hilfe", "aide"})


def find(visit: Visit) -> Subcommand:
    """The subcommand that was meant. Nothing at all means help, in a thread status; an unknown word is answered as such."""
    said, _ = words.first(visit.words)
    if not said:
        return STATUS if visit.kind is Kind.MENTION else HELP
    word = said.lower()
    if word in _ASKING_FOR_HELP:
        return HELP
    return _BY_NAME.get(word) or _unknown(said)


def _unknown(word: str) -> Subcommand:
    near = difflib.get_close_matches(word.lower(), _BY_NAME, n=1)

    async def run(conversation: Conversation, visit: Visit) -> None:
        message = help_view.unknown(word, near[0] if near else "", conversation.settings.command)
        await answers.privately(conversation.client, visit, message)

    return Subcommand(name=word, usage="", summary="", verb=Verb.VIEW, run=run)
