"""The CA of the story's clusters: the one that sentry makes for itself."""

from playground.kubernetes.authority import LIFETIME, Authority, made_by_sentry

__all__ = ["LIFETIME", "Authority", "made_by_sentry"]
