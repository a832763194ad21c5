"""URL configuration: the chat, accounts and the admin."""

from allauth.account import views as allauth_views
from allauth.account.decorators import secure_admin_login
from allauth.account.models import EmailAddress
from django.contrib import admin
from django.urls import include, path
from django.utils.translation import gettext_lazy as _
from django.views.generic import RedirectView

from . import accounts

# The admin's own sign-in has no rate limit.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]
admin.site.site_header = admin.site.site_title = _("Chat")
admin.site.index_title = _("Moderation")
admin.site.unregister(EmailAddress)  # accounts have no e-mail addresses

account_pages = [
    path("login/", allauth_views.login, name="account_login"),
    path("logout/", allauth_views.logout, name="account_logout"),
    path("signup/", accounts.signup, name="account_signup"),
    path("inactive/", allauth_views.account_inactive, name="account_inactive"),
    path("reauthenticate/", allauth_views.reauthenticate, name="account_reauthenticate"),
    path("password/change/", accounts.change_password, name="account_change_password"),
    # Guests have no password to set: they create an account.
    path("password/set/", RedirectView.as_view(pattern_name="chat:account"), name="account_set_password"),
]

urlpatterns = [
    path("", include("chat.urls")),
    path("accounts/", include(account_pages)),
    path("admin/", admin.site.urls),
]
