"""A consumer comes with a token that the marketplace signed."""

from __future__ import annotations

import hashlib
import logging
from datetime import datetime

from django.conf import settings
from django.db import connection, transaction

from bihuan.accounts.actions.consumers import ConsumerFacts, ensure_consumer
from bihuan.accounts.actions.keys import ISSUER_KEY
from bihuan.accounts.errors import SignInFailed
from bihuan.accounts.models import Person, TokenIssuer, UsedNonce
from bihuan.accounts.queries.people import person_by_id
from bihuan.accounts.tokens import BadToken, EntryToken, SignerKey, read_token
from bihuan.accounts.vault.crypto import program_key, unseal
from bihuan.engine.errors import Invalid
from bihuan.journal.actor import PROGRAM

_USE = "INSERT INTO accounts_usednonce (digest, until_at) VALUES (%s, %s) ON CONFLICT DO NOTHING"
log = logging.getLogger(__name__)


@transaction.atomic
def enter_by_token(*, token: str, at: datetime) -> Person:
    """The consumer whom the marketplace sent, made at the first visit; a token is good once.

    Raises SignInFailed, whatever was wrong; the log says what.
    """
    try:
        entry = read_token(token, key_of=_key_of, audience=settings.PUBLIC_URL, at=at)
        if not use_once(f"token|{entry.issuer}|{entry.token_id}", until_at=entry.until_at):
            raise BadToken("replay")
        facts = _facts(entry)
        person = person_by_id(ensure_consumer(facts=facts, actor=PROGRAM, at=at).person_id)
    except (BadToken, Invalid) as error:
        log.warning("entry token refused: %s", error if isinstance(error, BadToken) else error.error_code)
        raise SignInFailed from error
    if not person.is_active:
        raise SignInFailed
    return person


def use_once(what: str, *, until_at: datetime) -> bool:
    """Whether this is the first use; ``what`` is kept as a digest until it would have expired anyway."""
    digest = hashlib.sha256(what.encode()).digest()
    with connection.cursor() as cursor:
        cursor.execute(_USE, [digest, until_at])
        return cursor.rowcount == 1


def purge_nonces(*, at: datetime) -> int:
    """Forget what could not be used any more."""
    return UsedNonce.objects.filter(until_at__lt=at).delete()[0]


def _key_of(issuer: str) -> SignerKey | None:
    row = TokenIssuer.objects.filter(name=issuer, revoked_at=None).first()
    if row is None:
        return None
    key = bytes(row.key)
    if row.algorithm == "HS256":
        key = unseal(program_key(ISSUER_KEY), key, f"issuer key|{row.name}")
    return SignerKey(row.algorithm, key)


def _facts(entry: EntryToken) -> ConsumerFacts:
    return ConsumerFacts(
        # one marketplace must not reach the people of another
        external_ref=f"{entry.issuer}:{entry.subject}",
        phone=entry.phone,
        name=entry.name,
        language="en" if (entry.language or "").lower().startswith("en") else "zh-hans",
        phone_proven=entry.phone_verified,
    )
