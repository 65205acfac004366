import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from axes.models import AccessAttempt

from bihuan.accounts import actions
from bihuan.accounts.models import Person
from bihuan.accounts.permissions import Role
from bihuan.accounts.tests.factories import AT, PASSWORD, acting, consumer, events_of, staff
from bihuan.journal.actor import PROGRAM
from bihuan.journal.time import now

pytestmark = pytest.mark.django_db


def sign_in(client, who, password=PASSWORD, **extra):
    return client.post("/sign-in", {"login": who.username, "password": password}, **extra)


def actor(client):
    return client.get("/").json()["actor"]


def code_for(secret, step=0):
    counters = list(yield_hotp_counters_from_time())
    return format_hotp_value(hotp_value(secret, counters[len(counters) // 2 + step]))


def with_factor(who) -> str:
    secret = generate_totp_secret()
    TOTP.activate(who, secret)
    return secret


def test_signing_in_and_out(client, demo) -> None:
    who = staff(Role.AGENT)
    assert actor(client) is None
    assert sign_in(client, who).headers["Location"] == "/"
    assert client.get("/").json() == {"actor": str(who.id), "kind": "staff", "roles": ["agent"], "case": None}
    assert events_of(who.id)[-1] == "person.signed_in"
    client.post("/sign-out")
    assert actor(client) is None


def test_upper_case_user_names_are_the_same(client, demo) -> None:
    who = staff()
    client.post("/sign-in", {"login": who.username.upper(), "password": PASSWORD})
    assert actor(client) == str(who.id)


def test_wrong_password_unknown_name_locked_and_invited_look_the_same(client, demo) -> None:
    good, locked, invited = staff(), staff(), staff(joined=False)
    actions.lock(person_id=locked.id, reason="x", actor=PROGRAM, at=AT)
    pages = [
        sign_in(client, good, "wrong password"),
        sign_in(client, locked),
        sign_in(client, invited),
        client.post("/sign-in", {"login": "nobody", "password": PASSWORD}),
        client.post("/sign-in", {"login": "13812345678", "password": PASSWORD}),
    ]
    errors = {
        tuple(page.context["form"].non_field_errors()) or tuple(page.context["form"].errors["login"])
        for page in pages
    }
    assert {page.status_code for page in pages} == {200}
    assert len(errors) == 1
    assert actor(client) is None


def test_a_phone_typed_as_user_name_is_kept_nowhere(client, demo) -> None:
    client.post("/sign-in", {"login": "13812345678", "password": "x"})
    assert not AccessAttempt.objects.exists()


def test_five_wrong_passwords_close_the_door(client, demo) -> None:
    who = staff()
    for _ in range(4):
        assert sign_in(client, who, "wrong").status_code == 200
    assert sign_in(client, who, "wrong").status_code == 429
    assert sign_in(client, who).status_code == 429
    assert actor(client) is None


def test_unknown_user_names_are_locked_out_alike(client, demo) -> None:
    for _ in range(4):
        client.post("/sign-in", {"login": "nobody", "password": "x"})
    assert client.post("/sign-in", {"login": "nobody", "password": "x"}).status_code == 429


@pytest.mark.parametrize("end", ["lock", "leave", "grant", "revoke", "erase", "password"])
def test_sessions_end_when_the_person_changes(client, demo, end: str) -> None:
    who = staff(Role.AGENT)
    sign_in(client, who)
    at = now()
    {
        "lock": lambda: actions.lock(person_id=who.id, reason="x", actor=PROGRAM, at=at),
        "leave": lambda: actions.leave(person_id=who.id, actor=PROGRAM, at=at),
        "grant": lambda: actions.grant_role(person_id=who.id, role=Role.SUPERVISOR, actor=PROGRAM, at=at),
        "revoke": lambda: actions.revoke_role(person_id=who.id, role=Role.AGENT, actor=PROGRAM, at=at),
        "erase": lambda: actions.erase_person(person_id=who.id, reason="x", actor=PROGRAM, at=at),
        "password": lambda: actions.change_password(
            old=PASSWORD, new="another long one", actor=acting(who), at=at
        ),
    }[end]()
    assert actor(client) is None


def test_the_second_factor_is_asked_for(client, demo) -> None:
    who = staff(Role.AGENT)
    secret = with_factor(who)
    assert sign_in(client, who).headers["Location"] == "/sign-in/second-factor"
    assert actor(client) is None
    assert client.post("/sign-in/second-factor", {"code": "000000"}).status_code == 200
    assert actor(client) is None
    client.post("/sign-in/second-factor", {"code": code_for(secret)})
    assert actor(client) == str(who.id)


def test_a_code_is_good_once_even_in_another_process(client, demo) -> None:
    from django.core.cache import cache

    who = staff()
    secret = with_factor(who)
    code = code_for(secret)
    sign_in(client, who)
    client.post("/sign-in/second-factor", {"code": code})
    client.post("/sign-out")
    cache.clear()  # what another process would know of allauth's own mark
    sign_in(client, who)
    client.post("/sign-in/second-factor", {"code": code})
    assert actor(client) is None


def test_codes_cannot_be_guessed_on_and_on(client, demo) -> None:
    from django.core.cache import cache

    who = staff()
    secret = with_factor(who)
    sign_in(client, who)
    for n in range(5):
        client.post("/sign-in/second-factor", {"code": f"{n:06d}"})
        cache.clear()
    client.post("/sign-in/second-factor", {"code": code_for(secret)})
    assert actor(client) is None


def test_the_secret_of_the_second_factor_is_sealed_in_the_database(demo) -> None:
    who = staff()
    secret = with_factor(who)
    assert secret not in str(Authenticator.objects.get(user=who).data)


def test_setting_up_a_second_factor_and_using_a_recovery_code(client, demo) -> None:
    who = staff()
    sign_in(client, who)
    page = client.get("/account/second-factor/add")
    assert page.status_code == 200
    secret = page.context["form"].secret
    assert client.post("/account/second-factor/add", {"code": "000000"}).status_code == 200
    client.post("/account/second-factor/add", {"code": code_for(secret)})
    codes = client.get("/account/recovery-codes").context["unused_codes"]
    assert events_of(who.id)[-1] == "person.second_factor_changed"
    client.post("/sign-out")
    for good in (True, False):  # once only
        sign_in(client, who)
        client.post("/sign-in/second-factor", {"code": codes[0]})
        assert (actor(client) is not None) is good
        client.post("/sign-out")


def test_in_production_an_administrator_reaches_nothing_without_second_factor(client) -> None:
    who = staff(Role.ADMINISTRATOR)
    sign_in(client, who)
    assert client.get("/").headers["Location"] == "/account/second-factor/add"
    assert client.get("/keys").headers["Location"] == "/account/second-factor/add"
    secret = client.get("/account/second-factor/add").context["form"].secret
    client.post("/account/second-factor/add", {"code": code_for(secret)})
    assert client.get("/keys").content == b"keys"
    page = client.post("/account/second-factor/remove")
    assert Authenticator.objects.filter(user=who, type="totp").exists(), page.content


def test_in_a_demo_and_for_agents_it_is_left_to_the_person(client) -> None:
    sign_in(client, who := staff(Role.AGENT))
    assert actor(client) == str(who.id)


def test_the_setting_says_for_which_roles(client, settings, demo) -> None:
    settings.MFA_REQUIRED_ROLES = ["agent"]
    sign_in(client, staff(Role.AGENT))
    assert client.get("/").status_code == 302


def test_consumers_have_no_password(client, demo) -> None:
    who = Person.objects.get(id=consumer())
    assert not who.has_usable_password()
    client.post("/sign-in", {"login": str(who.id), "password": "!"})
    assert actor(client) is None


def test_pages_ask_for_their_permission(client, demo) -> None:
    assert client.get("/keys").headers["Location"] == "/sign-in?next=%2Fkeys"
    part = client.get("/keys", headers={"HX-Request": "true", "HX-Current-URL": "http://evil.example/"})
    assert (part.status_code, part.headers["HX-Redirect"]) == (401, "/sign-in?next=%2F")
    sign_in(client, staff(Role.AGENT))
    assert client.get("/keys").status_code == 403


def test_one_comes_back_to_where_one_was_but_never_elsewhere(client, demo) -> None:
    who = staff(Role.ADMINISTRATOR)
    form = {"login": who.username, "password": PASSWORD}
    assert client.post("/sign-in", {**form, "next": "/keys"}).headers["Location"] == "/keys"
    client.post("/sign-out")
    assert client.post("/sign-in", {**form, "next": "https://evil.example/"}).headers["Location"] == "/"


def test_invitation_page(client, demo) -> None:
    who = staff(joined=False)
    token = actions.invite(person_id=who.id, actor=PROGRAM, at=now()).token
    path = f"/account/invitation/{token}"
    assert client.get(path).status_code == 200
    assert client.post(path, {"password": "a", "again": "b"}).status_code == 200
    assert client.post(path, {"password": "short", "again": "short"}).status_code == 422
    given = {"password": PASSWORD, "again": PASSWORD}
    assert client.post(path, given).headers["Location"] == "/sign-in"
    assert client.get(path).status_code == 404
    assert client.get("/account/invitation/guess").status_code == 404
    sign_in(client, who)
    assert actor(client) == str(who.id)


def test_changing_the_password_keeps_this_session_and_ends_others(client, demo) -> None:
    from django.test import Client

    who, other = staff(), Client()
    sign_in(client, who)
    sign_in(other, who)
    new = "quite another one"
    wrong = client.post("/account/password", {"old": "no", "password": new, "again": new})
    assert wrong.status_code == 401
    client.post("/account/password", {"old": PASSWORD, "password": new, "again": new})
    assert actor(client) == str(who.id)
    assert actor(other) is None


def test_my_account_and_the_language(client, demo) -> None:
    who = staff(Role.AGENT, label="客服小林")
    assert client.get("/account").status_code == 302
    sign_in(client, who)
    assert "客服小林" in client.get("/account").content.decode()
    client.post("/language", {"language": "en", "next": "/account"})
    assert Person.objects.get(id=who.id).language == "en"
    assert client.cookies["django_language"].value == "en"


def test_anonymous_people_switch_the_language_and_stay_on_the_site(client, demo) -> None:
    page = client.post("/language", {"language": "en", "next": "https://evil.example/"})
    assert page.headers["Location"] == "/"
    assert client.cookies["django_language"].value == "en"
    client.post("/language", {"language": "xx"})
    assert client.cookies["django_language"].value == "en"


@pytest.mark.parametrize(
    "path",
    [
        "/sign-in",
        "/sign-in/phone",
        "/sign-out",
        "/account/inactive",
        "/account/second-factor",
        "/account",
        "/account/password",
        "/account/confirm",
        "/account/recovery-codes",
        "/enter?token=x",
    ],
)
def test_every_page_answers_everybody(client, demo, path: str) -> None:
    assert client.get(path).status_code < 500
    sign_in(client, staff())
    assert client.get(path).status_code < 500
