"""Deletes old data: the text of messages that can no longer be restored, expired login sessions, old
records of connections.

A message keeps its empty row, which clients have seen since the deletion: nothing is published and no seq
taken.
"""

import datetime

from django.contrib.sessions.models import Session as StoredSession
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from chat import limits
from chat.models import Message, Revision, ServerProcess, Session

FORGOTTEN_AT_ONCE = 200


def kept_since() -> datetime.datetime:
    """What was deleted before this moment cannot be restored."""
    return timezone.now() - datetime.timedelta(days=limits.DELETED_DAYS)


@transaction.atomic
def forget_messages() -> int:
    """Empty some of them for good, with what they said before. How many; again until there are none.

    Whoever restores one asks for the same moment under the row's lock, so of both only one happens.
    """
    gone = Message.objects.filter(deleted_at__lt=kept_since())
    pks = list(gone.exclude(_empty).values_list("pk", flat=True)[:FORGOTTEN_AT_ONCE])
    chosen = gone.filter(pk__in=pks)
    chosen.update(body="", html=None, mentions=None, reactions={})
    Revision.objects.filter(message__in=chosen).delete()
    return len(pks)


@transaction.atomic
def forget_login_sessions() -> int:
    """Delete some that have run out. How many; again until there are none."""
    # Locked ones are being deleted by another process.
    expired = StoredSession.objects.select_for_update(skip_locked=True).filter(expire_date__lt=timezone.now())
    keys = list(expired.values_list("pk", flat=True)[:FORGOTTEN_AT_ONCE])
    StoredSession.objects.filter(pk__in=keys).delete()
    return len(keys)


@transaction.atomic
def forget_sessions() -> int:
    """Delete some records of connections that closed long ago. How many; again until there are none."""
    since = timezone.now() - datetime.timedelta(days=limits.SESSION_DAYS)
    closed = Session.objects.select_for_update(skip_locked=True).filter(closed_at__lt=since)
    pks = list(closed.values_list("pk", flat=True)[:FORGOTTEN_AT_ONCE])
    Session.objects.filter(pk__in=pks).delete()
    if not pks:
        ServerProcess.objects.filter(ended_at__lt=since, sessions=None).delete()
    return len(pks)


_empty = Q(body="", mentions__isnull=True, reactions={})
