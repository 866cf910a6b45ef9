"""What people write to each other in the other channels, so that the workspace is not a desert."""

from typing import Final

from playground.slack import SlackEmulator

TALK: Final = (
    ("general", "ada", "Welcome to everybody who is new here. Cards of dapr-warden come to #ops."),
    ("general", "mia", "The coffee machine on the second floor works again."),
    ("random", "petra", "Whoever took my umbrella: it is raining now."),
    ("random", "pavel", "I have two."),
    ("partners", "sam", "Hello from the partner team. Can we see the state of your cluster from here?"),
)


def small_talk(slack: SlackEmulator) -> None:
    """Once, after the channels were cleared."""
    for channel, user, text in TALK:
        slack.say(user, channel, text)
