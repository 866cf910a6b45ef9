"""A whole rotation by the bot's own engine over a simulated cluster that lives, on a clock of our own."""
