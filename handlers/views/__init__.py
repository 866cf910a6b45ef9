"""What is said, as values: a noun in, a :class:`~handlers.views.message.Message` out. No client, no clock, no settings."""
