"""Which address is whose: the chat's own, the accounts', the admin's."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("admin/", admin.site.urls),
    path("accounts/", include("allauth.account.urls")),
    path("", include("chat.urls")),
]
