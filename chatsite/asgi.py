"""The ASGI application: pages and WebSockets in one server runtime."""

import os

import django
from channels.routing import ProtocolTypeRouter

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chatsite.settings")
django.setup(set_prefix=False)  # loads the apps; our imports come after it

from chat.realtime.routing import websocket  # noqa: E402
from chat.realtime.server.http_handler import HttpHandler  # noqa: E402
from chat.realtime.server.runtime import ServerRuntime  # noqa: E402

application = ServerRuntime(ProtocolTypeRouter({"http": HttpHandler(), "websocket": websocket}))
