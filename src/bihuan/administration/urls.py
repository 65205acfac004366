"""Addresses of the administrator's room."""

from __future__ import annotations

from django.urls import URLPattern, path

from bihuan.administration.pages import (
    calendars,
    keys,
    operations,
    organisations,
    people,
    person,
    phrases,
    policies,
    processes,
    rights,
    rules,
    staffing,
    system,
    units,
    wordings,
)

app_name = "administration"
_R = "admin-room"
urlpatterns: list[URLPattern] = [
    path("rules/process", processes.index, name="processes"),
    path("rules/process/<slug:flow>", processes.process, name="process"),
    path(f"{_R}", operations.overview, name="overview"),
    path(f"{_R}/people", people.people, name="people"),
    path(f"{_R}/people/new", people.new, name="person_new"),
    path(f"{_R}/people/<uuid:person_id>", person.person, name="person"),
    path(f"{_R}/people/<uuid:person_id>/invite", person.invite, name="invite"),
    path(f"{_R}/people/<uuid:person_id>/shifts/<int:row_id>", person.cancel_shift, name="cancel_shift"),
    path(f"{_R}/people/<uuid:person_id>/absences/<int:row_id>", person.end_absence, name="end_absence"),
    path(f"{_R}/people/<uuid:person_id>/<slug:name>", person.act, name="person_act"),
    path(f"{_R}/units", units.units, name="units"),
    path(f"{_R}/units/new", units.new, name="unit_new"),
    path(f"{_R}/units/<uuid:unit_id>", units.unit, name="unit"),
    path(f"{_R}/units/<uuid:unit_id>/<slug:name>", units.act, name="unit_act"),
    path(f"{_R}/rights", rights.rights, name="rights"),
    path(f"{_R}/staffing", staffing.staffing, name="staffing"),
    path(f"{_R}/staffing/effort", staffing.effort, name="effort"),
    path(f"{_R}/teams", people.teams, name="teams"),
    path(f"{_R}/organisations", organisations.organisations, name="organisations"),
    path(f"{_R}/organisations/new", organisations.new, name="organisation_new"),
    path(f"{_R}/organisations/<uuid:organisation_id>", organisations.organisation, name="organisation"),
    path(
        f"{_R}/organisations/<uuid:organisation_id>/<slug:name>", organisations.act, name="organisation_act"
    ),
    path(f"{_R}/keys", keys.keys, name="keys"),
    path(f"{_R}/keys/new", keys.new, name="key_new"),
    path(f"{_R}/keys/<uuid:key_id>/revoke", keys.revoke, name="key_revoke"),
    path(f"{_R}/jobs", operations.jobs, name="jobs"),
    path(f"{_R}/jobs/<int:job_id>/<slug:name>", operations.job_act, name="job_act"),
    path(f"{_R}/notices", operations.notices, name="notices"),
    path(f"{_R}/notices/<uuid:notice_id>/<slug:name>", operations.notice_act, name="notice_act"),
    path(f"{_R}/wordings", wordings.wordings, name="wordings"),
    path(f"{_R}/wordings/<slug:kind>", wordings.wording, name="wording"),
    path(f"{_R}/wordings/<slug:kind>/restore", wordings.restore, name="wording_restore"),
    path(f"{_R}/phrases", phrases.phrases, name="phrases"),
    path(f"{_R}/phrases/<uuid:phrase_id>", phrases.phrase, name="phrase"),
    path(f"{_R}/phrases/<uuid:phrase_id>/move", phrases.move, name="phrase_move"),
    path(f"{_R}/phrases/<uuid:phrase_id>/<slug:name>", phrases.act, name="phrase_act"),
    path(f"{_R}/rules", rules.rules, name="rules"),
    path(f"{_R}/rules/<str:clause_id>", rules.rule, name="rule"),
    path(f"{_R}/rules/<str:clause_id>/limits/<int:row_id>", rules.withdraw, name="limit_withdraw"),
    path(f"{_R}/rules/<str:clause_id>/<slug:name>", rules.act, name="rule_act"),
    path(f"{_R}/calendars", calendars.calendars, name="calendars"),
    path(f"{_R}/calendars/preview", calendars.preview, name="calendar_preview"),
    path(f"{_R}/calendars/take", calendars.take, name="calendar_take"),
    path(f"{_R}/backups", system.backups, name="backups"),
    path(f"{_R}/backups/run", system.run, name="backup_run"),
    path(f"{_R}/policy", policies.policy, name="policy"),
    path(f"{_R}/policy/factor/<slug:role>", policies.factor, name="policy_factor"),
    path(f"{_R}/policy/kept/<slug:code>", policies.kept, name="policy_kept"),
    path(f"{_R}/policy/<uuid:policy_id>/<slug:name>", policies.decide, name="policy_decide"),
]
