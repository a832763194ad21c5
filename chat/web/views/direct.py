"""Pages that start a direct conversation with people who share a room with the reader."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from chat import actions, limits, queries
from chat.actions import Refused
from chat.models import Profile
from chat.protocol import Code
from chat.web import error_messages, forms
from chat.writer import writer

from .access import allowance, person_required, too_many_requests

SHOWN = 100


@require_http_methods(["GET", "HEAD", "POST"])
@person_required
def write_to(request: HttpRequest, me: Profile) -> HttpResponse:
    """Searching for more people is a POST of the same form, so that picks are kept."""
    form = forms.ConversationForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return _people_page(request, me, set(), "")
    given = form.cleaned_data | {"person": set(form.cleaned_data["person"])}
    if given["find"] or not given["person"]:
        return _people_page(request, me, given["person"], given["q"])
    if wait := allowance(request, me).take("room.direct"):  # searching for people costs nothing
        return too_many_requests(request, wait)
    return _open(request, me, given)


def _open(request: HttpRequest, me: Profile, given: dict[str, Any]) -> HttpResponse:
    try:
        return redirect("chat:room", writer.perform(actions.open_direct_room, me.pk, given["person"]).key)
    except Refused as refused:
        messages.error(request, _why(refused))
        return _people_page(request, me, given["person"], given["q"], status=400)


def _why(refused: Refused) -> str:
    if refused.code == Code.TOO_MANY:
        most = limits.DIRECT_PEOPLE - 1
        return _("Pick up to %(most)d people. For a larger group, create a room.") % {"most": most}
    return error_messages.sentence(refused)


def _people_page(
    request: HttpRequest, me: Profile, picked: set[int], query: str, status: int = 200
) -> HttpResponse:
    known = sorted(queries.acquaintances(me.pk), key=lambda person: (person.name.casefold(), person.pk))
    found = [person for person in known if person.pk not in picked and _matches(person, query)]
    context = {
        "picked": [person for person in known if person.pk in picked], "found": found[:SHOWN],
        "more": len(found) > SHOWN, "many": len(known) > 12, "query": query,
    }  # fmt: skip
    return render(request, "chat/write_to.html", context, status=status)


def _matches(person: Profile, query: str) -> bool:
    # Here, because SQLite folds the case of ASCII only.
    return query.casefold() in person.name.casefold()
