"""The CA is another one than was accepted. Who wrote it decides what must be mended, lest it happens again."""

import enum
import re
from collections.abc import Iterator
from functools import partial
from typing import Final

from msgspec.structs import replace

from bot.diagnosis import telling
from bot.diagnosis.clues import Clues
from bot.diagnosis.explanation import Candidate, Explanation, Reach
from bot.diagnosis.following import DISTRUST
from bot.model import counters, identity, kubectl, phrases, trust
from bot.model.finding import Severity
from bot.model.snapshot import Writer
from bot.model.staleness import staleness

LINES: Final = ("ca-generated", "ca-generated-and-stored")
FOLLOWS: Final = (*DISTRUST, "stale-trust", "callers-stale", "other-complaint")


class Author(enum.Enum):
    """Who claims to have written the CA last. The value ends the cause's id."""

    SENTRY = "sentry"
    HELM = "helm"
    GITOPS = "gitops"
    PERSON = "person"
    UNKNOWN = ""


# What clients call themselves in managedFields: a claim, not an identity. Helm's controller in Flux is GitOps, so it comes first.
_NAMES: Final = (
    (Author.SENTRY, re.compile(r"\A(?:dapr-)?sentry\Z")),
    (Author.GITOPS, re.compile(r"argo|flux|kustomize-controller|helm-controller|fleet|sveltos", re.IGNORECASE)),
    (Author.HELM, re.compile(r"\A(?:helm|Helm|terraform-provider-helm)", re.IGNORECASE)),
    (Author.PERSON, re.compile(r"\A(?:kubectl|oc|dapr|k9s|lens|openlens|rancher|mozilla|node-fetch|headlamp)\b", re.IGNORECASE)),
)
_WHO: Final = {
    Author.SENTRY: "by sentry itself (dapr#9563)",
    Author.HELM: "by Helm",
    Author.GITOPS: "by a GitOps tool",
    Author.PERSON: "by a person's client",
    Author.UNKNOWN: "",
}
# What has to be mended beside the CA, lest the same one writes the same thing again.
_AFTERWARDS: Final = {
    Author.HELM: " Then give the Helm release the same certificates ({look}), or its next upgrade writes this CA again.",
    Author.GITOPS: " But first stop the synchronisation, or mend what it synchronises, or it writes this CA again.",
}


def author(clues: Clues) -> Author:
    """By the last writer of roots or issuer in either object; a write of the same instant by sentry counts as sentry's."""
    names = clues.snapshot.names
    keys = {names.ca, names.issuer, names.key}
    held = (trust.secret(clues.snapshot), trust.configmap(clues.snapshot))
    writers = [one for each in held if each is not None for one in each.facts.writers if one.at is not None and _wrote(one, keys)]
    last = max(writers, key=lambda one: (one.at.timestamp() if one.at else 0.0, _named(one) is Author.SENTRY), default=None)
    return _named(last) if last is not None else Author.UNKNOWN


def _by(who: Author, clues: Clues) -> Iterator[Candidate]:
    findings = clues.trouble("ca-changed")
    if findings and author(clues) is who:
        yield _found(who, clues)
    elif who is Author.SENTRY and not findings and clues.said(*LINES):
        fact = "The log of sentry says that it made a new CA"
        cause = telling.complained(clues, clues.said(*LINES), id_=_id(who), fact=fact, own=LINES)
        # Without a finding nobody has lost trust in it: on the day of an installation it is as it should be.
        yield Candidate(cause=cause, reach=Reach.ELSEWHERE)


def _found(who: Author, clues: Clues) -> Candidate:
    """The target's where its pods lost their trust by this change, or where nobody could see whose did."""
    finding = clues.trouble("ca-changed")[0]
    name, target = clues.scene.target.name, {(one.namespace, one.name) for one in clues.pods}
    stale = staleness(clues.snapshot).stale
    lost = identity.lost_by_change(clues.snapshot, stale)
    own = [one for one in lost if (one.namespace, one.name) in target]
    others = [one for one in stale if (one.namespace, one.name) in target and one not in own]
    what = finding.fact.removeprefix("The CA was replaced")
    fact = f"The Dapr CA was replaced {_WHO[who]}".strip() + what if what != finding.fact else finding.fact
    explains = [one for one in FOLLOWS if lost and not (others and one == "stale-trust")]
    cause = telling.proved(clues, finding, id_=_id(who), fact=fact, own=LINES, explains=explains)
    if who in _AFTERWARDS:
        afterwards = _AFTERWARDS[who].format(look=kubectl.helm_values(clues.snapshot.namespace))
        cause = replace(cause, next_step=f"{cause.next_step}.{afterwards}")
    if own:
        are = f"{phrases.count(len(own), 'pod')} of {name} {'is' if len(own) == 1 else 'are'} among those."
        cause = replace(cause, evidence=(are, *cause.evidence))
    is_open = finding.severity is Severity.CRITICAL and (clues.is_component or not clues.pods)
    return Candidate(cause=cause, reach=Reach.TARGET if own or is_open else Reach.ELSEWHERE)


def _id(who: Author) -> str:
    return f"ca-replaced-by-{who.value}" if who.value else "ca-replaced"


def _wrote(one: Writer, keys: set[str]) -> bool:
    """Whether it wrote one of these; where no keys are told, it may have."""
    return not one.keys or not keys.isdisjoint(one.keys)


def _named(one: Writer) -> Author:
    return next((who for who, pattern in _NAMES if pattern.search(one.manager)), Author.UNKNOWN)


def _explanation(who: Author, title: str, claims: tuple[str, ...] = ()) -> Explanation:
    return Explanation(id=_id(who), title=title, find=partial(_by, who), claims=claims, counts=(counters.ISSUER_CHANGED,))


BY_SENTRY: Final = _explanation(Author.SENTRY, "Sentry replaced the CA by itself", LINES)
BY_HELM: Final = _explanation(Author.HELM, "Helm replaced the CA")
BY_GITOPS: Final = _explanation(Author.GITOPS, "A GitOps tool replaced the CA")
BY_PERSON: Final = _explanation(Author.PERSON, "A person replaced the CA")
BY_SOMEBODY: Final = _explanation(Author.UNKNOWN, "The CA was replaced, nobody knows by whom")
