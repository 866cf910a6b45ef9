"""Everything that may stand in the way of a rotation, in the order in which it is told among its equals."""

from typing import Final

from bot.rotation.hazard import HazardKind
from bot.rotation.hazards.argo_rollouts import ARGO_ROLLOUTS
from bot.rotation.hazards.backup_unseen import BACKUP_UNSEEN
from bot.rotation.hazards.canary_missing import CANARY_MISSING
from bot.rotation.hazards.clock_skew import CLOCK_SKEW
from bot.rotation.hazards.disruption_budgets import DISRUPTION_BUDGETS
from bot.rotation.hazards.foreign_pair import FOREIGN_PAIR
from bot.rotation.hazards.full_quotas import FULL_QUOTAS
from bot.rotation.hazards.injector_adrift import INJECTOR_ADRIFT
from bot.rotation.hazards.issuer_not_loaded import ISSUER_NOT_LOADED
from bot.rotation.hazards.left_to_people import LEFT_TO_PEOPLE
from bot.rotation.hazards.managed_workloads import MANAGED_WORKLOADS
from bot.rotation.hazards.mixed_versions import MIXED_VERSIONS
from bot.rotation.hazards.newer_sidecars import NEWER_SIDECARS
from bot.rotation.hazards.not_allowed import NOT_ALLOWED
from bot.rotation.hazards.on_delete import ON_DELETE
from bot.rotation.hazards.opted_out import OPTED_OUT
from bot.rotation.hazards.owned_objects import OWNED_OBJECTS
from bot.rotation.hazards.reading_ends import READING_ENDS
from bot.rotation.hazards.recreated_at_once import RECREATED_AT_ONCE
from bot.rotation.hazards.restless_sentry import RESTLESS_SENTRY
from bot.rotation.hazards.servers_unseen import SERVERS_UNSEEN
from bot.rotation.hazards.short_of_time import SHORT_OF_TIME
from bot.rotation.hazards.single_pods import SINGLE_PODS
from bot.rotation.hazards.stale_already import STALE_ALREADY
from bot.rotation.hazards.standing_unseen import STANDING_UNSEEN
from bot.rotation.hazards.store_not_lasting import STORE_NOT_LASTING
from bot.rotation.hazards.surroundings_unseen import SURROUNDINGS_UNSEEN
from bot.rotation.hazards.unfinished_rollouts import UNFINISHED_ROLLOUTS
from bot.rotation.hazards.untidy_pair import UNTIDY_PAIR

HAZARDS: Final[tuple[HazardKind, ...]] = (
    NOT_ALLOWED,
    CLOCK_SKEW,
    STORE_NOT_LASTING,
    CANARY_MISSING,
    OWNED_OBJECTS,
    FOREIGN_PAIR,
    NEWER_SIDECARS,
    READING_ENDS,
    RESTLESS_SENTRY,
    ISSUER_NOT_LOADED,
    INJECTOR_ADRIFT,
    SERVERS_UNSEEN,
    SHORT_OF_TIME,
    MIXED_VERSIONS,
    SURROUNDINGS_UNSEEN,
    UNFINISHED_ROLLOUTS,
    DISRUPTION_BUDGETS,
    FULL_QUOTAS,
    SINGLE_PODS,
    RECREATED_AT_ONCE,
    OPTED_OUT,
    ON_DELETE,
    ARGO_ROLLOUTS,
    LEFT_TO_PEOPLE,
    MANAGED_WORKLOADS,
    STALE_ALREADY,
    UNTIDY_PAIR,
    BACKUP_UNSEEN,
    STANDING_UNSEEN,
)
