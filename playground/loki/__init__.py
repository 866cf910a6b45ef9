"""A simulated Loki over HTTP, to which the bot's real client talks. LogQL, store and HTTP are separate parts."""

from playground.loki.faults import Effect, Fault
from playground.loki.limits import Limits
from playground.loki.loki import SimulatedLoki
from playground.loki.refusals import Refusal

__all__ = ["Effect", "Fault", "Limits", "Refusal", "SimulatedLoki"]
