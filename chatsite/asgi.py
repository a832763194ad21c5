"""What the server serves: pages and connections, with the edge around both."""

import os

from channels.routing import ProtocolTypeRouter
from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chatsite.settings")
http = get_asgi_application()  # loads the apps: everything of ours comes after it

from chat.edge import Edge  # noqa: E402
from chat.routing import websocket  # noqa: E402

application = Edge(ProtocolTypeRouter({"http": http, "websocket": websocket}))
