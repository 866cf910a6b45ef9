"""A little human talk, so that a workspace does not look deserted."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playground.slack.emulator import SlackEmulator

TALK = (
    ("general", "ada", "Good morning. Reminder: the office move is on Thursday, please label your boxes."),
    ("general", "mia", "Done, mine says *fragile* on all six sides :package:"),
    ("random", "petra", "Whoever left the cake in the kitchen: thank you. It lived for four minutes. :cake:"),
    ("random", "oscar", "I was in a meeting. For four minutes."),
    ("partners", "sam", "Hello from Partners! Which cluster do our sandboxes run on?"),
    ("partners", "olga", "Hi Sam, staging for now."),
    ("ops", "oscar", "Nodes in eu-west are patched, nothing to report."),
    ("ops", "olga", "Thanks! I keep an eye on the rollout of `orders` today."),
)


def talk(slack: "SlackEmulator") -> None:
    """Let people say it."""
    for channel, person, words in TALK:
        slack.say(person, channel, words)
