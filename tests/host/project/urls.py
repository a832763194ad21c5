"""The project's addresses: its own pages, and the chat among them."""

from django.contrib import admin
from django.urls import include, path

from . import views

urlpatterns = [
    path("", views.home),
    path("big/", views.receive),
    path("admin/", admin.site.urls),
    path("accounts/", include("django.contrib.auth.urls")),
    path("community/chat/", include("chat.urls")),
]
