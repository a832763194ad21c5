"""What goes by itself: what a deleted message said, once nobody may restore it any more.

The row stays, empty, as everybody has seen it since the deletion: nothing is announced, and no seq is taken.
"""

import datetime

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from chat import limits
from chat.models import Message, Revision

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


_empty = Q(body="", mentions__isnull=True, reactions={})
