"""`make demo`: the real bot as a process of its own, a simulated Kubernetes API, a simulated Slack, told in a terminal.

Real are the bot with every check, its HTTP client for Kubernetes, its Socket Mode connection, its database, the
certificates and their dates. Simulated are the two servers it talks to (`playground.kubernetes`, `playground.slack`).
Time is not: a cluster that is eleven months older is another cluster, whose CA was made eleven months earlier.

`story` says what happens, `stage` holds what it happens on, `screen` and `message` show it.
"""
