"""The project's ASGI application: its pages, a WebSocket of its own, and the chat."""

import os

from channels.routing import ProtocolTypeRouter, URLRouter
from django.core.asgi import get_asgi_application
from django.urls import path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.host.project.settings")
pages = get_asgi_application()  # loads the apps, which the imports below need

from chat.asgi import with_chat  # noqa: E402

from .consumers import Echo  # noqa: E402

sockets = URLRouter([path("ws/echo/", Echo.as_asgi())])
application = with_chat(ProtocolTypeRouter({"http": pages, "websocket": sockets}))
