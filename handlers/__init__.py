"""The conversation: every way in from Slack, every thing said back."""

from handlers.registration import register

__all__ = ["register"]
