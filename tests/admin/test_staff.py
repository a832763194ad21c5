"""Tests the limits of staff in the admin: people above them, their own ban, access while banned."""

from collections.abc import Callable
from importlib import import_module
from types import SimpleNamespace
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth import get_user_model
from django.contrib.auth.management import create_permissions
from django.contrib.auth.models import Group, Permission
from django.db import connection
from django.test import Client
from django.urls import reverse

from chat import actions
from chat.actions import Refused
from chat.models import JoinLink, Membership, Message, ModerationEvent, Profile, Room, Session, Workspace
from tests.support.database import rolled_back
from tests.support.refusals import refusal_code
from tests.support.scene import add_members, make_user, post_message, signed_in_client

pytestmark = pytest.mark.django_db
User = get_user_model()
migration = import_module("chat.migrations.0010_moderators")

PEOPLE = ("owner", "partner", "senior", "clerk", "peer", "person")


def make(name: str, *rights: str, **flags: Any) -> Any:
    user = make_user(name, password=None, email="old@example.org", **flags)
    user.user_permissions.set(Permission.objects.filter(codename__in=rights))
    return user


@pytest.fixture
def people(room: Room) -> dict[str, Any]:
    """Two superusers, three staff of whom one has one more permission, and one person. All are in the
    room."""
    ours = Permission.objects.filter(content_type__app_label="chat", codename__regex="^(view|change)_")
    rights = [*ours.values_list("codename", flat=True), "view_user", "change_user", "add_user"]
    staff, root = {"is_staff": True}, {"is_staff": True, "is_superuser": True}
    found = {
        "owner": make("owner", **root),
        "partner": make("partner", **root),
        "senior": make("senior", *rights, "view_logentry", **staff),
        "clerk": make("clerk", *rights, **staff),
        "peer": make("peer", *rights, **staff),
        "person": make("person"),
    }
    add_members(room, list(found.values()))
    for user in found.values():
        post_message(user.pk, room)
    return found


def page(model: Any, name: str = "changelist", *args: Any) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{name}", args=args)


def act(client: Client, model: Any, action: str, *rows: Any) -> Any:
    chosen = {"action": action, "_selected_action": [row.pk for row in rows]}
    return client.post(page(model), chosen, follow=True)


def fill_in(client: Client, user: Any, **given: Any) -> Any:
    """Sends the form of an account as a browser would, with some fields changed."""
    form = {"username": user.username, "email": user.email, "is_active": "on"}
    form |= {flag: "on" for flag in ("is_staff", "is_superuser") if getattr(user, flag)}
    form |= {"date_joined_0": "2020-01-01", "date_joined_1": "00:00:00"} | given
    sent = {name: value for name, value in form.items() if value is not None}
    return client.post(page(User, "change", user.pk), sent, follow=True)


def membership(user: Any) -> Membership:
    return Membership.objects.get(user=user)


PASSWORD = {
    "password1": "another horse battery",
    "password2": "another horse battery",
    "usable_password": "true",
}
ROLE = {"role": "moderator"}
MUTED = {"role": "member", "muted_until_0": "2099-01-01", "muted_until_1": "00:00"}

# What can be done to a person, each through the page on which staff do it.
DEEDS: dict[str, Callable[[Client, Any], Any]] = {
    "password": lambda c, who: c.post(reverse("admin:auth_user_password_change", args=[who.pk]), PASSWORD),
    "username": lambda c, who: fill_in(c, who, username="other"),
    "e-mail": lambda c, who: fill_in(c, who, email="mine@example.org"),
    "switch off": lambda c, who: fill_in(c, who, is_active=None),
    "name": lambda c, who: c.post(page(Profile, "change", who.pk), {"name": "Other"}),
    "ban": lambda c, who: act(c, Profile, "ban", who.chat_profile),
    "ban the author": lambda c, who: act(c, Message, "ban_authors", Message.objects.get(author=who)),
    "role": lambda c, who: c.post(page(Membership, "change", membership(who).pk), ROLE),
    "mute": lambda c, who: c.post(page(Membership, "change", membership(who).pk), MUTED),
    "remove": lambda c, who: act(c, Membership, "remove", membership(who)),
    "keep out": lambda c, who: act(c, Membership, "block_rejoin", membership(who)),
}  # fmt: skip
# Who acts on whom, and whether that is done.
RANKS = [
    ("clerk", "person", True), ("clerk", "peer", True), ("clerk", "senior", False), ("clerk", "owner", False),
    ("senior", "clerk", True), ("owner", "partner", True), ("owner", "senior", True),
    ("owner", "person", True), ("person", "clerk", False), ("person", "person", False),
]  # fmt: skip


def state(user: Any) -> list[Any]:
    """All stored rows of a person, except what posting changes."""
    account = User._default_manager.filter(pk=user.pk).values().get()
    profile = Profile.objects.filter(pk=user.pk).values("name", "banned_at").get()
    place = (
        Membership.objects.filter(user=user)
        .values("role", "muted_until", "removed_at", "cannot_rejoin")
        .get()
    )
    return [
        {key: value for key, value in account.items() if key not in ("last_login", "date_joined")},
        profile,
        place,
    ]


@pytest.mark.parametrize(("who", "whom", "done"), RANKS)
def test_nobody_acts_on_a_person_above_them(people: dict[str, Any], who: str, whom: str, done: bool) -> None:
    before = state(people[whom])
    for name, deed in DEEDS.items():
        with rolled_back():
            deed(signed_in_client(people[who]), people[whom])
            assert (state(people[whom]) != before) is done, name


@pytest.mark.parametrize("whom", ["owner", "senior", "clerk"])
def test_nobody_unbans_a_person_above_them_or_themselves(people: dict[str, Any], whom: str) -> None:
    actions.ban_person(people[whom].pk)
    assert refusal_code(actions.unban_person, people[whom].pk, by=people["clerk"].pk) is not None
    act(signed_in_client(people["peer"]), Profile, "unban", people[whom].chat_profile)
    assert (Profile.objects.get(pk=people[whom].pk).banned_at is None) is (whom == "clerk")


@pytest.mark.parametrize("who", ["owner", "clerk"])
def test_nobody_acts_on_themselves(people: dict[str, Any], who: str) -> None:
    before = state(people[who])
    for name in ("ban", "ban the author", "mute", "remove", "keep out"):
        DEEDS[name](signed_in_client(people[who]), people[who])
        assert state(people[who]) == before, name


@pytest.mark.parametrize("whom", ["clerk", "peer", "person"])
def test_only_superusers_give_permissions(people: dict[str, Any], whom: str) -> None:
    group = Group.objects.create(name="Everything")
    right = Permission.objects.get(codename="delete_user")

    def rights() -> list[Any]:
        user = User._default_manager.get(pk=people[whom].pk)
        return [user.is_staff, user.is_superuser, *user.groups.all(), *user.user_permissions.order_by("pk")]

    before = rights()
    for given in (
        {"is_staff": "on"}, {"is_staff": None}, {"is_superuser": "on"}, {"groups": [group.pk]},
        {"user_permissions": [right.pk]}, {"user_permissions": []},
    ):  # fmt: skip
        fill_in(signed_in_client(people["clerk"]), people[whom], **given)
        assert rights() == before, given
    fill_in(signed_in_client(people["owner"]), people[whom], is_superuser="on", groups=[group.pk])
    assert rights()[1:3] == [True, group]


def test_an_account_created_by_staff_has_no_permissions(people: dict[str, Any]) -> None:
    form = PASSWORD | {"username": "new", "is_staff": "on", "is_superuser": "on"}
    signed_in_client(people["clerk"]).post(page(User, "add"), form)
    new = User._default_manager.get(username="new")
    assert (new.is_staff, new.is_superuser) == (False, False)


def test_only_superusers_edit_groups_whatever_permissions_say(people: dict[str, Any]) -> None:
    group = Group.objects.create(name="Clerks")
    clerk = people["clerk"]
    clerk.user_permissions.add(*Permission.objects.filter(content_type__model__in=["group", "permission"]))
    clerk.groups.add(group)
    client, form = (
        signed_in_client(clerk),
        {"name": "Kings", "permissions": [Permission.objects.get(codename="delete_user").pk]},
    )
    for address in (
        page(Group),
        page(Group, "add"),
        page(Group, "change", group.pk),
        page(Group, "delete", group.pk),
    ):
        assert client.get(address).status_code == 403
        assert client.post(address, form).status_code == 403
    assert "auth/group" not in client.get("/admin/").content.decode()
    signed_in_client(people["owner"]).post(page(Group, "change", group.pk), form)
    assert Group.objects.get(pk=group.pk).name == "Kings"


# -- the last superuser ----------------------------------------------------------------------------


LAST: dict[str, Callable[[Any], Any]] = {
    "switched off": lambda who: fill_in(signed_in_client(who), who, is_active=None),
    "no longer one": lambda who: fill_in(signed_in_client(who), who, is_superuser=None),
    "no longer staff": lambda who: fill_in(signed_in_client(who), who, is_staff=None),
    "banned": lambda who: refusal_code(actions.ban_person, who.pk),
}


@pytest.mark.parametrize("end", LAST)
@pytest.mark.parametrize("other", ["banned", "inactive", "not staff", "active"])
def test_the_last_active_superuser_cannot_be_removed(people: dict[str, Any], end: str, other: str) -> None:
    owner, partner = people["owner"], people["partner"]
    if other == "banned":
        actions.ban_person(partner.pk)
    User._default_manager.filter(pk=partner.pk).update(
        is_active=other != "inactive", is_staff=other != "not staff"
    )
    LAST[end](owner)
    working = User._default_manager.filter(is_superuser=True, is_active=True, is_staff=True)
    here = working.filter(chat_profile__banned_at=None)
    assert here.filter(pk=owner.pk).exists() is (other != "active")
    assert here.exists()


def test_removing_the_last_superuser_is_refused_with_a_sentence(people: dict[str, Any]) -> None:
    User._default_manager.filter(pk=people["partner"].pk).update(is_active=False)
    answer = fill_in(signed_in_client(people["owner"]), people["owner"], is_active=None)
    assert "This is the last active superuser." in answer.content.decode()


# -- banned ----------------------------------------------------------------------------------------


def pages_of(user: Any) -> list[str]:
    ours = [
        page(model)
        for model in (Message, Session, Room, Membership, Profile, JoinLink, Workspace, User, Group)
    ]
    own = [page(User, "change", user.pk), reverse("admin:auth_user_password_change", args=[user.pk])]
    theirs = ["/admin/", "/admin/jsi18n/", "/admin/autocomplete/", "/admin/password_change/", "/admin/login/"]
    accounts = [
        "/accounts/password/change/",
        "/accounts/reauthenticate/",
        "/accounts/login/",
        "/accounts/signup/",
    ]
    chat = ["/", "/rooms/", "/profile/", "/profile/account/", "/direct/"]
    return ours + own + theirs + accounts + chat


@pytest.mark.parametrize("who", ["partner", "clerk"])
def test_a_banned_person_sees_so_on_every_page_in_every_login(people: dict[str, Any], who: str) -> None:
    user = people[who]
    at_home, at_work = signed_in_client(user), signed_in_client(user)
    assert at_work.get("/admin/").status_code == 200
    actions.ban_person(user.pk)
    for client in (at_home, at_work):
        for address in pages_of(user):
            answer = client.get(address)
            assert (answer.status_code, "been banned" in answer.content.decode()) == (403, True), address


def test_a_banned_person_cannot_unban_themselves_or_change_anything(people: dict[str, Any]) -> None:
    client = signed_in_client(people["partner"])
    actions.ban_person(people["partner"].pk)
    before = state(people["partner"])
    for deed in DEEDS.values():
        deed(client, people["partner"])
    act(client, Profile, "unban", people["partner"].chat_profile)
    old = {"oldpassword": "x", **PASSWORD}
    assert client.post("/accounts/password/change/", old).status_code == 403
    client.post("/language/", {"language": "zh-hans"})
    assert state(people["partner"]) == before
    assert Profile.objects.get(pk=people["partner"].pk).language == ""


def test_a_banned_person_can_sign_in_to_see_so_and_sign_out(people: dict[str, Any]) -> None:
    clerk, client = people["clerk"], Client()
    clerk.set_password("correct horse battery")
    clerk.save()
    actions.ban_person(clerk.pk)
    for leads in ("", "?next=/admin/"):
        form = {"login": "clerk", "password": "correct horse battery"}
        answer = client.post(f"/accounts/login/{leads}", form, follow=True)
        assert "been banned" in answer.content.decode()
        assert "_auth_user_id" in client.session
        client.post("/accounts/logout/")
        assert "_auth_user_id" not in client.session
        assert client.get("/accounts/login/").status_code == 200


def test_a_deactivated_account_has_no_page(people: dict[str, Any]) -> None:
    client = signed_in_client(people["partner"])
    User._default_manager.filter(pk=people["partner"].pk).update(is_active=False)
    for address in ("/admin/", "/rooms/", "/accounts/password/change/"):
        assert client.get(address).status_code == 302, address


def test_banned_staff_cannot_read_the_metrics(people: dict[str, Any]) -> None:
    client = signed_in_client(people["clerk"])
    assert client.get("/metrics", REMOTE_ADDR="192.0.2.1").status_code == 200
    actions.ban_person(people["clerk"].pk)
    assert client.get("/metrics", REMOTE_ADDR="192.0.2.1").status_code == 403


# -- what a filter would tell ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("model", "asked"),
    [(JoinLink, "code__startswith"), (JoinLink, "code"), (JoinLink, "created_by__password__startswith"),
     (JoinLink, "room__join_links__code__startswith"), (Message, "author__password__startswith"),
     (Message, "room__join_links__code__startswith"), (Profile, "user__password__startswith"),
     (Session, "user__password__startswith"), (Membership, "user__password__startswith"),
     (Membership, "room__join_links__code__startswith"), (Room, "join_links__code__startswith"),
     (Workspace, "founder__password__startswith"), (User, "password__startswith")],
)  # fmt: skip
def test_no_filter_reveals_a_secret(people: dict[str, Any], model: Any, asked: str) -> None:
    assert signed_in_client(people["clerk"]).get(page(model), {asked: "a"}).status_code == 400


# -- the group -------------------------------------------------------------------------------------

EXACTLY = {
    "view_message", "change_message", "view_session", "view_room", "change_room", "view_membership",
    "change_membership", "view_profile", "change_profile", "view_joinlink", "change_joinlink",
    "view_moderationevent",
}  # fmt: skip


def made_by_migration() -> Group:
    """As on a database before Django has created its permissions."""
    Group.objects.filter(name="Moderators").delete()
    Permission.objects.filter(content_type__app_label="chat").delete()
    migration.make_group(apps, SimpleNamespace(connection=connection))
    create_permissions(apps.get_app_config("chat"), verbosity=0)
    return Group.objects.get(name="Moderators")


def test_the_moderators_group_has_exactly_the_permissions_it_needs(
    people: dict[str, Any], room: Room
) -> None:
    group = made_by_migration()
    assert set(group.permissions.values_list("codename", flat=True)) == EXACTLY
    names = Permission.objects.filter(content_type__app_label="chat").values_list("codename", flat=True)
    assert len(names) == len(set(names))
    mo = make("mo", is_staff=True)
    mo.groups.add(group)
    client, message = signed_in_client(mo), post_message(people["person"].pk, room)
    for model in (Message, Session, Room, Membership, Profile, JoinLink, ModerationEvent):
        assert client.get(page(model)).status_code == 200
    for model in (User, Group, Workspace):
        assert client.get(page(model)).status_code == 403
    act(client, Message, "delete_messages", message)
    act(client, JoinLink, "revoke", room.join_links.get())
    for deed in ("name", "mute", "remove", "ban"):
        before = state(people["person"])
        DEEDS[deed](client, people["person"])
        assert state(people["person"]) != before, deed
    message.refresh_from_db()
    assert message.deleted_at is not None
    assert room.join_links.get().revoked_at is not None


def test_an_existing_moderators_group_is_not_changed() -> None:
    Group.objects.filter(name="Moderators").delete()
    mine = Group.objects.create(name="Moderators")
    migration.make_group(apps, SimpleNamespace(connection=connection))
    assert not mine.permissions.exists()


def test_the_server_s_shell_may_act_on_everybody(people: dict[str, Any], room: Room) -> None:
    actions.mute(None, room.key, people["owner"].pk, None, as_staff=True)
    actions.ban_person(people["partner"].pk)
    with pytest.raises(Refused):
        actions.ban_person(people["owner"].pk)
