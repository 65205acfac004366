"""Forms of the room: plain fields with the classes of the pages, a reason at the end of each."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bihuan.accounts.actions import GRANTABLE
from bihuan.accounts.models.people import Department, OrganisationKind
from bihuan.accounts.permissions import Role
from bihuan.administration.labels import choices
from bihuan.journal.actor import ActorKind

_CLASSES = (
    (forms.Select, "form-select"),
    (forms.CheckboxInput, "form-check-input"),
    (forms.CheckboxSelectMultiple, "form-check-input"),
)
Choices = Callable[[], list[tuple[str, str]]]


class RoomForm(forms.Form):
    """Base: classes of the widgets, and no colon after labels."""

    required_css_class = "required"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            self.dress(field)

    @staticmethod
    def dress(field: forms.Field) -> None:
        """The class of its widget; also for fields that a form adds later."""
        kinds = (css for kind, css in _CLASSES if isinstance(field.widget, kind))
        field.widget.attrs["class"] = next(kinds, "form-control")

    def full_clean(self) -> None:
        """Fields with errors are marked, for the eye and for screen readers."""
        super().full_clean()
        for name in self.errors if self.is_bound else ():
            if name in self.fields:
                attrs = self.fields[name].widget.attrs
                attrs["class"] = f"{attrs.get('class', '')} is-invalid"
                attrs |= {"aria-invalid": "true", "aria-describedby": f"error-{name}"}


class Why(RoomForm):
    """A reason that may be given."""

    why = forms.CharField(
        label=_("Reason"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )
    field_order: Any = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.order_fields([*(name for name in self.fields if name != "why"), "why"])


class WhyNeeded(Why):
    """A reason that must be given."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["why"].required = True


def moment(label: Any, *, required: bool = True) -> forms.DateTimeField:
    """A point in time in China."""
    widget = forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"})
    return forms.DateTimeField(label=label, required=required, widget=widget)


def day(label: Any, *, required: bool = True) -> forms.DateField:
    """A day."""
    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    return forms.DateField(label=label, required=required, widget=widget)


def coded(group: str, label: Any, codes: list[str] | None = None, *, required: bool = True) -> Any:
    """One of a group of codes."""

    def offered() -> list[tuple[str, str]]:
        blank = [] if required else [("", "—")]
        return blank + choices(group, codes)

    return forms.ChoiceField(label=label, required=required, choices=offered)


class Label(Why):
    label = forms.CharField(label=_("Working name"), max_length=40, required=False)


class Contact(RoomForm):
    email = forms.EmailField(label=_("Mail"), required=False)
    phone = forms.CharField(label=_("Telephone"), required=False, max_length=30)


class Team(WhyNeeded):
    team = forms.ChoiceField(label=_("Team"), required=False)

    def __init__(self, *args: Any, teams: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["team"]
        field.choices = [("", "—"), *teams]


class Grant(WhyNeeded):
    role = forms.ChoiceField(label=_("Role"))
    from_at = moment(_("From (empty: now)"), required=False)
    until_at = moment(_("Until (empty: for good)"), required=False)

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        grantable = GRANTABLE[ActorKind(kind)]
        field: Any = self.fields["role"]
        field.choices = choices("role", [str(role) for role in Role if role in grantable])


class HeldRole(WhyNeeded):
    role = forms.ChoiceField(label=_("Role"))

    def __init__(self, *args: Any, roles: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["role"]
        field.choices = choices("role", roles)


class Lock(WhyNeeded):
    reason = coded("lock", _("Ground"))


class Leaving(WhyNeeded):
    reason = coded("leaving", _("Ground"))


class Hire(RoomForm):
    number = forms.CharField(label=_("Employee number"), max_length=24)
    education = coded("education", _("Education"))
    skills = forms.MultipleChoiceField(
        label=_("Skills"), choices=lambda: choices("skill"), widget=forms.CheckboxSelectMultiple
    )
    capacity = forms.IntegerField(label=_("Open cases at most"), min_value=1, max_value=1000, initial=30)
    round_the_clock = forms.BooleanField(label=_("Works without planned shifts"), required=False)


class Education(RoomForm):
    education = coded("education", _("Education"))


class Skills(RoomForm):
    skills = forms.MultipleChoiceField(
        label=_("Skills"),
        required=False,
        choices=lambda: choices("skill"),
        widget=forms.CheckboxSelectMultiple,
    )


class Capacity(RoomForm):
    capacity = forms.IntegerField(label=_("Open cases at most"), min_value=1, max_value=1000)
    round_the_clock = forms.BooleanField(label=_("Works without planned shifts"), required=False)


class Certify(RoomForm):
    version = forms.RegexField(
        regex=r"^[A-Za-z0-9._\-]{1,16}$", label=_("Version of the certificate"), max_length=16
    )
    from_at = moment(_("Valid from"))
    until_at = moment(_("Valid until"))


class Revocation(WhyNeeded):
    reason = coded("revocation", _("Ground"))


class Shift(RoomForm):
    from_at = moment(_("Begins"))
    until_at = moment(_("Ends"))


class Absence(Why):
    kind = coded("absence", _("Kind"))
    from_at = moment(_("From"))
    until_at = moment(_("Until"))


INVITED_BY = {
    True: _("Kept sealed. The invitation goes there as soon as you invite the person."),
    False: _("Kept sealed. No mail is set up here: you are shown the link of the invitation and hand it on."),
}
"""By whether mail can be sent."""


class SecondFactor(WhyNeeded):
    compulsory = forms.ChoiceField(
        label=_("Second factor"), choices=[("1", _("compulsory")), ("0", _("left to the person"))]
    )
    since = moment(_("From (empty: now)"), required=False)


class Keeping(WhyNeeded):
    days = forms.IntegerField(label=_("Days"))

    def __init__(self, *args: Any, least: int, most: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["days"].widget.attrs |= {"min": least, "max": most}
        self.fields["days"].help_text = _("{least} to {most} days.").format(least=least, most=most)


class NewPersonForm(RoomForm):
    kind = coded("kind", _("Kind"))
    username = forms.CharField(
        label=_("User name"),
        max_length=32,
        help_text=_("3 to 32 characters: small letters, digits, . _ - with a letter first."),
        widget=forms.TextInput(attrs={"autocapitalize": "none", "autocomplete": "off"}),
    )
    label = forms.CharField(
        label=_("Working name"),
        max_length=40,
        required=False,
        help_text=_("Shown to everybody; without personal data."),
    )
    language = forms.ChoiceField(label=_("Language"), choices=[("zh-hans", "简体中文"), ("en", "English")])
    team = forms.ChoiceField(label=_("Team"), required=False)
    organisation = forms.ChoiceField(
        label=_("Organisation"), required=False, help_text=_("For people of merchants and partners.")
    )
    role = forms.ChoiceField(label=_("Role"), required=False)
    email = forms.EmailField(label=_("Mail"), required=False)
    phone = forms.CharField(label=_("Telephone"), required=False, max_length=30)
    why = forms.CharField(
        label=_("Reason"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Needed where a role is given."),
    )

    def __init__(
        self,
        *args: Any,
        teams: list[tuple[str, str]],
        organisations: list[tuple[str, str]],
        mails: bool,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].help_text = INVITED_BY[mails]
        grantable = {role for roles in GRANTABLE.values() for role in roles}
        offered: dict[str, list[tuple[str, str]]] = {
            "team": teams,
            "organisation": organisations,
            "role": choices("role", [str(role) for role in Role if role in grantable]),
        }
        for name, found in offered.items():
            field: Any = self.fields[name]
            field.choices = [("", "—"), *found]


class NewTeam(RoomForm):
    name = forms.CharField(label=_("Name"), max_length=60)
    department = coded("department", _("Department"), [str(d) for d in Department])


class NewOrganisation(RoomForm):
    kind = coded(
        "organisation", _("Kind"), [str(k) for k in OrganisationKind if k is not OrganisationKind.PLATFORM]
    )
    name = forms.CharField(label=_("Name"), max_length=120)
    reference = forms.CharField(
        label=_("External number"),
        max_length=80,
        required=False,
        help_text=_("How the marketplace calls it, such as its merchant number."),
    )


class NewKey(WhyNeeded):
    name = forms.CharField(label=_("Name"), max_length=60, help_text=_("What it is for, and where."))
    scopes = forms.MultipleChoiceField(label=_("Scopes"), widget=forms.CheckboxSelectMultiple)
    organisation = forms.ChoiceField(
        label=_("Organisation"),
        required=False,
        help_text=_("Empty: the marketplace itself. Otherwise the key may what its operators may, no more."),
    )
    rate = forms.IntegerField(label=_("Requests a minute"), min_value=1, max_value=100_000, initial=600)
    until_at = moment(_("Valid until (empty: for good)"), required=False)

    def __init__(
        self,
        *args: Any,
        scopes: list[tuple[str, str]],
        organisations: list[tuple[str, str]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["scopes"]
        field.choices = scopes
        field = self.fields["organisation"]
        field.choices = [("", "—"), *organisations]


class PhraseForm(Why):
    """Words of a phrase in both languages; ``reply`` has a body, ``new`` a code."""

    code = forms.RegexField(
        regex=r"^[a-z][a-z0-9_]{0,39}$",
        label=_("Short code"),
        help_text=_("Small letters, digits, underscore; typed to find it. It stays."),
    )
    of = forms.ChoiceField(label=_("Belongs to"), required=False)
    title_zh = forms.CharField(label=_("Title in Chinese"), max_length=80)
    title_en = forms.CharField(label=_("Title in English"), max_length=160)
    body_zh = forms.CharField(
        label=_("Words in Chinese"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4})
    )
    body_en = forms.CharField(
        label=_("Words in English"), max_length=4000, widget=forms.Textarea(attrs={"rows": 4})
    )

    def __init__(self, *args: Any, reply: bool, new: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        gone = ([] if reply else ["body_zh", "body_en"]) + (["why"] if new else ["code", "of"])
        for name in gone:
            del self.fields[name]
        if new:
            field: Any = self.fields["of"]
            field.choices = choices("of", ["", *(c for c, _w in choices("skill") if c != "any")])


class CalendarUpload(RoomForm):
    file = forms.FileField(label=_("File"), help_text=_("The public JSON form of one year."))
    source = forms.CharField(
        label=_("Where it was published"), max_length=200, help_text=_("Title and number of the notice.")
    )
    published_on = day(_("Published on"), required=False)
    complete = forms.BooleanField(label=_("The whole arrangement of the year"), required=False, initial=True)


class RunBackup(Why):
    with_keys = forms.BooleanField(
        label=_("With the keys"),
        required=False,
        help_text=_("Whoever has such a file can read everything; without them, keep the keys elsewhere."),
    )
