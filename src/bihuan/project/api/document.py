"""The OpenAPI 3.1 document: what django-ninja makes, with scopes, keys for repeating, errors and limits."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from ninja import NinjaAPI
from ninja.operation import Operation

from bihuan.accounts.keys import ApiKeyAuth
from bihuan.project.api.once import FORM, HEADER, KEPT
from bihuan.project.api.problems import PROBLEM

_SOURCES: Final = {
    "body": "application/json",
    "form": "application/x-www-form-urlencoded",
    "file": "multipart/form-data",
}
_ERRORS: Final = {
    400: "The request cannot be read.",
    401: "No key that is in force, and no session.",
    403: "The key's scopes or the person's roles do not cover it.",
    404: "There is no such thing, or the caller may not know of it.",
    409: "The state of the case or a rule does not allow it now; clause and remedy say more.",
    413: "The request is too large.",
    415: "The content type is not the operation's.",
    416: "The piece asked for does not exist.",
    422: "The input does not have the form asked for; errors names each field.",
    429: "Too many requests; Retry-After says how many seconds to wait.",
    503: "A part of the system does not answer; Retry-After says when to come again.",
}
_ALWAYS: Final = (400, 401, 403, 404, 422, 429, 503)
_WITH_BODY: Final = (409, 413, 415)
_PROBLEM: Final = {
    "type": "object",
    "description": "RFC 9457. detail and remedy speak the language of Accept-Language.",
    "required": ["type", "title", "status", "code", "detail"],
    "properties": {
        "type": {"type": "string", "description": "urn:bihuan: and the code"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string", "description": "stable; what a program looks at"},
        "detail": {"type": "string"},
        "clause": {"type": "string", "description": "the clause the refusal rests on"},
        "remedy": {"type": "string", "description": "what would make it pass"},
        "field": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["field", "problem"],
                "properties": {"field": {"type": "string"}, "problem": {"type": "string"}},
            },
        },
    },
}
_KEY: Final = {
    "in": "header",
    "name": HEADER,
    "required": False,
    "schema": {"type": "string", "pattern": FORM},
    "description": "Repeating the request with the same key gives the first answer and acts once. Kept "
    f"{int(KEPT.total_seconds() // 3600)} hours for each caller. Only answers of success are kept.",
}
_BYTES: Final = {
    status: {"description": text, "content": {"*/*": {"schema": {"type": "string", "format": "binary"}}}}
    for status, text in (("200", "The bytes."), ("206", "The piece that Range asks for."))
}


def content_type_of(operation: Operation) -> str | None:
    """The content type that an operation reads; None where it reads no body."""
    found = {model.__ninja_param_source__ for model in operation.models} & _SOURCES.keys()
    source = "file" if "file" in found else next(iter(found), None)
    return _SOURCES[source] if source else None


def scopes_of(api: NinjaAPI) -> list[str]:
    """Every scope that an operation asks for."""
    document = api.get_openapi_schema(path_prefix="")
    operations = (operation for path in document["paths"].values() for operation in path.values())
    return sorted({scope for operation in operations for scope in operation["x-scopes"]})


def finished(schema: dict[str, Any], operations: Mapping[str, Operation]) -> dict[str, Any]:
    """The document with everything that a caller has to know."""
    schema["components"]["schemas"]["Problem"] = _PROBLEM
    schema["components"]["responses"] = {_name(status): _response(status) for status in _ERRORS}
    schema["components"]["securitySchemes"] |= {
        "ApiKeyAuth": {
            "type": "http",
            "scheme": "bearer",
            "description": "A key of the administration (bh_…). The names behind it are the scopes needed. A "
            "key bound to an organisation has the rights of its people and sees its cases only.",
        }
    }
    for path in schema["paths"].values():
        for method, found in path.items():
            _complete(found, method, operations[found["operationId"]])
    return schema


def _complete(found: dict[str, Any], method: str, operation: Operation) -> None:
    found["summary"] = str(found.get("description", found["summary"])).partition(".")[0].partition("\n")[0]
    if method == "post" and operation.auth_callbacks:
        found["parameters"].append(_KEY)
    scopes = {type(a).__name__: list(getattr(a, "scopes", ())) for a in operation.auth_callbacks}
    if "security" in found:
        found["security"] = [{name: scopes[name]} for entry in found["security"] for name in entry]
    found["x-scopes"] = [s for a in operation.auth_callbacks if isinstance(a, ApiKeyAuth) for s in a.scopes]
    statuses = (*_ALWAYS, *(_WITH_BODY if method != "get" else ()))
    responses = {str(status): value for status, value in found["responses"].items()}
    if found["operationId"] == "get_evidence_content":
        responses = dict(_BYTES)
        statuses = (*statuses, 409, 416)
    for status in sorted(statuses):
        responses.setdefault(str(status), {"$ref": f"#/components/responses/{_name(status)}"})
    found["responses"] = dict(sorted(responses.items()))


def _name(status: int) -> str:
    return f"Problem{status}"


def _response(status: int) -> dict[str, Any]:
    made: dict[str, Any] = {
        "description": _ERRORS[status],
        "content": {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
    if status in (429, 503):
        made["headers"] = {"Retry-After": {"schema": {"type": "integer"}, "description": "seconds"}}
    return made
