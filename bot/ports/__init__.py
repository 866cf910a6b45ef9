"""What the core asks of the world. Adapters implement these; fakes in tests/fakes do too, under one contract suite.

Every method raises only :mod:`bot.errors` (the cause chained). "It does not exist" is an answer (None), not an error.
"""

from bot.ports.changing import Hands
from bot.ports.looking import Access, Chains, Clock, Cluster, Logs, Metrics, Observe, Pods, Tokens
from bot.ports.remembering import Approvals, Journal, Seal, Store

__all__ = [
    "Access",
    "Approvals",
    "Chains",
    "Clock",
    "Cluster",
    "Hands",
    "Journal",
    "Logs",
    "Metrics",
    "Observe",
    "Pods",
    "Seal",
    "Store",
    "Tokens",
]
