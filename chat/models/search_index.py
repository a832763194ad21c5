"""The progress of search indexing. A migration creates the index itself, the table `chat_search`."""

from django.db import models

from .rooms import Room


class SearchIndexState(models.Model):
    """Changes up to `seq` are indexed, and those up to `renewed` by `version` of the search.

    Not columns of the room, because posting locks that row.
    """

    room = models.OneToOneField(Room, models.CASCADE, primary_key=True, related_name="+")
    seq = models.BigIntegerField()
    renewed = models.BigIntegerField(default=0, db_default=0)
    version = models.PositiveIntegerField(default=1, db_default=1)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.room_id} up to {self.seq}"
