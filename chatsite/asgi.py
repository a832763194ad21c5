"""The ASGI application: the chat, and every other page of this site, in one server runtime."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chatsite.settings")
django.setup(set_prefix=False)  # loads the apps; our imports come after it

from chat.asgi import with_chat  # noqa: E402

application = with_chat()
