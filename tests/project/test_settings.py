"""Tests settings from the environment; a wrong value is one line that names the variable."""

import json
import os
import re
import stat
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest
from babel.messages.pofile import read_po

from chatsite import environment, logs, settings
from tests.support.docs import ROOT

SHOWN = """DEBUG HOST PORT ALLOWED_HOSTS CHAT_SECURE SESSION_COOKIE_SECURE SECURE_HSTS_SECONDS CHANNEL_LAYERS
    DATABASES CHAT_SIGNUP EMAIL_BACKEND"""
PRINT = """import json, sys, chatsite.settings as s
print(json.dumps({name: getattr(s, name) for name in sys.argv[1].split()}, default=str))"""


def start(tmp_path: Path, **environ: str) -> subprocess.CompletedProcess[str]:
    """Reads the settings in a process of its own, as every start does."""
    clean = {k: v for k, v in os.environ.items() if k in ("PATH", "HOME", "LANG")}
    given = clean | {"DATA_DIR": str(tmp_path / "data")} | environ
    return subprocess.run(
        [sys.executable, "-c", PRINT, SHOWN], cwd=ROOT, env=given, capture_output=True, text=True, timeout=30
    )


def read(tmp_path: Path, **environ: str) -> dict[str, Any]:
    done = start(tmp_path, **environ)
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "abc"),
        ("PORT", "0"),
        ("PORT", "65536"),
        ("PORT", "８０"),
        ("DEBUG", "maybe"),
        ("CHAT_RATE_LIMITS", "some"),
        ("CHAT_SECURE", "2"),
        ("CHAT_SIGNUP", "everybody"),
        ("DATABASE_URL", "mysql://u:secret@h/x"),
        ("DATABASE_URL", "not an address"),
        ("REDIS_URL", "http://localhost"),
        ("CSRF_TRUSTED_ORIGINS", "chat.example.org"),
        ("CSRF_TRUSTED_ORIGINS", "https://chat.example.org/path"),
        ("SECRET_KEY", "short"),
        ("EMAIL_URL", "pigeon://roof"),
        ("DATA_DIR", "/dev/null/data"),
        ("MEDIA_ROOT", "/dev/null/media"),
    ],
)
def test_a_wrong_value_stops_the_start_with_one_line_that_names_it(
    tmp_path: Path, name: str, value: str
) -> None:
    done = start(tmp_path, **{name: value})
    assert done.returncode == 1
    assert done.stderr.startswith(f"{name}: ")
    assert done.stderr.count("\n") == 1
    assert "secret" not in done.stderr


def test_a_wrong_number_of_connections_is_named(tmp_path: Path) -> None:
    done = start(tmp_path, DATABASE_URL="postgresql://h/x", CHAT_DATABASE_CONNECTIONS="1")
    assert done.stderr == 'CHAT_DATABASE_CONNECTIONS: "1" is not a number of connections (4 to 1000)\n'


def test_without_any_variable_it_is_safe_and_local(tmp_path: Path) -> None:
    found = read(tmp_path)
    assert found["DEBUG"] is False
    assert (found["HOST"], found["PORT"]) == ("127.0.0.1", 8000)
    assert found["ALLOWED_HOSTS"] == ["localhost", "127.0.0.1", "[::1]"]
    assert found["CHANNEL_LAYERS"]["default"]["BACKEND"] == "chat.realtime.layers.InProcessChannelLayer"
    assert found["CHAT_SIGNUP"] == "link"


def test_an_empty_variable_counts_as_not_set(tmp_path: Path) -> None:
    names = (
        "HOST PORT DEBUG ALLOWED_HOSTS DATABASE_URL REDIS_URL SECRET_KEY CHAT_SIGNUP CHAT_SECURE EMAIL_URL"
    )
    assert read(tmp_path, **dict.fromkeys(names.split(), "")) == read(tmp_path)


def test_sqlite_waits_for_the_lock_and_commits_durably(tmp_path: Path) -> None:
    options = read(tmp_path)["DATABASES"]["default"]["OPTIONS"]
    assert options["transaction_mode"] == "IMMEDIATE"
    assert "journal_mode=WAL" in options["init_command"]
    assert "synchronous=FULL" in options["init_command"]


def test_postgresql_has_a_pool_and_no_connections_of_its_own(tmp_path: Path) -> None:
    database = read(tmp_path, DATABASE_URL="postgresql://u:p@h/x")["DATABASES"]["default"]
    assert database["OPTIONS"]["pool"]["max_size"] == 20
    assert database["CONN_MAX_AGE"] == 0


def test_with_redis_the_layer_is_the_one_that_publishes(tmp_path: Path) -> None:
    layer = read(tmp_path, REDIS_URL="redis://h/1")["CHANNEL_LAYERS"]["default"]
    assert layer["BACKEND"] == "chat.realtime.layers.shared.SharedChannelLayer"
    assert layer["CONFIG"]["hosts"][0]["socket_timeout"] > 15


def test_listening_on_all_addresses_answers_to_this_machines_names(tmp_path: Path) -> None:
    hosts = read(tmp_path, HOST="0.0.0.0")["ALLOWED_HOSTS"]  # noqa: S104
    assert {"localhost", environment.socket.gethostname().lower()} <= set(hosts)
    assert "*" not in hosts


def test_listening_on_one_address_answers_to_it(tmp_path: Path) -> None:
    assert "192.0.2.7" in read(tmp_path, HOST="192.0.2.7")["ALLOWED_HOSTS"]


def test_only_https_origins_mean_that_cookies_are_secure(tmp_path: Path) -> None:
    found = read(tmp_path, CSRF_TRUSTED_ORIGINS="https://chat.example.org")
    assert found["CHAT_SECURE"] is found["SESSION_COOKIE_SECURE"] is True
    assert found["SECURE_HSTS_SECONDS"] > 0
    assert read(tmp_path, CSRF_TRUSTED_ORIGINS="https://a.b", CHAT_SECURE="off")["CHAT_SECURE"] is False
    assert read(tmp_path)["SESSION_COOKIE_SECURE"] is False


# -- the key ---------------------------------------------------------------------------------------


def test_the_key_file_is_made_once_and_is_its_owners_alone(tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.delenv("SECRET_KEY", raising=False)
    path = tmp_path / "secret-key"
    key = environment.secret_key(path)
    assert len(key) >= 50
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert environment.secret_key(path) == key


def test_processes_that_start_together_agree_on_one_key(tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.delenv("SECRET_KEY", raising=False)
    keys: list[str] = []
    together = threading.Barrier(8)

    def begin() -> None:
        together.wait()
        keys.append(environment.secret_key(tmp_path / "secret-key"))

    threads = [threading.Thread(target=begin) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(keys) == 8
    assert len(set(keys)) == 1


def test_a_key_from_the_environment_leaves_no_file(tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setenv("SECRET_KEY", "k" * 50)
    assert environment.secret_key(tmp_path / "secret-key") == "k" * 50
    assert not (tmp_path / "secret-key").exists()


def test_an_empty_key_file_is_refused_rather_than_used(tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.delenv("SECRET_KEY", raising=False)
    monkeypatch.setattr(environment.time, "sleep", lambda seconds: None)
    (tmp_path / "secret-key").touch()
    with pytest.raises(SystemExit, match="DATA_DIR: the key file"):
        environment.secret_key(tmp_path / "secret-key")


# -- logs and docs ---------------------------------------------------------------------------------


def record(message: str, error: Exception | None = None) -> Any:
    info = (type(error), error, None) if error else None
    return logs.logging.LogRecord("chat", logs.logging.ERROR, "x.py", 1, message, (), info)


def test_a_log_record_is_one_line_whatever_is_in_it() -> None:
    assert "\n" not in logs.OneLineFormatter().format(
        record("one\n2026-01-01 INFO forged", ValueError("a\nb"))
    )


def test_the_log_drops_the_row_a_database_quotes() -> None:
    error = ValueError("null value\nDETAIL:  Failing row contains (1, 今晚见).")
    line = logs.OneLineFormatter(whole=True).format(record("failed", error))
    assert "null value" in line
    assert "今晚见" not in line


def in_the_docs(pattern: str) -> set[str]:
    return set(re.findall(pattern, (ROOT / "docs/settings.md").read_text(), re.MULTILINE))


def test_every_check_is_documented() -> None:
    sources = (ROOT / "chat/checks.py").read_text() + (ROOT / "chat/project_checks.py").read_text()
    ids = set(re.findall(r'id="(chat\.\w+)"', sources))
    assert ids == in_the_docs(r"^\| `(chat\.\w+)` \|")


# The folder of each catalogue, and what is translated by it.
CATALOGUES = {"chat": ("chat",), ".": ("chatsite", "templates")}


def translated(*folders: str) -> dict[str, str]:
    """What the catalogues in these folders translate."""
    return {said: meant for folder in folders for said, meant in _translated(folder).items()}


def _translated(folder: str) -> dict[str, str]:
    with (ROOT / folder / "locale/zh_Hans/LC_MESSAGES/django.po").open("rb") as file:
        entries = [entry for entry in read_po(file) if entry.id and "fuzzy" not in entry.flags]
    first = [(e.id[0], e.string[0]) if isinstance(e.id, tuple) else (e.id, e.string) for e in entries]
    return {str(said): str(meant) for said, meant in first}


def test_languages_on_offer_are_the_ones_translated() -> None:
    assert {code for code, _name in settings.LANGUAGES} == {"en", "zh-hans"}
    assert [said for said, meant in translated(*CATALOGUES).items() if not meant] == []


@pytest.mark.parametrize("folder", CATALOGUES)
def test_every_sentence_of_the_pages_is_translated(folder: str) -> None:
    """Of the app's own in its own catalogue, because a host has no other."""
    sources = CATALOGUES[folder]
    pages = [
        page for source in sources for kind in ("html", "py") for page in (ROOT / source).rglob(f"*.{kind}")
    ]
    in_templates = r'\{% translate "((?:[^"\\]|\\.)*)"'
    in_code = r'\b(?:_|gettext|gettext_lazy)\("((?:[^"\\]|\\.)*)"\)'
    found = {pair for page in pages for pair in re.findall(f"{in_templates}|{in_code}", page.read_text())}
    # Django doubles a template's percent signs before it looks a sentence up.
    said = {template.replace("%", "%%") or code for template, code in found}
    assert said <= translated(folder).keys()


def test_chinese_texts_follow_the_style_guide() -> None:
    """你, not 您; a space between characters and letters; full-width punctuation."""
    for said, meant in translated(*CATALOGUES).items():
        text = re.sub(r"%\(\w+\)[sd]|\{\w+\}", "", meant)
        assert "您" not in text, said
        assert not re.search(r"[\u4e00-\u9fff][A-Za-z]|[A-Za-z][\u4e00-\u9fff]", text), said
        assert not re.search(r"[\u4e00-\u9fff][,;:!?.]", text), said
