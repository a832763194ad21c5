"""Which file does a module's import mean, when files carry a hash in their names?

Modules import each other by their plain names (`./room.js`), which node, tsc and browsers understand; the
map sends the browser from there to the hashed file. Worked out once per process; empty where files have no
hash.
"""

import base64
import hashlib
import json
from functools import cache

from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.templatetags.static import static


@cache
def text() -> str:
    """The map as JSON: plain address to hashed address of every module."""
    hashed: dict[str, str] = getattr(staticfiles_storage, "hashed_files", {})
    modules = sorted(name for name in hashed if name.startswith("chat/") and name.endswith(".js"))
    imports = {f"{settings.STATIC_URL}{name}": static(name) for name in modules}
    return json.dumps({"imports": imports}, separators=(",", ":"))


@cache
def source() -> str:
    """The map's hash as the policy names it."""
    digest = hashlib.sha256(text().encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"
