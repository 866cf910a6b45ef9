"""A simulated Kubernetes API over HTTP, to which the bot's real client talks. Store, HTTP and Dapr are separate parts."""

from playground.kubernetes.access import Rule, rules_of
from playground.kubernetes.cluster import ADMIN_TOKEN, SimulatedCluster
from playground.kubernetes.dapr import AppPod, Dapr, install_dapr
from playground.kubernetes.faults import Effect, Fault
from playground.kubernetes.injector import SimulatedInjector
from playground.kubernetes.sentry import Refused, Serving, SimulatedSentry, Stopped
from playground.kubernetes.town import SimulatedTown

__all__ = [
    "ADMIN_TOKEN", "AppPod", "Dapr", "Effect", "Fault", "Refused", "Rule", "Serving", "SimulatedCluster", "SimulatedInjector",
    "SimulatedSentry", "SimulatedTown", "Stopped", "install_dapr", "rules_of",
]  # fmt: skip
