"""Who needs a second factor and how long what is kept. What weakens or deletes needs a second person."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from bihuan.accounts.actions.reasons import keep_reason
from bihuan.accounts.actions.record import record
from bihuan.accounts.events import PolicyAgreed, PolicyAsked, PolicyRejected, PolicySet
from bihuan.accounts.models.policy import Policy, PolicyState
from bihuan.accounts.permissions import AccountPermission, require
from bihuan.accounts.queries import policies as read
from bihuan.engine.errors import Invalid, NotAllowed, NotFound, Refusal
from bihuan.journal.actor import Actor
from bihuan.journal.subject import Subject


def set_second_factor(
    *, role: str, compulsory: bool, since_at: datetime | None, why: str, actor: Actor, at: datetime
) -> Policy:
    """Say that people with a role need a second factor from a day on, or that they need none.

    Asking for it holds at once or from its day; letting go of it waits for a second administrator. Raises
    NotAllowed, Invalid (role, day, no reason), Refusal (set by the environment, or nothing would change).
    """
    require(actor, AccountPermission.POLICY_SET)
    if read.by_setting():
        raise Refusal(
            "The setting BIHUAN_MFA_ROLES says which roles need a second factor.",
            code="policy.by_setting",
            remedy="Take it out of the environment and restart; then the room decides.",
        )
    if role not in read.FACTOR_ROLES:
        raise Invalid(field="role", remedy="Choose a role of the list.")
    start = _start(since_at, at)
    if start == at and (role in read.factor_roles(at)) == compulsory:
        raise _same()
    return _set(read.SECOND_FACTOR, role, int(compulsory), start, why, not compulsory, actor, at)


def set_retention(*, code: str, days: int, why: str, actor: Actor, at: datetime) -> Policy:
    """Ask that something is kept for so many days; it holds when a second administrator agrees.

    Raises NotAllowed, Invalid (unknown, no reason), Refusal (outside the bounds, or nothing would change).
    """
    require(actor, AccountPermission.POLICY_SET)
    keeping = read.KEEPINGS.get(code)
    if keeping is None:
        raise Invalid(field="code", remedy="Choose one of the list.")
    if not keeping.least <= days <= keeping.most:
        raise Refusal(
            "This is kept for {least} to {most} days.",
            code="policy.bounds",
            clause=keeping.clause,
            least=keeping.least,
            most=keeping.most,
            remedy="Give a number of days within these bounds.",
        )
    if read.kept_for(code, at=at).days == days:
        raise _same()
    return _set(read.RETENTION, code, days, at, why, True, actor, at)


def agree_policy(*, policy_id: UUID, actor: Actor, at: datetime) -> Policy:
    """The second person agrees: it holds from now, or from its day. Raises NotAllowed, NotFound, Refusal."""
    return _decide(policy_id, PolicyState.AGREED, "", actor, at)


def reject_policy(*, policy_id: UUID, why: str, actor: Actor, at: datetime) -> Policy:
    """The second person does not agree; or who asked takes it back. Everything stays as it is."""
    return _decide(policy_id, PolicyState.REJECTED, why, actor, at)


def _set(
    kind: str, key: str, value: int, since_at: datetime, why: str, second: bool, actor: Actor, at: datetime
) -> Policy:
    with transaction.atomic():
        subject = Subject.named("policy", f"{kind}.{key}")
        waiting = Policy.objects.select_for_update().filter(kind=kind, key=key, state=PolicyState.ASKED)
        if waiting.exists():
            raise Refusal(
                "A change of this waits for a second person already.",
                code="policy.waiting",
                remedy="Have it agreed to or rejected first.",
            )
        reason = keep_reason(why, subject=subject, actor=actor, at=at, needed=True)
        if reason is None:
            raise LookupError("a reason that is needed was not kept")
        row = Policy.objects.create(
            kind=kind,
            key=key,
            value=value,
            since_at=since_at,
            reason_id=reason,
            made_by=actor.id,
            made_at=at,
            state=PolicyState.ASKED if second else PolicyState.AGREED,
        )
        said = PolicyAsked if second else PolicySet
        event = said(policy_id=row.id, policy=kind, key=key, value=value, since_at=since_at, reason_id=reason)
        record(subject, event, actor=actor, at=at)
    transaction.on_commit(read.forget_policies)
    read.forget_policies()
    return row


def _decide(policy_id: UUID, state: PolicyState, why: str, actor: Actor, at: datetime) -> Policy:
    require(actor, AccountPermission.POLICY_SET)
    with transaction.atomic():
        row = Policy.objects.select_for_update().filter(id=policy_id).first()
        if row is None:
            raise NotFound(kind="policy", id=str(policy_id))
        if row.state != PolicyState.ASKED:
            raise Refusal("This is {state}.", code="policy.decided", state=str(row.state))
        if row.made_by == actor.id:
            raise NotAllowed(
                "Another person decides on this.",
                permission=str(AccountPermission.POLICY_SET),
                remedy="Ask another administrator.",
            )
        subject = Subject.named("policy", f"{row.kind}.{row.key}")
        row.state, row.decided_by, row.decided_at = state, actor.id, at
        row.since_at = max(row.since_at, at)
        row.save(update_fields=["state", "decided_by", "decided_at", "since_at"])
        if state == PolicyState.AGREED:
            record(subject, PolicyAgreed(policy_id=row.id, since_at=row.since_at), actor=actor, at=at)
        else:
            words = keep_reason(why, subject=subject, actor=actor, at=at, needed=True)
            record(subject, PolicyRejected(policy_id=row.id, reason_id=words), actor=actor, at=at)
    transaction.on_commit(read.forget_policies)
    read.forget_policies()
    return row


def _start(since_at: datetime | None, at: datetime) -> datetime:
    if since_at is not None and since_at < at:
        raise Invalid(
            "The day lies in the past.", field="since_at", remedy="Choose a day ahead, or none for at once."
        )
    return since_at or at


def _same() -> Refusal:
    return Refusal(
        "Nothing would change.", code="policy.same", remedy="Choose something else than what holds."
    )
