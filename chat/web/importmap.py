"""Builds the import map from modules' plain names to their hashed files.

Modules import each other by plain names (`./room.js`), which Node, tsc and browsers understand.
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
    """The map as JSON; empty where static files have no hash."""
    hashed: dict[str, str] = getattr(staticfiles_storage, "hashed_files", {})
    modules = sorted(name for name in hashed if name.startswith("chat/") and name.endswith(".js"))
    imports = {f"{settings.STATIC_URL}{name}": static(name) for name in modules}
    return json.dumps({"imports": imports}, separators=(",", ":"))


@cache
def source() -> str:
    """The map's hash as a policy source."""
    digest = hashlib.sha256(text().encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"
