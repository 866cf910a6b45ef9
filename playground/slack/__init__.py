"""A strict Slack workspace on loopback, for tests and for trying the bot without an account."""

from playground.slack.clock import A_MONDAY_AT_NOON, Clock, ManualClock, SystemClock
from playground.slack.emulator import SlackEmulator
from playground.slack.errors import ImpossibleError
from playground.slack.events import Delivery
from playground.slack.gestures import Gesture
from playground.slack.journal import Call, Ping, Violation
from playground.slack.messages import Message

__all__ = [
    "A_MONDAY_AT_NOON",
    "Call",
    "Clock",
    "Delivery",
    "Gesture",
    "ImpossibleError",
    "ManualClock",
    "Message",
    "Ping",
    "SlackEmulator",
    "SystemClock",
    "Violation",
]
