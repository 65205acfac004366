"""Who needs a second factor, single sign-on, how long what is kept: shown, and set with a reason."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_safe

from bihuan.accounts import actions as accounts
from bihuan.accounts import queries as accounts_queries
from bihuan.accounts.doors import page_permission, signed_in
from bihuan.accounts.permissions import AccountPermission as A
from bihuan.accounts.permissions import allows
from bihuan.administration import forms, queries
from bihuan.administration.acts import Act, act_named, perform
from bihuan.administration.labels import word
from bihuan.administration.pages import site
from bihuan.administration.permissions import RoomPermission as P
from bihuan.engine.errors import NotFound
from bihuan.journal.actor import Actor
from bihuan.journal.time import now

FACTOR: Final = Act(
    name="factor",
    label=gettext_noop("Second factor"),
    icon="shield-lock",
    form=forms.SecondFactor,
    permission=A.POLICY_SET,
    done=gettext_noop("Set, or waiting for a second administrator."),
    hint=gettext_noop(
        "Asking for it holds from the day you give. Letting go of it waits for a second administrator."
    ),
    initial=lambda rule: {"compulsory": "0" if rule.compulsory else "1"},
    run=lambda actor, at, rule, g: accounts.set_second_factor(
        role=rule.role,
        compulsory=g["compulsory"] == "1",
        since_at=g["since"],
        why=g["why"],
        actor=actor,
        at=at,
    ),
)
KEPT: Final = Act(
    name="kept",
    label=gettext_noop("Keep for"),
    icon="clock",
    form=forms.Keeping,
    permission=A.POLICY_SET,
    done=gettext_noop("Asked; it holds when a second administrator agrees."),
    hint=gettext_noop("What is kept shorter is gone with the next round. A second administrator agrees."),
    given=lambda rule: {"least": rule.keeping.least, "most": rule.keeping.most},
    initial=lambda rule: {"days": rule.days},
    run=lambda actor, at, rule, g: accounts.set_retention(
        code=rule.keeping.code, days=g["days"], why=g["why"], actor=actor, at=at
    ),
)
DECIDE: Final[Mapping[str, Act]] = {
    "agree": Act(
        name="agree",
        label=gettext_noop("Agree"),
        icon="circle-check",
        form=forms.RoomForm,
        permission=A.POLICY_SET,
        done=gettext_noop("Agreed; it holds from now, or from its day."),
        run=lambda actor, at, row, _g: accounts.agree_policy(policy_id=row.id, actor=actor, at=at),
    ),
    "reject": Act(
        name="reject",
        label=gettext_noop("Reject"),
        icon="ban",
        form=forms.WhyNeeded,
        permission=A.POLICY_SET,
        danger=True,
        done=gettext_noop("Rejected; everything stays as it is."),
        run=lambda actor, at, row, g: accounts.reject_policy(
            policy_id=row.id, why=g["why"], actor=actor, at=at
        ),
    ),
}


@page_permission(P.SYSTEM)
@require_safe
def policy(request: HttpRequest) -> HttpResponse:
    """Sign-in and retention as they are set, what comes, and what waits for a second person."""
    actor, at = signed_in(request), now()
    roles = sorted(accounts_queries.factor_roles(at))
    number, without = accounts_queries.second_factor_standing(roles, at=at)
    history = accounts_queries.policy_history(actor)
    context = {
        "tabs": site.tabs(actor, "policy"),
        "factors": accounts_queries.factor_rules(actor, at=at),
        "keepings": accounts_queries.keeping_rules(actor, at=at),
        "history": history,
        "reasons": accounts_queries.bodies([row.reason_id for row in history]),
        "people": site.names({p for row in history for p in (row.made_by, row.decided_by) if p}),
        "may_set": allows(actor, A.POLICY_SET),
        "number": number,
        "without": without,
        "names": site.names(without[:50]),
        "by_setting": accounts_queries.by_setting(),
        "single": getattr(settings, "SINGLE_SIGN_ON", None),
        "limit": settings.AXES_FAILURE_LIMIT,
        "minutes": int(settings.AXES_COOLOFF_TIME * 60),
        "kept": queries.retention(actor),
        "me": actor.id,
        "now": at,
    }
    return render(request, "administration/policy.html", context)


@page_permission(A.POLICY_SET)
def factor(request: HttpRequest, role: str) -> HttpResponse:
    """A role: whether its people need a second factor, and from when on."""
    actor, at = signed_in(request), now()
    rules = {rule.role: rule for rule in accounts_queries.factor_rules(actor, at=at)}
    return _asked(request, actor, FACTOR, _one(rules, role), word("role", role))


@page_permission(A.POLICY_SET)
def kept(request: HttpRequest, code: str) -> HttpResponse:
    """Something that goes by time: for how many days it is kept."""
    actor, at = signed_in(request), now()
    rules = {rule.keeping.code: rule for rule in accounts_queries.keeping_rules(actor, at=at)}
    return _asked(request, actor, KEPT, _one(rules, code), word("kept", code))


@page_permission(A.POLICY_SET)
def decide(request: HttpRequest, policy_id: UUID, name: str) -> HttpResponse:
    """The second person agrees or does not."""
    actor = signed_in(request)
    row = accounts_queries.policy(policy_id)
    if row is None:
        raise NotFound(kind="policy", id=str(policy_id))
    title = word("role" if row.kind == "second_factor" else "kept", row.key)
    return _asked(request, actor, act_named(DECIDE, name), row, title)


def _asked(request: HttpRequest, actor: Actor, act: Act, thing: Any, title: str) -> HttpResponse:
    back = reverse("administration:policy")
    return perform(request, act, thing, title=title, back=back, tabs=site.tabs(actor, "policy"))


def _one(rules: Mapping[str, Any], code: str) -> Any:
    if code not in rules:
        raise NotFound(kind="policy", id=code[:40])
    return rules[code]
