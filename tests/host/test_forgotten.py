"""Tests that a check names what a project has forgotten."""

import re
from pathlib import Path

import pytest

from .site import Host, run


@pytest.mark.parametrize(
    ("broken", "id"),
    [
        ("ROOT_URLCONF = 'no_chat'", "chat.E012"),
        ("ASGI_APPLICATION = 'tests.host.project.consumers.Echo'", "chat.E013"),
        ("CHANNEL_LAYERS = {}", "chat.E014"),
        ("MIDDLEWARE.remove('chat.web.csp.policy')", "chat.E015"),
        ("TEMPLATES[0]['OPTIONS']['context_processors'].pop()", "chat.E016"),
        ("CHAT_SIGNUP_URL = 'no_such_page'", "chat.E020"),
        ("del CHAT_FILES_DIR", "chat.W021"),
    ],
)
def test_what_a_project_forgets_is_named(host: Host, tmp_path: Path, broken: str, id: str) -> None:
    urls = "from tests.host.project.urls import urlpatterns\ndel urlpatterns[-1]\n"
    (tmp_path / "no_chat.py").write_text(urls)
    (tmp_path / "broken.py").write_text(f"from tests.host.project.settings import *\n{broken}\n")
    env = host.env | {"DJANGO_SETTINGS_MODULE": "broken", "PYTHONPATH": str(tmp_path)}
    done = run("check", "--fail-level", "WARNING", env=env)
    assert done.returncode == 1
    assert re.findall(r"\((chat\.\w+)\)", done.stderr) == [id]
