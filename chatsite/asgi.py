"""What the server serves: pages and connections, with the edge around both."""

import os

import django
from channels.routing import ProtocolTypeRouter

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chatsite.settings")
django.setup(set_prefix=False)  # loads the apps: everything of ours comes after it

from chat.edge import Edge  # noqa: E402
from chat.edge.pages import Pages  # noqa: E402
from chat.routing import websocket  # noqa: E402

application = Edge(ProtocolTypeRouter({"http": Pages(), "websocket": websocket}))
