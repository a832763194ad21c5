"""Health, readiness and metrics for monitoring."""

import ipaddress
import logging

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from chat.accounts import sessions
from chat.writer import writer

log = logging.getLogger(__name__)

# Migrations found applied stay applied for the life of a process, so they are checked only until then.
_migrated = False


@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    # No database, so that its outage does not restart every process.
    return _plain("ok")


@never_cache
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    reason = _why_not()
    return _plain(reason or "ok", 503 if reason else 200)


def _why_not() -> str:
    serving = writer.current
    if serving is not None and serving.stopping:
        return "draining"
    # Recovers by itself: a process renews its lease through the writer every few seconds.
    if serving is not None and not serving.storage_ok:
        return "storage unavailable"
    try:
        return "" if _is_migrated() else "migrations not applied"
    except DatabaseError as error:
        log.warning("not ready: %s", type(error).__name__)
        return "database away"


def _is_migrated() -> bool:
    global _migrated
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    if not _migrated:
        executor = MigrationExecutor(connection)
        _migrated = not executor.migration_plan(executor.loader.graph.leaf_nodes())
    return _migrated


@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    if not (_from_here(request) or _is_staff(request)):
        return _plain("for this machine and for staff", 403)
    return HttpResponse(generate_latest(), content_type=CONTENT_TYPE_LATEST)


def _is_staff(request: HttpRequest) -> bool:
    user = request.user
    return bool(user.is_authenticated and user.is_staff and sessions.is_admitted(request))


def _from_here(request: HttpRequest) -> bool:
    # A forwarding header means a proxy on this machine, acting for somebody else.
    if "HTTP_X_FORWARDED_FOR" in request.META or "HTTP_FORWARDED" in request.META:
        return False
    try:
        return ipaddress.ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False


def _plain(text: str, status: int = 200) -> HttpResponse:
    return HttpResponse(f"{text}\n", content_type="text/plain; charset=utf-8", status=status)
