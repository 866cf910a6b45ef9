"""Everything that lets a person or a test try the bot without a Slack workspace and without a cluster.

Development only: neither `bot` nor `handlers` imports anything from here, and nothing here may serve beyond loopback.
"""
