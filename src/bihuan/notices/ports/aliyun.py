"""SMS through Alibaba Cloud (Dysmsapi 2017-05-25, RPC signature 1.0: HMAC-SHA1).

The provider keeps the templates: ``templates`` maps our kind to its code, per language. It has no
idempotency key; the key of the message is the signature's nonce (refused when used again within
fifteen minutes) and the ``OutId``, by which an earlier try is found again.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import quote
from zoneinfo import ZoneInfo

import httpx

from bihuan.accounts.queries import PersonalField
from bihuan.engine.errors import Invalid
from bihuan.notices.errors import BadSignature
from bihuan.notices.ports.calls import call, failure, json_of
from bihuan.notices.ports.port import Accepted, Message, Refused, Report, Result, Unknown
from bihuan.notices.ports.signing import code_of

ENDPOINT: Final = "https://dysmsapi.aliyuncs.com/"
_ZONE: Final = ZoneInfo("Asia/Shanghai")
_TRANSIENT: Final = frozenset(
    (
        "isv.BUSINESS_LIMIT_CONTROL",
        "isp.SYSTEM_ERROR",
        "isv.AMOUNT_NOT_ENOUGH",
        "Throttling",
        "Throttling.User",
        "ServiceUnavailable",
        "isp.RAM_PERMISSION_DENY",
        "isv.OUT_OF_SERVICE",
        "isv.DAY_LIMIT_CONTROL",
    )
)
_USED: Final = "SignatureNonceUsed"
_FAILED: Final = 2


class AliyunSmsPort:
    name = "aliyun"
    field = PersonalField.PHONE

    def __init__(
        self,
        *,
        key_id: str,
        secret: str,
        sign_name: str,
        templates: Mapping[str, Mapping[str, str]],
        token: str = "",
        endpoint: str = ENDPOINT,
    ) -> None:
        self.key_id, self.secret, self.sign_name = key_id, secret, sign_name
        self.templates, self.token, self.endpoint = templates, token, endpoint

    def send(self, message: Message, *, at: datetime) -> Result:
        language = "zh" if message.language.startswith("zh") else "en"
        template = self.templates.get(message.kind, {}).get(language)
        if not template:
            return Refused("no_template", lasting=True)
        found = self._call(
            "SendSms",
            message.key,
            at,
            PhoneNumbers=message.address,
            SignName=self.sign_name,
            TemplateCode=template,
            OutId=message.key,
            TemplateParam=json.dumps(dict(message.values), ensure_ascii=False, sort_keys=True),
        )
        if not isinstance(found, dict):
            return found
        code = code_of(found.get("Code"), "unspecified")
        if code == "OK":
            return Accepted(ref=_ref(found.get("BizId")))
        if code == _USED:
            return Unknown("sent_before")
        return Refused(code, lasting=code not in _TRANSIENT)

    def ask(self, message: Message, *, at: datetime) -> Result | None:
        """Look the message up by its ``OutId`` among those sent to the number today."""
        found = self._call(
            "QuerySendDetails",
            f"{message.key}-{at.timestamp():.3f}",
            at,
            PhoneNumber=message.address,
            SendDate=at.astimezone(_ZONE).strftime("%Y%m%d"),
            PageSize="50",
            CurrentPage="1",
        )
        if not isinstance(found, dict):
            return Unknown(found.code)
        if found.get("Code") != "OK":
            return Unknown(code_of(found.get("Code"), "unspecified"))
        details = (found.get("SmsSendDetailDTOs") or {}).get("SmsSendDetailDTO") or []
        mine = next((d for d in details if isinstance(d, dict) and d.get("OutId") == message.key), None)
        if mine is None:
            return None
        if mine.get("SendStatus") == _FAILED:
            return Refused(code_of(mine.get("ErrCode"), "failed"), lasting=True)
        return Accepted(ref=message.key, at=_local(mine.get("SendDate")))

    def reports(self, headers: Mapping[str, str], body: bytes, *, at: datetime) -> list[Report]:
        """The provider's SmsReport push. It is not signed, so the address carries a secret ``token``."""
        given = {name.lower(): value for name, value in headers.items()}.get("token", "")
        if not self.token or not hmac.compare_digest(given.encode(), self.token.encode()):
            raise BadSignature(permission="notice:report")
        try:
            return [_report(each) for each in json.loads(body)]
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            raise Invalid(field="reports") from None

    def _call(
        self, action: str, nonce: str, at: datetime, **parameters: str
    ) -> dict[str, Any] | Refused | Unknown:
        signed = parameters | {
            "Action": action,
            "Version": "2017-05-25",
            "RegionId": "cn-hangzhou",
            "Format": "JSON",
            "AccessKeyId": self.key_id,
            "SignatureMethod": "HMAC-SHA1",
            "SignatureVersion": "1.0",
            "SignatureNonce": nonce,
            "Timestamp": at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        }
        signed["Signature"] = signature("POST", signed, self.secret)
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        answer = call("POST", self.endpoint, headers=headers, content=canonical(signed).encode())
        if not isinstance(answer, httpx.Response):
            return answer
        found = json_of(answer)
        if found is None or "Code" not in found:
            return failure(answer, f"http_{answer.status_code}")
        return found


def signature(method: str, parameters: Mapping[str, str], secret: str) -> str:
    """Base64 HMAC-SHA1 of the canonical request, keyed by the secret and an ``&``."""
    text = f"{method}&{encoded('/')}&{encoded(canonical(parameters))}"
    return base64.b64encode(hmac.new(f"{secret}&".encode(), text.encode(), hashlib.sha1).digest()).decode()


def canonical(parameters: Mapping[str, str]) -> str:
    return "&".join(f"{encoded(name)}={encoded(value)}" for name, value in sorted(parameters.items()))


def encoded(text: str) -> str:
    """Only A–Z a–z 0–9 - _ . ~ stand as they are."""
    return quote(text, safe="-_.~")


def _report(given: dict[str, Any]) -> Report:
    delivered = given["success"] in (True, "true")
    return Report(
        status="delivered" if delivered else "bounced",
        at=_local(given.get("report_time")),
        key=code_of(given.get("out_id"), ""),
        ref=_ref(given.get("biz_id")),
        code=code_of(given.get("err_code"), "unspecified"),
    )


def _ref(value: object) -> str:
    """The provider's BizId, such as 9006^0, in the characters that a reference may have."""
    return code_of(encoded(str(value)), "") if value else ""


def _local(value: object) -> datetime | None:
    try:
        return datetime.strptime(str(value), "%Y-%m-%d %H:%M:%S").replace(tzinfo=_ZONE)
    except ValueError:
        return None
