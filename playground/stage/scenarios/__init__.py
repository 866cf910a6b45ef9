"""The scenarios, in the order in which the page shows them. The first is the one that a newcomer sees."""

from typing import Final

from playground.stage.scenario import Scenario
from playground.stage.scenarios.configmap_missing import CONFIGMAP_MISSING
from playground.stage.scenarios.expired import EXPIRED
from playground.stage.scenarios.expires_soon import EXPIRES_SOON
from playground.stage.scenarios.five_thousand_pods import FIVE_THOUSAND_PODS
from playground.stage.scenarios.forbidden import FORBIDDEN
from playground.stage.scenarios.hanging import HANGING
from playground.stage.scenarios.hard_cut import HARD_CUT
from playground.stage.scenarios.healthy import HEALTHY
from playground.stage.scenarios.helm_reverts import HELM_REVERTS
from playground.stage.scenarios.mismatch import MISMATCH
from playground.stage.scenarios.rotation import ROTATION
from playground.stage.scenarios.slow import SLOW

SCENARIOS: Final[tuple[Scenario, ...]] = (
    EXPIRES_SOON,
    ROTATION,
    HEALTHY,
    EXPIRED,
    MISMATCH,
    HARD_CUT,
    CONFIGMAP_MISSING,
    HELM_REVERTS,
    FORBIDDEN,
    SLOW,
    HANGING,
    FIVE_THOUSAND_PODS,
)
