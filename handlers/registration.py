"""Every way in from Slack, by name: the table of contents of the conversation."""

# Bolt types its registrations with bare Callable and Pattern, which are partly unknown to a strict checker.
# pyright: reportUnknownMemberType=false

import re
from dataclasses import replace

from slack_bolt.async_app import AsyncApp

from handlers import listening
from handlers.actions import ACTIONS
from handlers.commands import SUBCOMMANDS
from handlers.commands.explain import EXPLAIN
from handlers.conversation import Conversation
from handlers.forms import FORMS

EVERYTHING = re.compile(".*", re.DOTALL)


def register(app: AsyncApp, conversation: Conversation) -> None:
    """Every way in. The order counts: what we offer first, then whatever else arrives."""
    conversation = replace(conversation, offers=SUBCOMMANDS)
    app.command(conversation.settings.command)(listening.to_command(conversation))
    app.command(EVERYTHING)(listening.to_other_command(conversation))
    for action in ACTIONS:
        app.action(action.action_id)(listening.to_click(conversation, action))
    for form in FORMS:
        app.view(form.callback_id)(listening.to_submission(conversation, form))
    app.action(EVERYTHING)(listening.to_other_click(conversation))
    app.shortcut({"type": "message_action", "callback_id": EXPLAIN.name})(listening.to_shortcut(conversation))
    app.event("app_mention")(listening.to_mention(conversation))
    app.event("message", matchers=[listening.names_the_bot])(listening.to_mention(conversation))
    app.event(EVERYTHING)(listening.to_nothing)
