"""The buttons."""

from handlers.action import Action
from handlers.actions.abort_rotation import ABORT_ROTATION
from handlers.actions.accept_ca import ACCEPT_CA
from handlers.actions.approve_rotation import APPROVE_ROTATION
from handlers.actions.ask_rotation import ASK_ROTATION
from handlers.actions.deny_rotation import DENY_ROTATION
from handlers.actions.lose_pods import LOSE_PODS
from handlers.actions.pause_rotation import PAUSE_ROTATION
from handlers.actions.plan_rotation import PLAN_ROTATION
from handlers.actions.resume_rotation import RESUME_ROTATION
from handlers.actions.retry_rotation import RETRY_ROTATION
from handlers.actions.revert_rotation import REVERT_ROTATION
from handlers.actions.review_rotation import REVIEW_ROTATION
from handlers.actions.share_status import SHARE_STATUS
from handlers.actions.view_rotation import VIEW_ROTATION
from handlers.actions.withdraw_rotation import WITHDRAW_ROTATION

ACTIONS: tuple[Action, ...] = (
    SHARE_STATUS,
    ACCEPT_CA,
    PLAN_ROTATION,
    ASK_ROTATION,
    REVIEW_ROTATION,
    APPROVE_ROTATION,
    DENY_ROTATION,
    WITHDRAW_ROTATION,
    VIEW_ROTATION,
    PAUSE_ROTATION,
    RESUME_ROTATION,
    RETRY_ROTATION,
    REVERT_ROTATION,
    ABORT_ROTATION,
    LOSE_PODS,
)
