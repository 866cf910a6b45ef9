"""Deciding on rotations from a terminal: who is that, may they, and then the same use cases as a click in Slack.

A token says who somebody is, the settings which Slack id that is; from there on the rules are those of the channel. Whoever is refused
is entered into the record.
"""

import asyncio
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple

import structlog

from bot.model import access, commanding
from bot.model import terminal as words
from bot.model.access import AccessPolicy, Actor, Verb
from bot.model.approval import Refused, State, Verdict
from bot.model.audit import Deed
from bot.model.binding import Asked
from bot.model.caller import AUDIENCE, Caller
from bot.model.run import File, Way
from bot.model.terminal import Refusal, Standing
from bot.model.trust_pair import SecretBytes
from bot.ports import Clock, Tokens
from bot.usecases.renew import Renewals
from bot.usecases.steering import Steering

log = structlog.get_logger(__name__)

LEAST_DIGITS: Final = 8
"""So many digits of a digest stand on its card, and are enough to name it."""
LONGEST_NAME: Final = 200
LONGEST_TOKEN: Final = 16_384
NOBODY: Final = "nobody"
_DIGEST: Final = re.compile(r"[0-9a-f]{8,64}")
_TOKEN: Final = re.compile(rb"[A-Za-z0-9._~+/=-]+")
UNKNOWN: Final = Refusal(
    error="unauthenticated",
    reason=f"The token is nobody's: it has ended, is damaged, or was not made for the audience {AUDIENCE}. Nothing was changed.",
    hint=f"Make one: kubectl create token NAME --namespace NS --audience {AUDIENCE}",
)


class Known(NamedTuple):
    """Who it is: the Kubernetes user name, and the Slack id that the settings give it."""

    name: str
    user_id: str


@dataclass(slots=True, kw_only=True)
class Terminal:
    """``people``: Kubernetes user name to Slack id. ``policy``: as in Slack. ``steering`` None: this bot carries no rotation out.

    ``decided``: called after a decision on a request, so that its card follows; never blocks.
    """

    cluster: str
    tokens: Tokens
    people: Mapping[str, str]
    policy: AccessPolicy
    renewals: Renewals
    steering: Steering | None
    clock: Clock
    decided: Callable[[], None]
    _deciding: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def standing(self, token: SecretBytes) -> Standing | Refusal:
        """How the newest request and the newest run stand. Raises :mod:`bot.errors`."""
        known = await self._known(token, Verb.VIEW, "status")
        return known if isinstance(known, Refusal) else await self._standing()

    async def command(self, token: SecretBytes, way: Way, reason: str = "") -> Standing | Refusal:
        """What somebody decides about the newest run. Raises :mod:`bot.errors`."""
        known = await self._known(token, commanding.VERBS[way], way.value)
        if isinstance(known, Refusal):
            return known
        if self.steering is None:
            return await self._refused(
                known, "", Refusal(error="conflict", reason="This bot carries no rotation out. Nothing was changed.")
            )
        file = await self.steering.latest()
        if file is None:
            return await self._refused(known, "", Refusal(error="conflict", reason="There is no rotation. Nothing was changed."))
        found = await self.steering.command(file.id, way, known.user_id, reason=reason)
        if isinstance(found, Refused):
            return await self._refused(known, file.id, Refusal(error="conflict", reason=_whole(found.reason)))
        log.info("decided from a terminal", run=file.id[:8], way=way.value, user=known.user_id)
        return await self._standing(f"{way.value}: recorded, by {known.user_id}.")

    async def approve(self, token: SecretBytes, digest: str) -> Standing | Refusal:
        """Approve the request that waits, if its digest begins like this. Raises :mod:`bot.errors`."""
        known = await self._known(token, Verb.APPROVE, "approve")
        if isinstance(known, Refusal):
            return known
        # One at a time: who presses twice is answered twice, and the cluster looked at once.
        async with self._deciding:
            asked = await self._named(digest)
            if isinstance(asked, Refusal):
                return await self._refused(known, "", asked)
            found = await self.renewals.decide(asked.request.id, known.user_id, Verdict.APPROVE)
        self.decided()
        if self.steering is not None:
            self.steering.ring()
        if isinstance(found, Refused):
            # It is in the record already.
            return Refusal(error="conflict", reason=found.reason)
        log.info("decided from a terminal", request=asked.request.id[:8], state=found.request.state.value, user=known.user_id)
        return await self._standing(_outcome(found))

    async def _known(self, token: SecretBytes, verb: Verb, what: str) -> Known | Refusal:
        """Who it is, if they may. A token is never looked at further than its form: whose it is, the API server says."""
        bare = token.revealed()
        caller = await self.tokens.reviewed(token) if _TOKEN.fullmatch(bare) and len(bare) <= LONGEST_TOKEN else None
        if caller is None:
            return await self._refused(Known(NOBODY, ""), "", UNKNOWN, what)
        user_id = self.people.get(caller.name, "")
        known = Known(caller.name, user_id)
        why_not = _why_nobody(caller, user_id) or self._why_not(user_id, verb)
        return await self._refused(known, "", Refusal(error="forbidden", reason=why_not), what) if why_not else known

    def _why_not(self, user_id: str, verb: Verb) -> str:
        # Slack is not asked, as it may be away: whoever stands in the settings counts as a member of its workspace.
        actor = Actor(user_id=user_id, team_id=self.policy.home_team_id)
        found = access.authorize(actor, verb, self.cluster, self.policy)
        return f"{found.reason} Nothing was changed." if isinstance(found, access.Refused) else ""

    async def _named(self, digest: str) -> Asked | Refusal:
        if not _DIGEST.fullmatch(digest):
            return Refusal(
                error="conflict",
                reason=f"That is no digest: it has {LEAST_DIGITS} to 64 hexadecimal digits. Nothing was changed.",
                hint="It stands on the card, and in `dapr-warden rotation status`.",
            )
        await self.renewals.expire()
        asked = await self.renewals.current()
        if asked is None or not asked.request.digest.startswith(digest):
            return Refusal(
                error="conflict",
                reason=f"No request has the digest {digest[:LEAST_DIGITS]}. Nothing was changed.",
                hint="`dapr-warden rotation status` shows the newest. What `renew --plan` shows is no request: ask in Slack.",
            )
        return asked

    async def _standing(self, said: str = "") -> Standing:
        await self.renewals.expire()
        asked, file = await self.renewals.current(), await self.steering.latest() if self.steering else None
        return Standing(
            cluster=self.cluster,
            taken_at=self.clock.now(),
            said=said,
            request=words.waiting(asked) if asked else None,
            run=words.under(file, self._ways(file)) if file else None,
        )

    def _ways(self, file: File) -> tuple[Way, ...]:
        return commanding.ways(file.run, file.dossier.plan, self.clock.now())

    async def _refused(self, known: Known, subject: str, refusal: Refusal, what: str = "") -> Refusal:
        """Into the record, like a click that did not count."""
        name = _kept(known.name)
        detail = f"{what}: {refusal.reason}" if what else refusal.reason
        person = self.renewals.terms.person(known.user_id) if known.user_id else ""
        deed = Deed(
            at=self.clock.now(),
            verb="terminal-refused",
            cluster=self.cluster,
            subject=subject,
            actor=known.user_id or name,
            person=person,
            detail=f"{name}: {detail}",
        )
        await self.renewals.memory.enter(deed)
        log.info("refused at the terminal's port", user=name, error=refusal.error)
        return refusal


def _why_nobody(caller: Caller, user_id: str) -> str:
    name = _kept(caller.name)
    if caller.is_us:
        return f"{name} is the bot's own account, which is nobody: it decides nothing. Nothing was changed."
    if caller.pod:
        return (
            f"This token of {name} was made for the pod {_kept(caller.pod)}. Whoever gets into that pod has it, so it is nobody's. "
            f"Make one of your own: kubectl create token NAME --namespace NS --audience {AUDIENCE}"
        )
    if not user_id:
        return (
            f"{name} is nobody here: DAPR_WARDEN_TERMINAL_PEOPLE gives this name no Slack id. "
            "Ask whoever runs this bot to add it. Nothing was changed."
        )
    return ""


def _outcome(asked: Asked) -> str:
    request = asked.request
    given = f"{len(request.approvals)} of {request.quorum}"
    match request.state:
        case State.APPROVED:
            return f"approved: {request.digest[:LEAST_DIGITS]}, {given}."
        case State.PENDING:
            return f"your approval counts: {request.digest[:LEAST_DIGITS]}, {given}. Somebody else has to approve it as well."
        case _:
            return f"not approved: it is {request.state.value}, {request.reason}. Nothing was changed. Plan again."


def _whole(reason: str) -> str:
    return reason if reason.endswith("Nothing was changed.") else f"{reason} Nothing was changed."


def _kept(name: str) -> str:
    """Outside text as it can be stored and said: cut, and on one line."""
    return "".join(one if one.isprintable() else "?" for one in name[:LONGEST_NAME]).encode("utf-8", "replace").decode()
