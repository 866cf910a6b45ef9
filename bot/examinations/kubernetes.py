"""The API server: does it answer, is its clock ours, does it allow what the bot asks, and not much more?"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from bot.model import phrases
from bot.model.examination import Examination, Outcome, Said, Subject, unseen, unseen_behind
from bot.model.observed import Unobserved
from bot.model.vitals import MOST_SKEW, Permission, Purpose, Vitals

RULES_TOLD: Final = 3
WHOSE: Final = "The API server"
_SHOWN: Final = 20


def _api_server(seen: Vitals) -> Said:
    if isinstance(seen.server, Unobserved):
        return unseen(seen.server, missing=Outcome.TROUBLE)
    server = seen.server.value
    how = "with the service account of this pod" if server.in_pod else "with a kubeconfig"
    return Said(Outcome.FINE, f"Kubernetes {server.version or 'of an unknown version'} answers; asked {how}.")


def _clock(seen: Vitals) -> Said:
    if isinstance(seen.skew, Unobserved):
        return unseen_behind(seen.skew, seen.server, WHOSE)
    ahead = seen.skew.value.ahead
    if abs(ahead) <= MOST_SKEW:
        return Said(Outcome.FINE, f"The API server's clock and this one differ by no more than {MOST_SKEW.total_seconds():.0f} s.")
    # This one decides about "expired" and "not yet valid", and nobody can say from here which of the two is wrong.
    direction = "behind" if ahead > timedelta(0) else "ahead of"
    return Said(
        Outcome.TROUBLE,
        f"This machine's clock is {_span(abs(ahead))} {direction} the API server's.",
        "Check NTP on the node of the bot and on the control plane's nodes: a wrong clock makes good certificates look expired.",
    )


def _rights(seen: Vitals) -> Said:
    if isinstance(seen.permissions, Unobserved):
        return unseen_behind(seen.permissions, seen.server, WHOSE)
    asked = [one for one in seen.permissions.value if one.purpose is Purpose.NEEDED]
    missing = [one for one in asked if not one.allowed]
    granted = f"{len(asked) - len(missing)} of {phrases.count(len(asked), 'permission')}"
    if not asked:
        return Said(Outcome.UNKNOWN, "No permission was asked about.")
    if not missing:
        return Said(Outcome.FINE, f"{granted}: every one that these settings need.")
    rules = f": {_rules(missing)}" if len(missing) <= RULES_TOLD else ", or apply all of it again with kubectl apply -k"
    return Said(Outcome.TROUBLE, f"{granted}; missing: {_words(missing)}.", f"Grant what {_files(missing)} grants{rules}.")


def _diagnosis_rights(seen: Vitals) -> Said:
    if isinstance(seen.permissions, Unobserved):
        return unseen_behind(seen.permissions, seen.server, WHOSE)
    asked = [one for one in seen.permissions.value if one.purpose in (Purpose.DIAGNOSIS, Purpose.METRICS)]
    missing = [one for one in asked if not one.allowed]
    if not missing:
        return Said(Outcome.FINE, f"Granted: {_words(asked)}.")
    without = {
        Purpose.DIAGNOSIS: "diagnose and logs do without what Kubernetes itself keeps of logs and events",
        Purpose.METRICS: "sentry's own metrics are not read",
    }
    effects = [text for purpose, text in without.items() if any(one.purpose is purpose for one in missing)]
    return Said(
        Outcome.NOT_LOOKED_AT,
        f"Not granted: {_words(missing)}; so {phrases.listed(effects)}.",
        f"If that is wanted, add {_files(missing)}.",
    )


def _rotation_rights(seen: Vitals) -> Said:
    if isinstance(seen.permissions, Unobserved):
        return unseen_behind(seen.permissions, seen.server, WHOSE)
    asked = [one for one in seen.permissions.value if one.purpose is Purpose.ROTATION]
    missing = [one for one in asked if not one.allowed]
    if not asked:
        return Said(Outcome.NOT_LOOKED_AT, "Nobody may ask for a rotation here: DAPR_WARDEN_ROTATION is off.")
    if not missing:
        return Said(Outcome.FINE, f"{phrases.count(len(asked), 'permission')}: all that a rotation needs beyond reading.")
    return Said(
        Outcome.WARNING,
        f"{len(asked) - len(missing)} of {phrases.count(len(asked), 'permission')}; missing: {_words(missing)}. So every plan is blocked.",
        f"Add {_files(missing)} to the bot's kustomization, or set DAPR_WARDEN_ROTATION=off.",
    )


def _excess_rights(seen: Vitals) -> Said:
    if isinstance(seen.permissions, Unobserved):
        return unseen_behind(seen.permissions, seen.server, WHOSE)
    asked = [one for one in seen.permissions.value if one.purpose is Purpose.EXCESS]
    held = [one for one in asked if one.allowed]
    if not held:
        return Said(Outcome.FINE, f"What would be dangerous is refused, such as {asked[0].words}." if asked else "Nothing was asked about.")
    if isinstance(seen.server, Unobserved) or not seen.server.value.in_pod:
        return Said(Outcome.NOT_LOOKED_AT, f"A kubeconfig has the rights of a person, so what it may beyond is not judged: {_words(held)}.")
    return Said(
        Outcome.WARNING,
        f"The bot may do what it never does: {_words(held)}.",
        "Look for a ClusterRoleBinding that gives its service account more than deploy/kustomize does, and take it away.",
    )


def _words(permissions: Sequence[Permission]) -> str:
    return phrases.named([one.words for one in permissions], _SHOWN)


def _rules(permissions: Sequence[Permission]) -> str:
    return "; ".join(dict.fromkeys(one.rule for one in permissions))


def _files(permissions: Sequence[Permission]) -> str:
    return phrases.listed(list(dict.fromkeys(one.file for one in permissions)))


def _span(span: timedelta) -> str:
    seconds = round(span.total_seconds())
    return f"{seconds} s" if seconds < 120 else phrases.count(round(seconds / 60), "minute")  # noqa: PLR2004 - two minutes


API_SERVER = Examination(id="api-server", subject=Subject.KUBERNETES, title="The API server answers", judge=_api_server)
CLOCK = Examination(id="clock", subject=Subject.KUBERNETES, title="Its clock and ours agree", judge=_clock)
RIGHTS = Examination(id="rights", subject=Subject.KUBERNETES, title="It allows everything that is needed", judge=_rights)
DIAGNOSIS_RIGHTS = Examination(
    id="optional-rights", subject=Subject.KUBERNETES, title="It allows what is optional", judge=_diagnosis_rights
)
ROTATION_RIGHTS = Examination(
    id="rotation-rights", subject=Subject.KUBERNETES, title="It allows what a rotation needs", judge=_rotation_rights
)
EXCESS_RIGHTS = Examination(
    id="excess-rights", subject=Subject.KUBERNETES, title="It allows nothing that is dangerous", judge=_excess_rights
)
