"""Plan rotation (on a card that warns) and Plan again (on a request that ended): the same as ``renew``, privately."""

from bot.model.access import Verb
from handlers import renewal
from handlers.action import Action
from handlers.views.plan import PLAN_ROTATION as ID

PLAN_ROTATION = Action(action_id=ID, verb=Verb.VIEW, run=renewal.show)
