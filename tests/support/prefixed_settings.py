"""The settings of a project that includes the chat below a prefix and is served below one itself."""

from chatsite.settings import *  # noqa: F403

ROOT_URLCONF = "tests.support.prefixed_urls"
FORCE_SCRIPT_NAME = "/sub"
LOGIN_URL, CHAT_LOGOUT_URL = "login", "logout"
CHAT_SIGNUP_URL = CHAT_PASSWORD_CHANGE_URL = None
LOGIN_REDIRECT_URL = LOGOUT_REDIRECT_URL = "chat:home"
