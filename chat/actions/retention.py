"""Deletes old data: text of deleted messages, expired login sessions, old connection records.

Each call deletes some and returns how many; call it until it returns 0. An erased message keeps its row,
which clients have seen as deleted: nothing is published and no seq taken.
"""

import datetime

from django.contrib.sessions.models import Session as StoredSession
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from chat import limits
from chat.models import Message, Revision, ServerProcess, Session

BATCH = 200


def restorable_since() -> datetime.datetime:
    """Messages deleted before this moment cannot be restored."""
    return timezone.now() - datetime.timedelta(days=limits.DELETED_DAYS)


@transaction.atomic
def erase_deleted_messages() -> int:
    # `restore_message` checks the same moment under the row's lock: a message is either restored or erased.
    deleted = Message.objects.filter(deleted_at__lt=restorable_since())
    pks = list(deleted.exclude(_erased).values_list("pk", flat=True)[:BATCH])
    chosen = deleted.filter(pk__in=pks)
    chosen.update(body="", html=None, mentions=None, reactions={})
    Revision.objects.filter(message__in=chosen).delete()
    return len(pks)


@transaction.atomic
def delete_expired_login_sessions() -> int:
    # Another process is deleting the locked ones.
    expired = StoredSession.objects.select_for_update(skip_locked=True).filter(expire_date__lt=timezone.now())
    keys = list(expired.values_list("pk", flat=True)[:BATCH])
    StoredSession.objects.filter(pk__in=keys).delete()
    return len(keys)


@transaction.atomic
def delete_old_sessions() -> int:
    """Records of connections that closed long ago, and of processes that have none left."""
    since = timezone.now() - datetime.timedelta(days=limits.SESSION_DAYS)
    closed = Session.objects.select_for_update(skip_locked=True).filter(closed_at__lt=since)
    pks = list(closed.values_list("pk", flat=True)[:BATCH])
    Session.objects.filter(pk__in=pks).delete()
    if not pks:
        ServerProcess.objects.filter(ended_at__lt=since, sessions=None).delete()
    return len(pks)


_erased = Q(body="", mentions__isnull=True, reactions={})
