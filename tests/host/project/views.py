"""Pages of the project that know nothing of the chat."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt


def home(request: HttpRequest) -> HttpResponse:
    return render(request, "home.html")


@csrf_exempt
def receive(request: HttpRequest) -> HttpResponse:
    """Answers how large the file of a form, or the body, is. There is no limit."""
    if "file" in request.FILES:
        return HttpResponse(str(request.FILES["file"].size))
    return HttpResponse(str(len(request.read())))
