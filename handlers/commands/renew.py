"""``renew``: what a rotation of the CA would be, and the button that asks for its approval; or the request that waits for one."""

from bot.model.access import Verb
from handlers import renewal
from handlers.subcommand import Subcommand

RENEW = Subcommand(
    name="renew",
    usage="renew",
    summary="plan a rotation of the CA, or see the one that waits for approval",
    verb=Verb.VIEW,
    run=renewal.show,
)
