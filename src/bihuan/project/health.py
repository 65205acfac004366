"""Health, readiness and figures for Prometheus."""

from __future__ import annotations

import hmac
import ipaddress
import os
from collections.abc import Iterator

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.registry import Collector

from bihuan.accounts.doors import declared_page, public_page
from bihuan.accounts.requests import address_of

_FIGURES = """
SELECT 'cases', state, count(*) FROM cases_case WHERE is_open GROUP BY state
UNION ALL SELECT 'jobs', status::text, count(*) FROM procrastinate_jobs
    WHERE status IN ('todo', 'doing', 'failed') GROUP BY status
UNION ALL SELECT 'clocks', CASE WHEN breached_at IS NULL THEN 'running' ELSE 'overdue' END, count(*)
    FROM clocks_clock WHERE state IN ('running', 'held') GROUP BY breached_at IS NULL
UNION ALL SELECT 'notices', state, count(*) FROM notices_notice
    WHERE state IN ('queued', 'failed') GROUP BY state
"""
_HELP = {
    "cases": "Open cases by state",
    "jobs": "Jobs that wait, run or failed",
    "clocks": "Clocks that run, in time or overdue",
    "notices": "Notices that are not out",
}


@public_page
@never_cache
@require_safe
def alive(request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return JsonResponse({"status": "ok"})


@public_page
@never_cache
@require_safe
def ready(request: HttpRequest) -> HttpResponse:
    """The database answers and has the form of this program; 503 with the reason otherwise."""
    try:
        executor = MigrationExecutor(connection)
        missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        return JsonResponse({"status": "no database"}, status=503)
    if missing:
        return JsonResponse({"status": "migrations missing", "count": len(missing)}, status=503)
    return JsonResponse({"status": "ready"})


@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Figures in Prometheus' form, for this machine or for who has BIHUAN_METRICS_TOKEN."""
    if not _may_measure(request):
        return HttpResponse(status=403)
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Figures())
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


class _Figures(Collector):
    def collect(self) -> Iterator[Metric]:
        with connection.cursor() as cursor:
            cursor.execute(_FIGURES)
            rows = cursor.fetchall()
        for name, text in _HELP.items():
            family = GaugeMetricFamily(f"bihuan_{name}", text, labels=["state"])
            for _, state, count in (row for row in rows if row[0] == name):
                family.add_metric([state], count)
            yield family


def _may_measure(request: HttpRequest) -> bool:
    token = os.environ.get("BIHUAN_METRICS_TOKEN", "")
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if token:
        return hmac.compare_digest(token.encode(), given.encode())
    try:
        return ipaddress.ip_address(address_of(request)).is_loopback
    except ValueError:
        return False


declared_page(metrics, "metrics")
