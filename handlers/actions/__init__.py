"""The buttons."""

from handlers.action import Action
from handlers.actions.accept_ca import ACCEPT_CA
from handlers.actions.share_status import SHARE_STATUS

ACTIONS: tuple[Action, ...] = (SHARE_STATUS, ACCEPT_CA)
