from datetime import timedelta

import pytest
from django.test import RequestFactory

from bihuan.accounts import actions, limits, queries
from bihuan.accounts.errors import TooMany
from bihuan.accounts.keys import ApiKeyAuth, find_key
from bihuan.accounts.limits import Limit, take
from bihuan.accounts.models import ApiKey
from bihuan.accounts.permissions import Role
from bihuan.accounts.tests.factories import acting, organisation, staff
from bihuan.engine.errors import Invalid, NotAllowed
from bihuan.journal.actor import PROGRAM
from bihuan.journal.time import now

pytestmark = pytest.mark.django_db


def make(**changes):
    given = {"name": "erp", "scopes": ["case:read"], "actor": PROGRAM, "at": now(), **changes}
    return actions.create_api_key(**given)


def ask(secret, *scopes):
    request = RequestFactory().get("/", headers={"Authorization": f"Bearer {secret}"})
    return ApiKeyAuth(*scopes)(request), request


def test_a_key_makes_an_actor_of_its_organisation() -> None:
    shop = organisation()
    made = make(organisation_id=shop.id)
    actor, request = ask(made.secret, "case:read")
    assert (actor.id, actor.kind, actor.roles, actor.organisation_id) == (
        made.id,
        "system",
        {"merchant_operator"},
        shop.id,
    )
    assert request.actor == actor
    assert ApiKey.objects.get().used_at is not None


def test_the_secret_is_not_in_the_database() -> None:
    secret = make().secret
    assert secret.rpartition("_")[2].encode() not in bytes(ApiKey.objects.get().digest)


def test_wrong_revoked_and_expired_keys_are_nobody() -> None:
    at = now()
    good, revoked = make(), make()
    ending = make(until_at=at + timedelta(hours=1))
    actions.revoke_api_key(key_id=revoked.id, actor=PROGRAM, at=at)
    for secret in (
        good.secret + "x",
        good.secret[:-1],
        revoked.secret,
        "bh__",
        "bh_x_y",
        "",
        "x" * 5000,
        "bh_\x00_y",
    ):
        assert ask(secret)[0] is None
    assert find_key(ending.secret, at=at) is not None
    assert find_key(ending.secret, at=at + timedelta(hours=1)) is None


def test_scopes_are_needed_and_stars_cover() -> None:
    secret, star = make().secret, make(scopes=["case:*"]).secret
    with pytest.raises(NotAllowed):
        ask(secret, "case:write")
    assert ask(star, "case:write")[0] is not None
    with pytest.raises(NotAllowed):
        ask(star, "order:read")


@pytest.mark.parametrize("changes", [{"scopes": []}, {"scopes": ["all"]}, {"rate": 0}, {"name": "<x>"}])
def test_bad_keys_are_refused(changes) -> None:
    with pytest.raises(Invalid):
        make(**changes)
    assert not ApiKey.objects.exists()


def test_only_administrators_make_keys_and_auditors_see_them() -> None:
    made, auditor = make(), acting(staff(Role.AUDITOR))
    assert [key.id for key in queries.keys_for(auditor)] == [made.id]
    for act in (
        lambda: make(actor=auditor),
        lambda: actions.revoke_api_key(key_id=made.id, actor=auditor, at=now()),
        lambda: queries.keys_for(acting(staff(Role.AGENT))),
    ):
        with pytest.raises(NotAllowed):
            act()
    assert ApiKey.objects.get().revoked_at is None


def test_a_key_has_its_rate() -> None:
    secret = make(rate=5).secret
    for _ in range(5):
        assert ask(secret)[0] is not None
    with pytest.raises(TooMany):
        ask(secret)


def test_a_lease_saves_round_trips_and_the_total_stays(django_assert_num_queries) -> None:
    limit = Limit(100, 3600, lease=20)
    with django_assert_num_queries(1):
        for _ in range(20):
            take("a", limit)
    limits.forget_leases()  # another process
    for _ in range(80):
        take("a", limit)
    with pytest.raises(TooMany) as caught:
        take("a", limit)
    assert caught.value.data["seconds"] == 36


def test_tokens_come_back_with_time() -> None:
    from django.db import connection

    limit = Limit(2, 60)
    take("b", limit)
    take("b", limit)
    with pytest.raises(TooMany):
        take("b", limit)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE accounts_bucket SET updated_at = updated_at - interval '30 seconds'")
    take("b", limit)
    with pytest.raises(TooMany):
        take("b", limit)
