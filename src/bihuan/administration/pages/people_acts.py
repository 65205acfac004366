"""What can be done about a person: the account, and the work. Each line is one action of its module."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import gettext_noop as _

from bihuan.accounts import actions as accounts
from bihuan.accounts import queries as accounts_queries
from bihuan.accounts.permissions import AccountPermission as A
from bihuan.accounts.permissions import Role
from bihuan.accounts.queries import PersonalField
from bihuan.administration import forms
from bihuan.administration.acts import Act
from bihuan.administration.pages import site
from bihuan.journal.actor import PROGRAM
from bihuan.journal.time import now
from bihuan.workforce import actions as work
from bihuan.workforce import queries as work_queries
from bihuan.workforce.permissions import WorkPermission as W

GONE: Final = ("left", "erased")


def _here(who: Any) -> bool:
    return who.state not in GONE


def _state(*states: str) -> Any:
    return lambda who: who.state in states


def _roles(who: Any) -> list[str]:
    """Roles that the person has, or will have."""
    at = now()
    grants = accounts_queries.grants_of(PROGRAM, who.id)
    return sorted({g.role for g in grants if g.until_at is None or g.until_at > at})


def _set_contact(actor: Any, at: Any, who: Any, given: Mapping[str, Any]) -> None:
    fields = {PersonalField.EMAIL: given["email"], PersonalField.PHONE: given["phone"]}
    values = {field: value for field, value in fields.items() if value}
    accounts.set_contact(person_id=who.id, values=values, actor=actor, at=at)


def _leave(actor: Any, at: Any, who: Any, given: Mapping[str, Any]) -> None:
    """The account ends, and the work where there is one: open cases go to others."""
    worker = work_queries.worker(who.id)
    if worker is not None and worker.left_at is None:
        work.leave(person_id=who.id, reason=given["reason"], why=given["why"], actor=actor, at=at)
    accounts.leave(person_id=who.id, actor=actor, at=at, why=given["why"])


def _acts(*acts: Act) -> Mapping[str, Act]:
    return {act.name: act for act in acts}


ACCOUNT: Final = _acts(
    Act(
        name="grant", label=_("Give a role"), icon="plus", form=forms.Grant, permission=A.ROLE_GRANT,
        fits=_here, given=lambda who: {"kind": who.kind},
        done=_("The role is given; the sessions of the person ended."),
        hint=_("It holds from one instant until the other; sessions end, so that it is seen at once."),
        run=lambda actor, at, who, g: accounts.grant_role(
            person_id=who.id, role=Role(g["role"]), from_at=g["from_at"], until_at=g["until_at"],
            why=g["why"], actor=actor, at=at,
        ),
    ),
    Act(
        name="revoke", label=_("Take a role"), icon="minus", form=forms.HeldRole, permission=A.ROLE_GRANT,
        fits=lambda who: bool(_roles(who)), given=lambda who: {"roles": _roles(who)},
        done=_("The role is taken away."), danger=True,
        run=lambda actor, at, who, g: accounts.revoke_role(
            person_id=who.id, role=Role(g["role"]), why=g["why"], actor=actor, at=at
        ),
    ),
    Act(
        name="team", label=_("Other team"), icon="users-group", form=forms.Team, permission=A.PERSON_MANAGE,
        fits=lambda who: who.kind == "staff" and _here(who), given=lambda who: {"teams": site.team_choices()},
        initial=lambda who: {"team": str(who.team_id or "")}, done=_("The team is changed."),
        run=lambda actor, at, who, g: accounts.move(
            person_id=who.id, team_id=site.uuid_of(g["team"]), why=g["why"], actor=actor, at=at
        ),
    ),
    Act(
        name="label", label=_("Working name"), icon="tag", form=forms.Label, permission=A.PERSON_MANAGE,
        fits=_here, initial=lambda who: {"label": who.label}, done=_("The working name is changed."),
        run=lambda actor, at, who, g: accounts.relabel(
            person_id=who.id, label=g["label"], why=g["why"], actor=actor, at=at
        ),
    ),
    Act(
        name="contact", label=_("Mail and telephone"), icon="mail", form=forms.Contact, fits=_here,
        permission=A.PERSON_MANAGE, done=_("Kept in the vault."), run=_set_contact,
        hint=_("What is entered takes the place of what is kept; what stays empty stays as it is."),
    ),
    Act(
        name="lock", label=_("Deactivate"), icon="lock", form=forms.Lock, permission=A.PERSON_MANAGE,
        fits=_state("active", "invited"), danger=True, done=_("The account is closed; its sessions ended."),
        hint=_("The person cannot sign in until you unlock the account; roles and history stay."),
        run=lambda actor, at, who, g: accounts.lock(
            person_id=who.id, reason=g["reason"], why=g["why"], actor=actor, at=at
        ),
    ),
    Act(
        name="unlock", label=_("Unlock"), icon="lock-open", form=forms.WhyNeeded, permission=A.PERSON_MANAGE,
        fits=_state("locked"), done=_("The person can sign in again."),
        run=lambda actor, at, who, g: accounts.unlock(person_id=who.id, why=g["why"], actor=actor, at=at),
    ),
    Act(
        name="lockout", label=_("End the lock-out"), icon="key", form=forms.WhyNeeded,
        permission=A.PERSON_MANAGE,
        fits=lambda who: bool(accounts_queries.locked_out([str(who.username)], at=now())),
        done=_("The person can try the password again."),
        hint=_("After several wrong passwords the door is closed for a quarter of an hour."),
        run=lambda actor, at, who, g: accounts.clear_lockout(
            person_id=who.id, why=g["why"], actor=actor, at=at
        ),
    ),
    Act(
        name="factor", label=_("Reset the second factor"), icon="shield-lock", form=forms.WhyNeeded,
        permission=A.PERSON_MANAGE, danger=True, done=_("The second factor is gone; the sessions ended."),
        fits=lambda who: who.id in accounts_queries.factors_of([who.id]),
        hint=_("Make sure by another way that it is the person who asks. It is recorded with your reason."),
        run=lambda actor, at, who, g: accounts.reset_second_factor(
            person_id=who.id, why=g["why"], actor=actor, at=at
        ),
    ),
    Act(
        name="leave", label=_("Leaves"), icon="logout", form=forms.Leaving, permission=A.PERSON_MANAGE,
        fits=_here, danger=True, clause="ISH-2.1", done=_("The person has left; open cases go to others."),
        hint=_("For good: roles end, the password is destroyed, open cases go to others. History stays."),
        run=_leave,
    ),
)  # fmt: skip


def _now(*names: str) -> Any:
    """The present values of a worker, for a form."""
    return lambda thing: {name: getattr(_both(thing)[1], name) for name in names}


def _hired(thing: Any) -> bool:
    _who, worker = _both(thing)
    return worker is not None and worker.left_at is None


def _both(thing: Any) -> tuple[Any, Any]:
    """The person and the worker, whether a page has looked it up already or not."""
    return thing if isinstance(thing, tuple) else (thing, work_queries.worker(thing.id))


WORK: Final = _acts(
    Act(
        name="hire", label=_("Begins to work here"), icon="briefcase", form=forms.Hire, permission=W.MANAGE,
        fits=lambda thing: _both(thing)[1] is None and _both(thing)[0].state not in GONE, clause="PCN-2.2.1",
        done=_("Registered as working here."),
        run=lambda actor, at, who, g: work.hire(person_id=who.id, actor=actor, at=at, **g),
    ),
    Act(
        name="education", label=_("Education"), icon="book", form=forms.Education, permission=W.MANAGE,
        fits=_hired, clause="PCN-2.2.1", done=_("The education is registered."),
        initial=_now("education"),
        run=lambda actor, at, who, g: work.set_education(person_id=who.id, actor=actor, at=at, **g),
    ),
    Act(
        name="skills", label=_("Skills"), icon="star", form=forms.Skills, permission=W.MANAGE, fits=_hired,
        done=_("The skills are registered."), hint=_("Cases of these types are assigned to the person."),
        initial=_now("skills"),
        run=lambda actor, at, who, g: work.set_skills(person_id=who.id, actor=actor, at=at, **g),
    ),
    Act(
        name="capacity", label=_("Open cases at most"), icon="adjustments", form=forms.Capacity,
        permission=W.MANAGE, fits=_hired, done=_("The capacity is set."),
        initial=_now("capacity", "round_the_clock"),
        run=lambda actor, at, who, g: work.set_capacity(person_id=who.id, actor=actor, at=at, **g),
    ),
    Act(
        name="certify", label=_("Issue a certificate"), icon="id-badge", form=forms.Certify,
        permission=W.CERTIFY, fits=_hired, clause="PCN-2.2.1", done=_("The certificate is issued."),
        hint=_("Person and managers are told 30 and 7 days before its end; without one no work is assigned."),
        run=lambda actor, at, who, g: work.issue_certificate(person_id=who.id, actor=actor, at=at, **g),
    ),
    Act(
        name="uncertify", label=_("Revoke the certificate"), icon="ban", form=forms.Revocation,
        permission=W.CERTIFY, danger=True, clause="PCN-2.2.1", done=_("The certificate is revoked."),
        fits=lambda thing: _hired(thing) and any(
            c.revoked_at is None and c.until_at > now()
            for c in work_queries.certificates(_both(thing)[0].id)
        ),
        run=lambda actor, at, who, g: work.revoke_certificate(person_id=who.id, actor=actor, at=at, **g),
    ),
    Act(
        name="shift", label=_("Plan a shift"), icon="clock", form=forms.Shift, permission=W.MANAGE,
        fits=_hired, clause="ISH-2.1", done=_("The shift is planned."),
        run=lambda actor, at, who, g: work.plan_shift(person_id=who.id, actor=actor, at=at, **g),
    ),
    Act(
        name="absence", label=_("Record an absence"), icon="user-x", form=forms.Absence, permission=W.MANAGE,
        fits=_hired, clause="ISH-2.1", done=_("The absence is recorded; open cases go to others."),
        hint=_("Open cases of the person are handed to others at once."),
        run=lambda actor, at, who, g: work.record_absence(person_id=who.id, actor=actor, at=at, **g),
    ),
)  # fmt: skip
