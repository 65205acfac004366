"""Every write of the module, one verb each."""

from bihuan.accounts.actions.codes import Issued, purge_codes, register_code_sender, request_code, verify_code
from bihuan.accounts.actions.consumers import (
    ConsumerFacts,
    Ensured,
    end_representation,
    ensure_consumer,
    ensure_consumers,
    represent,
)
from bihuan.accounts.actions.entry import enter_by_token, purge_nonces, use_once
from bihuan.accounts.actions.erasure import (
    Retention,
    erase_person,
    list_erasures,
    register_retention,
    replay_erasures,
    restrict_person,
    retentions,
)
from bihuan.accounts.actions.helping import clear_lockout, relabel, reset_second_factor, set_contact
from bihuan.accounts.actions.invitations import Invited, accept_invitation, invite
from bihuan.accounts.actions.keys import (
    CreatedKey,
    create_api_key,
    create_token_issuer,
    revoke_api_key,
    revoke_token_issuer,
)
from bihuan.accounts.actions.organisations import (
    close_organisation,
    create_organisation,
    create_team,
    reopen_organisation,
)
from bihuan.accounts.actions.people import (
    NewPerson,
    change_password,
    create_person,
    leave,
    lock,
    move,
    note_second_factor,
    note_sign_in,
    set_language,
    unlock,
)
from bihuan.accounts.actions.policies import agree_policy, reject_policy, set_retention, set_second_factor
from bihuan.accounts.actions.reasons import keep_reason
from bihuan.accounts.actions.roles import GRANTABLE, grant_role, revoke_role
from bihuan.accounts.actions.texts import NewText, TextRef, keep_text, keep_texts, redact_text
from bihuan.accounts.actions.vault import Revealed, find_by_last_four, find_by_phone, reveal, seal_own, store

__all__ = [
    "GRANTABLE",
    "ConsumerFacts",
    "CreatedKey",
    "Ensured",
    "Invited",
    "Issued",
    "NewPerson",
    "NewText",
    "Retention",
    "Revealed",
    "TextRef",
    "accept_invitation",
    "agree_policy",
    "change_password",
    "clear_lockout",
    "close_organisation",
    "create_api_key",
    "create_organisation",
    "create_person",
    "create_team",
    "create_token_issuer",
    "end_representation",
    "ensure_consumer",
    "ensure_consumers",
    "enter_by_token",
    "erase_person",
    "find_by_last_four",
    "find_by_phone",
    "grant_role",
    "invite",
    "keep_reason",
    "keep_text",
    "keep_texts",
    "leave",
    "list_erasures",
    "lock",
    "move",
    "note_second_factor",
    "note_sign_in",
    "purge_codes",
    "purge_nonces",
    "redact_text",
    "register_code_sender",
    "register_retention",
    "reject_policy",
    "relabel",
    "reopen_organisation",
    "replay_erasures",
    "represent",
    "request_code",
    "reset_second_factor",
    "restrict_person",
    "retentions",
    "reveal",
    "revoke_api_key",
    "revoke_role",
    "revoke_token_issuer",
    "seal_own",
    "set_contact",
    "set_language",
    "set_retention",
    "set_second_factor",
    "store",
    "unlock",
    "use_once",
    "verify_code",
]
