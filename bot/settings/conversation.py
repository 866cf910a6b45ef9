"""Slack: the tokens, the channel, and who may do what."""

from pydantic import Field, SecretStr, field_validator

from bot.model.access import USER_ID
from bot.settings.values import Group, address, words


class Conversation(Group):
    """Slack, and who may do what."""

    slack_bot_token: SecretStr | None = Field(
        None, description="Bot token, starts with xoxb-. Needed by `serve`. May be given as SLACK_BOT_TOKEN_FILE (a path)."
    )
    slack_app_token: SecretStr | None = Field(
        None, description="App-level token with connections:write, starts with xapp-. Needed by `serve`. Or SLACK_APP_TOKEN_FILE."
    )
    slack_api_url: str = Field("https://slack.com/api/", description="Base address of Slack's Web API; any Slack-compatible server works.")
    slack_channel: str = Field("", description="Id of the channel that gets the cards (C0123456789; an id, not a name). Needed by `serve`.")
    command: str = Field("/dapr", pattern=r"^/[a-z0-9_-]{1,31}$", description="The slash command, as in the Slack app's manifest.")
    viewers: frozenset[str] = Field(
        frozenset(), description="Slack user ids that may view, comma-separated. Empty: every full member of the home workspace."
    )
    operators: frozenset[str] = Field(
        frozenset(), description="Slack user ids that may operate (accept a new CA), comma-separated. Empty: nobody."
    )
    approvers: frozenset[str] = Field(
        frozenset(), description="Slack user ids that may approve changes to a cluster, comma-separated. Empty: nobody."
    )

    same_person: tuple[str, ...] = Field(
        (), description="Slack user ids that are one person, joined by +, comma-separated (U1+U2,U3+U4): together they count once."
    )

    @field_validator("viewers", "operators", "approvers", "same_person", mode="before")
    @classmethod
    def _split_ids(cls, value: object) -> object:
        return words(value)

    @field_validator("viewers", "operators", "approvers")
    @classmethod
    def _ids(cls, value: frozenset[str]) -> frozenset[str]:
        wrong = sorted(word for word in value if not USER_ID.fullmatch(word))
        if wrong:
            # Cut: what stands there by mistake may be a token.
            msg = f"{len(wrong)} of them no Slack user id (U0123456789), such as {wrong[0][:4]!r}…"
            raise ValueError(msg)
        return value

    @field_validator("same_person")
    @classmethod
    def _groups(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        ids = [word for group in value for word in group.split("+")]
        if any("+" not in group for group in value) or len(ids) != len(set(ids)) or not all(map(USER_ID.fullmatch, ids)):
            raise ValueError("groups of Slack user ids such as U0123456789+U9876543210, each id in one of them only")
        return value

    def person(self, user_id: str) -> str:
        """Whom a Slack id belongs to: the first id of its group, or itself."""
        return next((group.split("+")[0] for group in self.same_person if user_id in group.split("+")), user_id)

    @property
    def people(self) -> dict[str, str]:
        """Slack id to person, of all approvers."""
        return {user_id: self.person(user_id) for user_id in sorted(self.approvers)}

    @field_validator("slack_api_url")
    @classmethod
    def _is_address(cls, value: str) -> str:
        return address(value, example="https://slack.com/api/")
