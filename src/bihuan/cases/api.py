"""What the REST doors of the flows share: the list of possible steps and an operation for each step."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema

from bihuan.accounts.permissions import require
from bihuan.accounts.requests import actor_asking
from bihuan.cases import queries
from bihuan.cases.models import Case
from bihuan.cases.steps import Door, StepTable
from bihuan.journal.time import now


def list_of(doors: Iterable[Door]) -> list[dict[str, Any]]:
    """Steps as the API names them: each with its labels, its clause and the form of its input."""
    return [
        {
            "step": door.step.name,
            "zh": door.step.zh,
            "en": door.step.en,
            "clause": door.step.clause,
            "input": door.schema.model_json_schema(),
        }
        for door in doors
    ]


def short(case: Case, form: type[Schema]) -> dict[str, Any]:
    """The columns of the case that ``form`` has."""
    return {name: getattr(case, name) for name in form.model_fields}


def add_steps(
    router: Router, table: StepTable, *, named: str, auth: Sequence[Any], response: type[Schema]
) -> None:
    """One operation for every door of the table, ``<named>_<step>``, with its own form in the document.

    It answers with the case in short. A case of another flow or one that the caller may not know of is
    NotFound (PCN-1.2).
    """
    for door in table.doors().values():
        _add(router, table, door, named=f"{named}_{door.step.name}", auth=auth, response=response)


def _add(
    router: Router, table: StepTable, door: Door, *, named: str, auth: Sequence[Any], response: type[Schema]
) -> None:
    step = door.step

    def operation(request: HttpRequest, case_id: UUID, body: Any) -> dict[str, Any]:
        actor, at = actor_asking(request), now()
        case = queries.get_for(actor, case_id, flow=table.flow.name)
        require(actor, table.permissions(step.permission), case.resource, clause="PCN-1.2")
        table.take(name=step.name, case_id=case_id, actor=actor, at=at, data=body.model_dump())
        return short(queries.get(case_id), response)

    operation.__annotations__ = {
        "request": HttpRequest,
        "case_id": UUID,
        "body": door.schema,
        "return": dict[str, Any],
    }
    operation.__name__ = named
    operation.__doc__ = f"{step.en} ({step.zh}; {step.clause})."
    handler: Callable[..., Any] = router.post(
        f"/{{uuid:case_id}}/steps/{step.name}", response=response, auth=auth, operation_id=named
    )
    handler(operation)
