"""Tests that a check names what a project has forgotten."""

import re
from pathlib import Path

from .site import Host, run

FORGOTTEN = {
    "chat.E012": "ROOT_URLCONF = 'no_chat'",
    "chat.E013": "ASGI_APPLICATION = 'tests.host.project.consumers.Echo'",
    "chat.E014": "CHANNEL_LAYERS = {}",
    "chat.E015": "MIDDLEWARE.remove('chat.web.csp.policy')",
    "chat.E016": "TEMPLATES[0]['OPTIONS']['context_processors'].pop()",
    "chat.E020": "CHAT_SIGNUP_URL = 'no_such_page'",
    "chat.W021": "del CHAT_FILES_DIR",
}


def test_what_a_project_forgets_is_named(host: Host, tmp_path: Path) -> None:
    """All of it in one run: starting Django for each takes seconds."""
    urls = "from tests.host.project.urls import urlpatterns\ndel urlpatterns[-1]\n"
    (tmp_path / "no_chat.py").write_text(urls)
    settings = ["from tests.host.project.settings import *", *FORGOTTEN.values()]
    (tmp_path / "broken.py").write_text("\n".join(settings))
    env = host.env | {"DJANGO_SETTINGS_MODULE": "broken", "PYTHONPATH": str(tmp_path)}
    done = run("check", "--fail-level", "WARNING", env=env)
    assert done.returncode == 1
    assert sorted(re.findall(r"\((chat\.\w+)\)", done.stderr)) == sorted(FORGOTTEN)
