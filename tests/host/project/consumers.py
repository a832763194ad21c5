"""A WebSocket of the project's own, which uses the channel layer as Channels documents it."""

from typing import Any

from channels.generic.websocket import AsyncJsonWebsocketConsumer


class Echo(AsyncJsonWebsocketConsumer):
    groups = ["everybody"]

    async def receive_json(self, content: Any, **kwargs: Any) -> None:
        await self.channel_layer.group_send("everybody", {"type": "said", "content": content})

    async def said(self, event: dict[str, Any]) -> None:
        await self.send_json(event["content"])
