"""Base classes of the admin pages: changes go through the writer, nothing is deleted, counts are bounded."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from django.contrib import admin, messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import ChangeList
from django.contrib.auth import get_user_model
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import DataError, ProgrammingError
from django.db.models import Model, QuerySet
from django.db.models.constants import LOOKUP_SEP
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.functional import cached_property

from chat.accounts import sessions
from chat.actions import Refused
from chat.ids import PersonId
from chat.web import error_messages

from . import bulk

if TYPE_CHECKING:
    Admin = admin.ModelAdmin[Any]
    Inline = admin.TabularInline[Any, Any]
    Pages = Paginator[Any]
else:
    Admin, Inline, Pages = admin.ModelAdmin, admin.TabularInline, Paginator

M = TypeVar("M", bound=Model)

MAX_COUNTED = bulk.MAX_COUNTED
# What people sign in with: a username, or an e-mail address in many projects.
LOGIN_FIELD = get_user_model().USERNAME_FIELD


class BoundedPages(Pages):
    @cached_property
    def count(self) -> int:
        rows: Any = self.object_list
        return int(rows.order_by()[:MAX_COUNTED].count())


class ForgivingList(ChangeList):
    """Nothing fits a filter whose value is no value of its field, such as a number that is too large. Some of
    these are found only by the database."""

    # What Django sets after it has read all filters.
    filter_specs: Any = ()
    has_filters, has_active_filters, clear_all_filters_qs = False, True, "?"

    def get_queryset(self, request: HttpRequest, exclude_parameters: Any = None) -> QuerySet[Any]:
        try:
            return super().get_queryset(request, exclude_parameters)
        except IncorrectLookupParameters:
            return self._nothing()

    def get_results(self, request: HttpRequest) -> None:
        try:
            super().get_results(request)
            list(self.result_list)
        except (ValueError, OverflowError, DataError, ProgrammingError):
            if not self.get_filters_params():
                raise
            self.queryset = self._nothing()
            super().get_results(request)

    def _nothing(self) -> QuerySet[Any]:
        return self.root_queryset.none()


class NoTransactionAdmin(Admin):
    """Leaves out Django's transaction around a form: on SQLite it holds the lock the writer waits for."""

    def get_changelist(self, request: HttpRequest, **options: Any) -> type[ChangeList]:
        return ForgivingList

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        # SQLite runs regular expressions in Python, and one can take hours.
        is_regex = not {"regex", "iregex"}.isdisjoint(lookup.split(LOOKUP_SEP))
        return not is_regex and super().lookup_allowed(lookup, value, request)

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, object] | None = None,
    ) -> HttpResponse:
        unwrapped: Any = self
        try:
            answer: HttpResponse = unwrapped._changeform_view(request, object_id, form_url, extra_context)
        except Refused as refused:
            self.message_user(request, error_messages.sentence(refused), messages.ERROR)
            answer = HttpResponseRedirect(request.get_full_path())
        return answer


class ActionAdmin(NoTransactionAdmin):
    """Banned staff see none of these pages, also where a project has no BannedMiddleware."""

    show_full_result_count = False
    list_per_page = 50
    paginator = BoundedPages

    def has_module_permission(self, request: HttpRequest) -> bool:
        return sessions.is_admitted(request) and super().has_module_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return sessions.is_admitted(request) and super().has_view_permission(request, obj)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return sessions.is_admitted(request) and super().has_add_permission(request)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return sessions.is_admitted(request) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def run_action(
        self,
        request: HttpRequest,
        success_message: str,
        what: str,
        rows: QuerySet[M],
        action: Callable[[M], object],
    ) -> HttpResponse | None:
        """Runs `action` on each of `rows` in batches. The log records `what`."""
        return bulk.respond(self, request, bulk.run(request, what, rows, action), success_message)


class ReadOnlyAdmin(ActionAdmin):
    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        # List actions need the permission; a row's page shows the row read-only.
        return obj is None and super().has_change_permission(request)


def staff_id(request: HttpRequest) -> PersonId:
    person = request.user.pk
    if person is None:
        raise PermissionDenied
    return person


def name_of(user: AbstractBaseUser) -> str:
    profile = getattr(user, "chat_profile", None)
    return str(profile.name if profile else user.get_username())
