"""Addresses of the oversight site."""

from __future__ import annotations

from django.urls import URLPattern, path

from bihuan.compliance.pages import case, clocks, conformity, coverage, journal

app_name = "compliance"
urlpatterns: list[URLPattern] = [
    path("oversight", conformity.conformity, name="conformity"),
    path("oversight/clocks", clocks.clocks, name="clocks"),
    path("oversight/clocks/<uuid:clock_id>", clocks.why, name="why"),
    path("oversight/evidence", clocks.evidence, name="evidence"),
    path("oversight/coverage", coverage.coverage, name="coverage"),
    path("oversight/journal", journal.journal, name="journal"),
    path("oversight/journal/verify", journal.verify, name="verify"),
    path("oversight/journal/format", journal.export_format, name="format"),
    path("oversight/journal/verifier", journal.download_verifier, name="verifier"),
    path("oversight/journal/verifications/<uuid:verification_id>", journal.verification, name="verification"),
    path("oversight/case/<uuid:case_id>", case.case, name="case"),
    path("oversight/case/<uuid:case_id>/journal.jsonl", case.export, name="case_journal"),
]
