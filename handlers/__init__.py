"""The conversation: every way in from Slack, every thing said back."""
