"""Forms of the organisation: units and figures of staffing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bihuan.administration.forms import RoomForm, WhyNeeded, day
from bihuan.administration.labels import choices

Options = Sequence[tuple[str, str]]


class UnitForm(WhyNeeded):
    """A unit as it shall be from a day on."""

    name = forms.CharField(label=_("Name of the unit"), max_length=60)
    parent = forms.ChoiceField(
        label=_("Stands below"), required=False, help_text=_("Empty for headquarters.")
    )
    department = forms.ChoiceField(label=_("Department"), required=False)
    head = forms.ChoiceField(label=_("Head"), required=False)
    teams = forms.MultipleChoiceField(label=_("Teams"), required=False, widget=forms.CheckboxSelectMultiple)
    duties = forms.CharField(
        label=_("What it does"), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )
    from_date = day(_("From (day)"))

    def __init__(self, *args: Any, parents: Options, heads: Options, teams: Options, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered: dict[str, Options] = {
            "parent": [("", "—"), *parents],
            "department": [("", "—"), *choices("department")],
            "head": [("", "—"), *heads],
            "teams": teams,
        }
        for name, options in offered.items():
            self.fields[name].choices = list(options)  # type: ignore[attr-defined]


class CloseUnit(WhyNeeded):
    """From when on a unit is no more."""

    until_date = day(_("Until (day, exclusive)"))


class EffortForm(WhyNeeded):
    """How long a case of a kind takes somebody."""

    kind = forms.ChoiceField(label=_("Kind of case"))
    minutes = forms.IntegerField(
        label=_("Minutes of work"),
        required=False,
        min_value=1,
        max_value=1440,
        help_text=_("Empty: the measured or assumed figure counts again."),
    )
    from_date = day(_("From (day)"))

    def __init__(self, *args: Any, kinds: Options, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = list(kinds)  # type: ignore[attr-defined]


class Look(RoomForm):
    """Which unit and from which day the staffing is looked at."""

    unit = forms.ChoiceField(label=_("Unit"), required=False)
    day = day(_("From (day)"), required=False)

    def __init__(self, *args: Any, units: Options, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].choices = [("", _("Everybody")), *units]  # type: ignore[attr-defined]
