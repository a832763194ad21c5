"""Settings of the Channels tutorial's chat.

The channel layer is Channels' in-memory one. The tutorial's is Redis (channels_redis.core), which costs about
as much, and with current Redis clients drops connections that are idle for a few seconds.
"""

SECRET_KEY = "the tutorial's, for a server on loopback that holds nothing"
ALLOWED_HOSTS = ["*"]
INSTALLED_APPS = [
    "daphne",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
]
ASGI_APPLICATION = "asgi.application"
ROOT_URLCONF = "asgi"
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}
USE_TZ = True

CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}
