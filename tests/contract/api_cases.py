"""What every API server promises, as cases over an :class:`Api`: run on the simulated one and on a real kube-apiserver."""

from typing import Final

from tests.contract import (
    api_deleting,
    api_leases,
    api_listing,
    api_patching,
    api_pods,
    api_restarting,
    api_reviews,
    api_rights,
    api_watching,
    api_writing,
)
from tests.contract.api_world import Case

CASES: Final[tuple[Case, ...]] = (
    *api_listing.CASES,
    *api_pods.CASES,
    *api_rights.CASES,
    *api_writing.CASES,
    *api_deleting.CASES,
    *api_patching.CASES,
    *api_restarting.CASES,
    *api_leases.CASES,
    *api_reviews.CASES,
    *api_watching.CASES,
)
