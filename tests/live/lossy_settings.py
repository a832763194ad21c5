"""Settings with a channel layer that accepts every hint and delivers none; only the head check remains."""

from typing import Any

from channels.layers import InMemoryChannelLayer

from chatsite.settings import *  # noqa: F403

CHANNEL_LAYERS = {"default": {"BACKEND": "tests.live.lossy_settings.LossyLayer"}}


class LossyLayer(InMemoryChannelLayer):
    async def group_send(self, group: str, message: dict[str, Any]) -> None:
        """Accepts the hint and loses it."""
