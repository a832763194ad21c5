"""The product, wrapped, for daphnes in which something has to be broken.

The product has no switches for tests: everything is replaced here, from outside, before the server runtime
is made. CHAOS_BREAK names a promise to break (breaks.py) or a kind of stress (stress.py), CHAOS_FAIL
installs points to die at (failpoints.py), CHAOS_LAYER says what the channel layer does
(tests/support/hostile_layer.py), CHAOS_WAY chooses how bytes are written (write_paths.py).
"""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chatsite.settings")
django.setup()

from tests.support import hostile_layer  # noqa: E402

from . import breaks, failpoints, stress, write_paths  # noqa: E402

for name in filter(None, os.environ.get("CHAOS_BREAK", "").split(",")):
    (breaks.BREAKS | stress.STRESS)[name]()
if os.environ.get("CHAOS_FAIL"):
    for install in failpoints.POINTS.values():
        install()
if way := os.environ.get("CHAOS_WAY"):
    write_paths.WRITE_PATHS[way]()
if manner := os.environ.get("CHAOS_LAYER"):
    hostile_layer.install(manner)

from chatsite.asgi import application  # noqa: E402

__all__ = ["application"]
