import json
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bihuan.accounts import actions, queries
from bihuan.accounts.errors import SignInFailed
from bihuan.accounts.models import Person, TokenIssuer, UsedNonce
from bihuan.accounts.permissions import Role
from bihuan.accounts.queries import PersonalField as F
from bihuan.accounts.tests.factories import AT, PASSWORD, _part, acting, claims, events_of, signed, staff
from bihuan.engine.errors import NotAllowed
from bihuan.journal.actor import PROGRAM
from bihuan.journal.time import now

pytestmark = pytest.mark.django_db
KEY = b"k" * 32


@pytest.fixture(autouse=True)
def mall(db):
    return actions.create_token_issuer(name="mall", algorithm="HS256", key=KEY, actor=PROGRAM, at=AT)


def enter(token, at=AT):
    return actions.enter_by_token(token=token, at=at)


def test_a_consumer_comes_by_the_marketplaces_token_and_again() -> None:
    given = {
        "phone_number": "13812345678",
        "phone_number_verified": True,
        "name": "王小明",
        "locale": "en-GB",
    }
    who = enter(signed(claims(AT, **given), KEY))
    assert (who.kind, who.language) == ("consumer", "en")
    assert queries.masked(who.id, F.PHONE) == "138****5678"
    assert enter(signed(claims(AT), KEY)).id == who.id
    assert enter(signed(claims(AT, sub="u-2"), KEY)).id != who.id


def test_two_marketplaces_never_reach_each_others_people() -> None:
    actions.create_token_issuer(name="bazaar", algorithm="HS256", key=b"b" * 32, actor=PROGRAM, at=AT)
    mine = enter(signed(claims(AT), KEY))
    theirs = enter(signed(claims(AT, iss="bazaar"), b"b" * 32))
    assert mine.id != theirs.id
    with pytest.raises(SignInFailed):
        enter(signed(claims(AT, iss="bazaar"), KEY))


FORGED = {
    "other key": lambda: signed(claims(AT), b"x" * 32),
    "alg none": lambda: signed(claims(AT), KEY, header={"alg": "none"}, signature=b""),
    "alg NONE signed": lambda: signed(claims(AT), KEY, header={"alg": "NoNe"}),
    "alg of another kind": lambda: signed(claims(AT), KEY, header={"alg": "EdDSA"}),
    "no alg": lambda: signed(claims(AT), KEY, header={"typ": "JWT"}),
    "crit": lambda: signed(claims(AT), KEY, header={"alg": "HS256", "crit": ["exp"]}),
    "jwk": lambda: signed(claims(AT), KEY, header={"alg": "HS256", "jwk": {"k": "a"}}),
    "empty signature": lambda: signed(claims(AT), KEY, signature=b""),
    "wrong audience": lambda: signed(claims(AT, aud="https://other.example"), KEY),
    "no audience": lambda: signed({k: v for k, v in claims(AT).items() if k != "aud"}, KEY),
    "unknown signer": lambda: signed(claims(AT, iss="nobody"), KEY),
    "nul in signer": lambda: signed(claims(AT, iss="mall\x00"), KEY),
    "expired": lambda: signed(claims(AT - timedelta(minutes=6)), KEY),
    "not yet": lambda: signed(claims(AT + timedelta(minutes=2)), KEY),
    "nbf ahead": lambda: signed(claims(AT, nbf=(AT + timedelta(minutes=3)).timestamp()), KEY),
    "lives too long": lambda: signed(claims(AT, exp=(AT + timedelta(hours=1)).timestamp()), KEY),
    "exp text": lambda: signed(claims(AT, exp="tomorrow"), KEY),
    "exp true": lambda: signed(claims(AT, exp=True), KEY),
    "exp huge": lambda: signed(claims(AT, exp=1e300), KEY),
    "no exp": lambda: signed({k: v for k, v in claims(AT).items() if k != "exp"}, KEY),
    "no nonce": lambda: signed({k: v for k, v in claims(AT).items() if k != "jti"}, KEY),
    "no subject": lambda: signed(claims(AT, sub=""), KEY),
    "subject no text": lambda: signed(claims(AT, sub=7), KEY),
    "bad phone": lambda: signed(claims(AT, phone_number="12"), KEY),
    "list": lambda: signed([1], KEY),
    "two parts": lambda: "a.b",
    "five parts": lambda: "a.b.c.d.e",
    "not base64": lambda: "!.!.!",
    "empty": lambda: "",
    "huge": lambda: "a" * 10_000 + ".b.c",
}


@pytest.mark.parametrize("name", FORGED)
def test_forged_tokens_open_nothing(name: str) -> None:
    with pytest.raises(SignInFailed):
        enter(FORGED[name]())
    assert not Person.objects.exists()
    assert not UsedNonce.objects.exists()


def test_a_claim_given_twice_is_refused() -> None:
    import hashlib
    import hmac

    head = _part(b'{"alg":"HS256"}')
    body = _part(json.dumps(claims(AT)).encode()[:-1] + b',"sub":"admin"}')
    token = f"{head}.{body}.{_part(hmac.digest(KEY, f'{head}.{body}'.encode(), hashlib.sha256))}"
    with pytest.raises(SignInFailed):
        enter(token)


def test_a_token_is_good_once() -> None:
    token = signed(claims(AT), KEY)
    enter(token)
    with pytest.raises(SignInFailed):
        enter(token, AT + timedelta(minutes=1))
    assert Person.objects.count() == 1


def test_used_tokens_are_forgotten_when_they_have_expired_anyway() -> None:
    token = signed(claims(AT), KEY)
    enter(token)
    assert actions.purge_nonces(at=AT + timedelta(minutes=5)) == 0
    assert actions.purge_nonces(at=AT + timedelta(minutes=6)) == 1
    with pytest.raises(SignInFailed):
        enter(token, AT + timedelta(minutes=6))


def test_eddsa() -> None:
    private = Ed25519PrivateKey.generate()
    public = private.public_key().public_bytes_raw()
    actions.create_token_issuer(name="ed", algorithm="EdDSA", key=public, actor=PROGRAM, at=AT)
    unsigned = signed(claims(AT, iss="ed"), KEY, header={"alg": "EdDSA"}).rpartition(".")[0]
    assert enter(f"{unsigned}.{_part(private.sign(unsigned.encode()))}").kind == "consumer"
    forged = signed(claims(AT, iss="ed"), public, header={"alg": "HS256"})  # the public key used as a secret
    with pytest.raises(SignInFailed):
        enter(forged)


def test_a_signer_that_was_revoked_opens_nothing(mall) -> None:
    actions.revoke_token_issuer(issuer_id=mall.id, actor=PROGRAM, at=AT)
    with pytest.raises(SignInFailed):
        enter(signed(claims(AT), KEY))


def test_the_shared_key_is_sealed(mall) -> None:
    assert KEY not in bytes(TokenIssuer.objects.get(id=mall.id).key)


def test_only_administrators_register_signers() -> None:
    for role in (Role.MANAGER, Role.AUDITOR):
        with pytest.raises(NotAllowed):
            actions.create_token_issuer(
                name="x", algorithm="HS256", key=KEY, actor=acting(staff(role)), at=AT
            )
    assert TokenIssuer.objects.count() == 1


def go(client, **changes):
    query = {"token": signed(claims(now(), **changes), KEY), "next": "/?from=mall"}
    return client.get("/enter?" + urlencode(query))


def test_the_page_signs_in_and_goes_on(client) -> None:
    assert go(client).headers["Location"] == "/?from=mall"
    who = client.get("/").json()
    assert who["kind"] == "consumer"
    assert events_of(Person.objects.get(kind="consumer").id) == ["person.created", "person.signed_in"]


def test_the_page_leads_to_no_other_site(client) -> None:
    token = signed(claims(now()), KEY)
    page = client.get("/enter?" + urlencode({"token": token, "next": "https://evil.example"}))
    assert page.headers["Location"] == "/"


def test_a_bad_token_says_only_that_it_did_not_work(client) -> None:
    page = client.get("/enter?token=a.b.c")
    assert page.status_code == 401
    assert client.get("/").json()["actor"] is None


def test_a_new_person_in_the_same_browser_replaces_the_old_one(client) -> None:
    who = staff(Role.AGENT)
    client.post("/sign-in", {"login": who.username, "password": PASSWORD})
    go(client)
    assert client.get("/").json()["roles"] == ["consumer"]
