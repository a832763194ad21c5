"""Answers an ordinary request to the WebSocket's address. It is a URL so that the address has a name."""

from django.http import HttpRequest, HttpResponse


def socket(request: HttpRequest) -> HttpResponse:
    return HttpResponse(
        "This address is for WebSockets.\n", status=426, content_type="text/plain",
        headers={"Upgrade": "websocket", "Connection": "Upgrade"},
    )  # fmt: skip
