"""The people of the emulated workspace, and the `users.info` payload that each of them has."""

from dataclasses import dataclass

from playground.slack.errors import Payload

HOME_TEAM = "T0DAPRHOME"
PARTNER_TEAM = "T0PARTNERS"
APP = "A0DAPRWARD"
BOT_ID = "B0DAPRWARD"
BOT_USER = "U0DAPRWARD"


@dataclass(frozen=True, kw_only=True)
class User:
    """One member of the home workspace, or a stranger of another team seen through a shared channel."""

    id: str
    name: str
    real_name: str
    team_id: str = HOME_TEAM
    is_admin: bool = False
    is_owner: bool = False
    is_restricted: bool = False
    is_ultra_restricted: bool = False
    is_bot: bool = False
    is_stranger: bool = False
    deleted: bool = False
    tz: str = "Europe/Berlin"
    tz_offset: int = 3600

    def payload(self, *, with_email: bool) -> Payload:
        """The `user` object of users.info; Slack leaves out more for deactivated people and strangers."""
        common: Payload = {
            "id": self.id,
            "team_id": self.team_id,
            "name": self.name,
            "deleted": self.deleted,
            "is_bot": self.is_bot,
            "is_app_user": False,
            "updated": 1_763_000_000,
            "profile": self._profile(with_email=with_email),
        }
        if self.deleted:
            return common
        common |= {
            "color": "9f69e7",
            "real_name": self.real_name,
            "tz": self.tz,
            "tz_label": "Central European Time",
            "tz_offset": self.tz_offset,
            "who_can_share_contact_card": "EVERYONE",
            "is_email_confirmed": True,
            "is_restricted": self.is_restricted,
            "is_ultra_restricted": self.is_ultra_restricted,
        }
        if self.is_stranger:
            return common | {"is_stranger": True}
        return common | {"is_admin": self.is_admin, "is_owner": self.is_owner, "is_primary_owner": self.is_owner}

    def _profile(self, *, with_email: bool) -> Payload:
        profile: Payload = {
            "real_name": self.real_name,
            "real_name_normalized": self.real_name,
            "display_name": self.name,
            "display_name_normalized": self.name,
            "first_name": self.real_name.split()[0],
            "last_name": self.real_name.split()[-1],
            "title": "",
            "phone": "",
            "status_text": "",
            "status_emoji": "",
            "status_expiration": 0,
            "avatar_hash": f"g{self.id.lower()}",
            "team": self.team_id,
        }
        if self.is_bot:
            profile |= {"api_app_id": APP if self.id == BOT_USER else "A0DEPLOYER", "always_active": True}
            profile |= {"bot_id": BOT_ID if self.id == BOT_USER else "B0DEPLOYER"}
        elif with_email and not self.is_stranger:
            profile["email"] = f"{self.name}@home.example"
        return profile


ADA = User(id="U0ADAADMIN", name="ada", real_name="Ada Admin", is_admin=True, is_owner=True)
OLGA = User(id="U0OLGAOPER", name="olga", real_name="Olga Operator")
OSCAR = User(id="U0OSCAROPE", name="oscar", real_name="Oscar Operator", tz="Asia/Tokyo", tz_offset=32400)
PAVEL = User(id="U0PAVELAPP", name="pavel", real_name="Pavel Approver")
PETRA = User(id="U0PETRAAPP", name="petra", real_name="Petra Approver")
MIA = User(id="U0MIAMEMBE", name="mia", real_name="Mia Member")
GUS = User(id="U0GUSGUEST", name="gus", real_name="Gus Guest", is_restricted=True)
UMA = User(id="U0UMAULTRA", name="uma", real_name="Uma Ultra", is_restricted=True, is_ultra_restricted=True)
DORA = User(id="U0DORADEAC", name="dora", real_name="Dora Deactivated", deleted=True)
DEPLOYER = User(id="U0DEPLOYER", name="deployer", real_name="Deploy Bot", is_bot=True)
SAM = User(id="U0SAMSTRAN", name="sam", real_name="Sam Stranger", team_id=PARTNER_TEAM, is_stranger=True)
WARDEN = User(id=BOT_USER, name="dapr-warden", real_name="Dapr Warden", is_bot=True)

CAST = (ADA, OLGA, OSCAR, PAVEL, PETRA, MIA, GUS, UMA, DORA, DEPLOYER, SAM, WARDEN)
