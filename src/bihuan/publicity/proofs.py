"""The records that prove the public page, and with the notices of complaints the open process (CRP-1.1.c)."""

from __future__ import annotations

from bihuan.norms.evidence import entries, register

TOLD = ("complaint.acceptance_told", "complaint.progress_told", "complaint.result_told")
PAGE = "public.page_shown"


def install() -> None:
    """Register both queries; called once when queries of evidence are first asked for."""
    register("publicity.pages", entries(PAGE))
    register("publicity.open_process", entries(*TOLD, PAGE))
