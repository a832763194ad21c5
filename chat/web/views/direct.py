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

from .access import allowance, people_only, slow_down

SHOWN = 100


@require_http_methods(["GET", "HEAD", "POST"])
@people_only
def write_to(request: HttpRequest, me: Profile) -> HttpResponse:
    """Searching for more people is a POST of the same form, so that picks are kept."""
    form = forms.ConversationForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return _choice(request, me, set(), "")
    given = form.cleaned_data | {"person": set(form.cleaned_data["person"])}
    if given["find"] or not given["person"]:
        return _choice(request, me, given["person"], given["q"])
    if wait := allowance(request, me).take("room.direct"):  # searching for people costs nothing
        return slow_down(request, wait)
    return _open(request, me, given)


def _open(request: HttpRequest, me: Profile, given: dict[str, Any]) -> HttpResponse:
    try:
        return redirect("chat:room", writer.perform(actions.open_direct_room, me.pk, given["person"]).key)
    except Refused as refused:
        messages.error(request, _why(refused))
        return _choice(request, me, given["person"], given["q"], status=400)


def _why(refused: Refused) -> str:
    if refused.code == Code.TOO_MANY:
        most = limits.DIRECT_PEOPLE - 1
        return _("Pick up to %(most)d people. For a larger group, create a room.") % {"most": most}
    return error_messages.sentence(refused)


def _choice(
    request: HttpRequest, me: Profile, picked: set[int], asked: str, status: int = 200
) -> HttpResponse:
    known = sorted(queries.acquaintances(me.pk), key=lambda person: (person.name.casefold(), person.pk))
    found = [person for person in known if person.pk not in picked and _fits(person, asked)]
    context = {
        "picked": [person for person in known if person.pk in picked], "found": found[:SHOWN],
        "more": len(found) > SHOWN, "many": len(known) > 12, "asked": asked,
    }  # fmt: skip
    return render(request, "chat/write_to.html", context, status=status)


def _fits(person: Profile, asked: str) -> bool:
    # Here, because SQLite folds the case of ASCII only.
    return asked.casefold() in person.name.casefold()
