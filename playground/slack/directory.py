"""Who and what there is in the workspace: people, channels, user groups, and who is a member where."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from playground.slack import people
from playground.slack.errors import Payload, SlackError
from playground.slack.people import User


@dataclass(frozen=True, kw_only=True)
class Channel:
    """A public or private channel, or the direct messages between the bot and one person (`im_user`)."""

    id: str
    name: str
    members: frozenset[str] = frozenset()
    is_private: bool = False
    is_archived: bool = False
    is_ext_shared: bool = False
    im_user: str = ""

    @property
    def kind(self) -> str:
        """`im`, `private_channel` or `public_channel`, as the `types` argument spells them."""
        if self.im_user:
            return "im"
        return "private_channel" if self.is_private else "public_channel"

    @property
    def scope_family(self) -> str:
        """The word before the colon in the scopes that read this channel: `channels`, `groups` or `im`."""
        return {"im": "im", "private_channel": "groups", "public_channel": "channels"}[self.kind]

    def payload(self) -> Payload:
        """The `channel` object of conversations.info, seen by the bot."""
        common: Payload = {
            "id": self.id,
            "created": 1_763_000_000,
            "is_im": bool(self.im_user),
            "is_archived": self.is_archived,
            "context_team_id": people.HOME_TEAM,
            "updated": 1_763_000_000_000,
        }
        if self.im_user:
            return common | {"user": self.im_user, "is_user_deleted": False, "priority": 0}
        return common | {
            "name": self.name,
            "name_normalized": self.name,
            "creator": people.ADA.id,
            "is_channel": not self.is_private,
            "is_group": self.is_private,
            "is_mpim": False,
            "is_private": self.is_private,
            "is_general": self.name == "general",
            "is_shared": self.is_ext_shared,
            "is_ext_shared": self.is_ext_shared,
            "is_org_shared": False,
            "is_member": people.BOT_USER in self.members,
            "shared_team_ids": [people.HOME_TEAM, people.PARTNER_TEAM] if self.is_ext_shared else [people.HOME_TEAM],
            "num_members": len(self.members),
            "topic": {"value": "", "creator": "", "last_set": 0},
            "purpose": {"value": "", "creator": "", "last_set": 0},
        }


@dataclass(frozen=True, kw_only=True)
class UserGroup:
    """A user group (`@operators`), usable as a list of approvers."""

    id: str
    handle: str
    users: tuple[str, ...]

    def payload(self) -> Payload:
        """The object in usergroups.list."""
        return {
            "id": self.id,
            "team_id": people.HOME_TEAM,
            "is_usergroup": True,
            "name": self.handle.title(),
            "handle": self.handle,
            "is_external": False,
            "date_delete": 0,
            "user_count": len(self.users),
        }


_STAFF = frozenset(user.id for user in (people.ADA, people.OLGA, people.OSCAR, people.PAVEL, people.PETRA, people.MIA))
_HERE = _STAFF | {people.BOT_USER}
_GUESTS = frozenset({people.GUS.id, people.UMA.id, people.DEPLOYER.id})

CHANNELS = (
    Channel(id="C0GENERAL0", name="general", members=_HERE | _GUESTS),
    Channel(id="C0OPS00000", name="ops", members=_HERE | _GUESTS),
    Channel(id="C0RANDOM00", name="random", members=_STAFF),
    Channel(id="C0SHARED00", name="partners", members=_HERE | {people.SAM.id}, is_ext_shared=True),
    Channel(id="C0ARCHIVED", name="old-ops", members=_HERE, is_archived=True),
    Channel(id="G0PRIVATE0", name="ops-private", members=_HERE, is_private=True),
    Channel(id="G0SECRET00", name="management", members=frozenset({people.ADA.id}), is_private=True),
)

GROUPS = (
    UserGroup(id="S0OPERATOR", handle="operators", users=(people.OLGA.id, people.OSCAR.id)),
    UserGroup(id="S0APPROVER", handle="approvers", users=(people.PAVEL.id, people.PETRA.id)),
)


@dataclass
class Directory:
    """The changing lists of people, channels and groups, by id."""

    users: dict[str, User] = field(default_factory=lambda: {user.id: user for user in people.CAST})
    channels: dict[str, Channel] = field(default_factory=lambda: {channel.id: channel for channel in CHANNELS})
    groups: dict[str, UserGroup] = field(default_factory=lambda: {group.id: group for group in GROUPS})

    def user(self, wanted: User | str) -> User:
        """A person by value, id or name; refuses with `user_not_found`."""
        key = wanted.id if isinstance(wanted, User) else wanted
        for user in self.users.values():
            if key in (user.id, user.name):
                return user
        raise SlackError("user_not_found")

    def channel(self, wanted: Channel | str) -> Channel:
        """A channel by value, id or name (with or without #) in its present state; refuses with `channel_not_found`."""
        key = wanted.id if isinstance(wanted, Channel) else wanted.removeprefix("#")
        for channel in self.channels.values():
            if key == channel.id or (channel.name and key == channel.name):
                return channel
        raise SlackError("channel_not_found")

    def im_with(self, user: User) -> Channel:
        """The direct messages between the bot and `user`, opened on first use."""
        channel = Channel(
            id=f"D{user.id[1:]}",
            name="",
            members=frozenset({user.id, people.BOT_USER}),
            im_user=user.id,
            is_private=True,
        )
        return self.channels.setdefault(channel.id, channel)

    def change(self, channel: Channel, *, is_archived: bool | None = None, members: Iterable[str] | None = None) -> None:
        """Archive or revive a channel, or give it another set of members."""
        now = self.channel(channel)
        self.channels[channel.id] = replace(
            now,
            is_archived=now.is_archived if is_archived is None else is_archived,
            members=now.members if members is None else frozenset(members),
        )
