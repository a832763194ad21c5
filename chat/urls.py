"""Which address is which page? Elsewhere only the names are used."""

from django.urls import path

from .views import (
    direct,
    directory,
    entrance,
    files,
    health,
    inviting,
    keeping,
    privacy,
    profile,
    rooms,
    setup,
)

urlpatterns = [
    path("", setup.home, name="home"),
    path("setup/<token>/", setup.by_link, name="setup"),
    path("join/<code>/", entrance.join, name="join"),
    path("join/<code>/qr.svg", inviting.qr, name="join_qr"),
    path("direct/", direct.write_to, name="write_to"),
    path("rooms/", directory.directory, name="directory"),
    path("rooms/new/", rooms.new_room, name="new_room"),
    path("rooms/<key>/", rooms.room, name="room"),
    path("rooms/<key>/<int:message>/", rooms.room, name="message"),
    path("rooms/<key>/join/", rooms.enter_room, name="enter_room"),
    path("rooms/<key>/leave/", rooms.leave_room, name="leave_room"),
    path("rooms/<key>/settings/", keeping.room_settings, name="room_settings"),
    path("rooms/<key>/archive/", keeping.archive_room, name="archive_room"),
    path("rooms/<key>/opening/", privacy.opening, name="opening"),
    path("rooms/<key>/about/", privacy.about_direct, name="about_direct"),
    path("rooms/<key>/links/", keeping.make_link, name="make_link"),
    path("rooms/<key>/links/revoke/", keeping.revoke_link, name="revoke_link"),
    path("rooms/<key>/members/", keeping.change_member, name="change_member"),
    path("rooms/<key>/files/", files.upload, name="upload"),
    path("files/<key>/", files.take_back, name="take_back"),
    path("files/<key>/<name>", files.download, name="file"),
    path("files/<key>/small/<name>", files.download, {"small": True}, name="small"),
    path("profile/", profile.profile, name="profile"),
    path("profile/account/", profile.account, name="account"),
    path("language/", profile.language, name="language"),
    path("favicon.ico", entrance.favicon),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", health.metrics, name="metrics"),
]
