"""Tables of the module. Nobody outside reads them; see ``queries`` and ``actions``."""

from bihuan.accounts.models.access import ApiKey, ConsumerCode, Invitation, TokenIssuer, UsedNonce
from bihuan.accounts.models.people import Organisation, Person, Representation, RoleGrant, Team
from bihuan.accounts.models.policy import Policy, PolicyState
from bihuan.accounts.models.texts import Text
from bihuan.accounts.models.vault import BlindIndex, Erasure, PersonalData, PersonKey, Reveal

__all__ = [
    "ApiKey",
    "BlindIndex",
    "ConsumerCode",
    "Erasure",
    "Invitation",
    "Organisation",
    "Person",
    "PersonKey",
    "PersonalData",
    "Policy",
    "PolicyState",
    "Representation",
    "Reveal",
    "RoleGrant",
    "Team",
    "Text",
    "TokenIssuer",
    "UsedNonce",
]
