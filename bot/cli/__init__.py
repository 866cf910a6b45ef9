"""The same core without Slack: the terminal, and JSON for machines."""
