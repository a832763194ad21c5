"""The chat's addresses. Everywhere else they are named (`chat:room`), so any prefix will do."""

from django.urls import path

from .web.views import (
    direct,
    directory,
    files,
    health,
    join_links,
    onboarding,
    privacy,
    profile,
    room_settings,
    rooms,
    setup,
    socket,
)

app_name = "chat"

urlpatterns = [
    path("", setup.home, name="home"),
    path("setup/<token>/", setup.by_link, name="setup"),
    path("join/<code>/", onboarding.join, name="join"),
    path("join/<code>/qr.svg", join_links.qr, name="join_qr"),
    path("direct/", direct.write_to, name="write_to"),
    path("rooms/", directory.directory, name="directory"),
    path("rooms/new/", rooms.new_room, name="new_room"),
    path("rooms/<key>/", rooms.room, name="room"),
    path("rooms/<key>/<int:message>/", rooms.room, name="message"),
    path("rooms/<key>/join/", rooms.enter_room, name="enter_room"),
    path("rooms/<key>/leave/", rooms.leave_room, name="leave_room"),
    path("rooms/<key>/settings/", room_settings.room_settings, name="room_settings"),
    path("rooms/<key>/archive/", room_settings.archive_room, name="archive_room"),
    path("rooms/<key>/opening/", privacy.opening, name="opening"),
    path("rooms/<key>/about/", privacy.about_direct, name="about_direct"),
    path("rooms/<key>/links/", room_settings.make_link, name="make_link"),
    path("rooms/<key>/links/revoke/", room_settings.revoke_link, name="revoke_link"),
    path("rooms/<key>/members/", room_settings.change_member, name="change_member"),
    path("rooms/<key>/files/", files.upload, name="upload"),
    path("files/<key>/", files.discard_upload, name="discard_upload"),
    path("files/<key>/<name>", files.download, name="file"),
    path("files/<key>/thumbnail/<name>", files.download, {"thumbnail": True}, name="thumbnail"),
    path("profile/", profile.profile, name="profile"),
    path("profile/account/", profile.account, name="account"),
    path("profile/sign-out/", profile.sign_out, name="sign_out"),
    path("profile/unblock/", privacy.unblock, name="unblock"),
    path("language/", profile.language, name="language"),
    path("favicon.ico", onboarding.favicon),
    path("ws/", socket.socket, name="socket"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", health.metrics, name="metrics"),
]
