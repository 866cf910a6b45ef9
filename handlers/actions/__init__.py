"""The buttons."""

from handlers.action import Action
from handlers.actions.accept_ca import ACCEPT_CA
from handlers.actions.approve_rotation import APPROVE_ROTATION
from handlers.actions.ask_rotation import ASK_ROTATION
from handlers.actions.deny_rotation import DENY_ROTATION
from handlers.actions.plan_rotation import PLAN_ROTATION
from handlers.actions.share_status import SHARE_STATUS
from handlers.actions.view_rotation import VIEW_ROTATION
from handlers.actions.withdraw_rotation import WITHDRAW_ROTATION

ACTIONS: tuple[Action, ...] = (
    SHARE_STATUS,
    ACCEPT_CA,
    PLAN_ROTATION,
    ASK_ROTATION,
    APPROVE_ROTATION,
    DENY_ROTATION,
    WITHDRAW_ROTATION,
    VIEW_ROTATION,
)
