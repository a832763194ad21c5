"""The settings of the Channels tutorial, as far as its chat needs them.

The channel layer is Channels' in-memory one. The tutorial's is Redis (channels_redis.core), which costs about
as much, and with today's Redis client ends connections at which nothing happens for a few seconds.
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
