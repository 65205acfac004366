"""Keys of programs outside, and the signers of entry tokens."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from bihuan.accounts.actions.reasons import keep_why
from bihuan.accounts.actions.record import record
from bihuan.accounts.events import IssuerCreated, IssuerRevoked, KeyCreated, KeyRevoked
from bihuan.accounts.models import ApiKey, Organisation, TokenIssuer
from bihuan.accounts.models.people import OrganisationState
from bihuan.accounts.permissions import AccountPermission, require
from bihuan.accounts.vault.crypto import program_key, seal
from bihuan.engine.errors import Invalid, NotFound, Refusal
from bihuan.journal.actor import Actor
from bihuan.journal.subject import Subject

SCOPE = re.compile(r"[a-z_]{2,30}:[a-z_*]{1,29}\Z")
ISSUER_KEY = "token issuer"
_NAME = re.compile(r"[\w .\-]{1,60}\Z")


@dataclass(frozen=True, slots=True)
class CreatedKey:
    """``secret`` is shown this once."""

    id: UUID
    secret: str


@transaction.atomic
def create_api_key(
    *,
    name: str,
    scopes: Sequence[str],
    actor: Actor,
    at: datetime,
    organisation_id: UUID | None = None,
    until_at: datetime | None = None,
    rate: int = 600,
    why: str = "",
) -> CreatedKey:
    """A key for the API; ``rate`` is requests a minute over all processes."""
    require(actor, AccountPermission.KEY_MANAGE)
    if not _NAME.match(name):
        raise Invalid(field="name", remedy="Use up to 60 letters, digits, blanks, . _ -.")
    if not scopes or not all(SCOPE.match(scope) for scope in scopes):
        raise Invalid("A scope looks like case:read or case:*; at least one is needed.", field="scopes")
    if rate < 1 or (until_at is not None and until_at <= at):
        raise Invalid("The rate is at least 1 and the end lies ahead.", field="rate")
    if organisation_id is not None:
        _active_organisation(organisation_id)
    prefix, secret = secrets.token_hex(4), secrets.token_urlsafe(32)
    made = ApiKey.objects.create(
        name=name,
        prefix=prefix,
        digest=hashlib.sha256(secret.encode()).digest(),
        scopes=sorted(set(scopes)),
        organisation_id=organisation_id,
        rate=rate,
        created_at=at,
        until_at=until_at,
    )
    # the journal's codes have no star
    said = sorted({scope.replace("*", "any") for scope in scopes})
    subject = Subject("key", made.id)
    created = KeyCreated(
        scopes=said,
        organisation_id=organisation_id,
        until_at=until_at,
        rate=rate,
        reason_id=keep_why(why, subject=subject, actor=actor, at=at),
    )
    record(subject, created, actor=actor, at=at)
    return CreatedKey(made.id, f"bh_{prefix}_{secret}")


@transaction.atomic
def revoke_api_key(*, key_id: UUID, actor: Actor, at: datetime, why: str = "") -> None:
    """The key dies with its next request."""
    require(actor, AccountPermission.KEY_MANAGE)
    if not ApiKey.objects.filter(id=key_id, revoked_at=None).update(revoked_at=at):
        raise NotFound(kind="key", id=key_id)
    subject = Subject("key", key_id)
    words = keep_why(why, subject=subject, actor=actor, at=at)
    record(subject, KeyRevoked(reason_id=words), actor=actor, at=at)


@transaction.atomic
def create_token_issuer(*, name: str, algorithm: str, key: bytes, actor: Actor, at: datetime) -> TokenIssuer:
    """A marketplace that may sign entry tokens, under its ``iss``.

    ``key``: for HS256 the shared secret of at least 32 bytes, kept sealed; for EdDSA the Ed25519 public
    key, 32 bytes.
    """
    require(actor, AccountPermission.KEY_MANAGE)
    if algorithm not in ("HS256", "EdDSA") or not _NAME.match(name):
        raise Invalid(
            "The algorithm is HS256 or EdDSA and the name has up to 60 characters.", field="algorithm"
        )
    if len(key) < 32 or (algorithm == "EdDSA" and len(key) != 32):
        raise Invalid("The key has at least 32 bytes, for EdDSA exactly 32.", field="key")
    kept = seal(program_key(ISSUER_KEY), key, f"issuer key|{name}") if algorithm == "HS256" else key
    made = TokenIssuer(name=name, algorithm=algorithm, key=kept, created_at=at)
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError as error:
        raise Refusal("There is a signer {name} already.", code="accounts.issuer", name=name) from error
    record(Subject("issuer", made.id), IssuerCreated(algorithm=algorithm), actor=actor, at=at)
    return made


@transaction.atomic
def revoke_token_issuer(*, issuer_id: UUID, actor: Actor, at: datetime) -> None:
    """Its tokens are refused from now on."""
    require(actor, AccountPermission.KEY_MANAGE)
    if not TokenIssuer.objects.filter(id=issuer_id, revoked_at=None).update(revoked_at=at):
        raise NotFound(kind="issuer", id=issuer_id)
    record(Subject("issuer", issuer_id), IssuerRevoked(), actor=actor, at=at)


def _active_organisation(organisation_id: UUID) -> None:
    if not Organisation.objects.filter(id=organisation_id, state=OrganisationState.ACTIVE).exists():
        raise NotFound(kind="organisation", id=organisation_id)
