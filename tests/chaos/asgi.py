"""What do the harness's daphnes serve when something has to be broken inside of them? The product, wrapped.

The product knows no switches for tests: whatever is replaced is replaced here, from outside, before the edge
is made. CHAOS_BREAK names a promise to break (breaks.py) or a burden (burdens.py), CHAOS_FAIL makes points to
die at (failpoints.py), CHAOS_LAYER says what the channel layer does (layers.py), CHAOS_WAY which way bytes
leave (ways.py).
"""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chatsite.settings")
django.setup()

from . import breaks, burdens, failpoints, layers, ways  # noqa: E402

for name in filter(None, os.environ.get("CHAOS_BREAK", "").split(",")):
    (breaks.BREAKS | burdens.BURDENS)[name]()
if os.environ.get("CHAOS_FAIL"):
    for install in failpoints.POINTS.values():
        install()
if way := os.environ.get("CHAOS_WAY"):
    ways.WAYS[way]()
if manner := os.environ.get("CHAOS_LAYER"):
    layers.install(manner)

from chatsite.asgi import application  # noqa: E402

__all__ = ["application"]
