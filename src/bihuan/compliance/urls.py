"""Addresses of the oversight site."""

from __future__ import annotations

from django.urls import URLPattern, path

from bihuan.compliance.pages import audit, case, clocks, conformity, coverage, exports, journal, what_if

app_name = "compliance"
urlpatterns: list[URLPattern] = [
    path("oversight", conformity.conformity, name="conformity"),
    path("oversight/conformity.xlsx", exports.xlsx, name="conformity_xlsx"),
    path("oversight/conformity.pdf", exports.pdf, name="conformity_pdf"),
    path("oversight/clocks", clocks.clocks, name="clocks"),
    path("oversight/clocks/<uuid:clock_id>", clocks.why, name="why"),
    path("oversight/evidence", clocks.evidence, name="evidence"),
    path("oversight/what-if", what_if.what_if, name="what_if"),
    path("oversight/what-if/clocks", what_if.clocks, name="what_if_clocks"),
    path("oversight/coverage", coverage.coverage, name="coverage"),
    path("oversight/journal", journal.journal, name="journal"),
    path("oversight/journal/verify", journal.verify, name="verify"),
    path("oversight/journal/format", journal.export_format, name="format"),
    path("oversight/journal/verifier", journal.download_verifier, name="verifier"),
    path("oversight/journal/verifications/<uuid:verification_id>", journal.verification, name="verification"),
    path("oversight/audit", audit.room, name="audit"),
    path("oversight/audit/<uuid:sample_id>", audit.sample, name="audit_sample"),
    path("oversight/audit/<uuid:sample_id>/<uuid:case_id>", audit.case, name="audit_case"),
    path("oversight/audit/<uuid:sample_id>/<uuid:case_id>/bundle.zip", audit.take, name="audit_bundle"),
    path("oversight/case/<uuid:case_id>", case.case, name="case"),
    path("oversight/case/<uuid:case_id>/journal.jsonl", case.export, name="case_journal"),
]
