"""Signatures by the specification."""

from __future__ import annotations

import base64
from uuid import uuid4

import pytest
from cryptography.exceptions import InvalidTag

from bihuan.webhooks import signing

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
BODY = b'{"test": 2432232314}'
ID, STAMP = "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330


def test_the_signature_is_that_of_the_published_example() -> None:
    assert signing.signature(SECRET, ID, STAMP, BODY) == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_two_secrets_sign_both() -> None:
    other = "whsec_" + base64.b64encode(b"another secret of 24 byt").decode()
    made = signing.headers([other, SECRET], ID, STAMP, BODY)
    first, second = made["webhook-signature"].split(" ")
    assert second == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    assert first == signing.signature(other, ID, STAMP, BODY) != second
    assert (made["webhook-id"], made["webhook-timestamp"]) == (ID, "1614265330")


def test_a_secret_has_the_published_form_and_256_bits() -> None:
    secret = signing.new_secret()
    assert secret.startswith("whsec_")
    assert len(base64.b64decode(secret.removeprefix("whsec_"))) == 32
    assert secret != signing.new_secret()


def test_a_sealed_secret_opens_only_for_its_subscription() -> None:
    mine = uuid4()
    sealed = signing.seal(mine, SECRET)
    assert SECRET.encode() not in sealed
    assert signing.unseal(mine, sealed) == SECRET
    with pytest.raises(InvalidTag):
        signing.unseal(uuid4(), sealed)
