"""A project that includes the chat below a prefix and has other account pages."""

from django.contrib import admin
from django.contrib.auth.views import LoginView, LogoutView
from django.urls import include, path

urlpatterns = [
    path("community/chat/", include("chat.urls")),
    path("members/in/", LoginView.as_view(), name="login"),
    path("members/out/", LogoutView.as_view(), name="logout"),
    path("staff/", admin.site.urls),
]
