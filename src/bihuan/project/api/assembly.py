"""An API of ours: django-ninja with our errors, our reading and our document."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from ninja import NinjaAPI
from ninja.operation import Operation

from bihuan.project.api import document, problems
from bihuan.project.api.once import once
from bihuan.project.api.parsing import StrictParser

Run = Callable[..., HttpResponseBase]


class Api(NinjaAPI):
    """Operations read strictly, act once under a key, and are documented with scopes and errors."""

    def __init__(self, *, title: str, version: str, description: str, urls_namespace: str) -> None:
        super().__init__(
            title=title,
            version=version,
            description=description,
            urls_namespace=urls_namespace,
            docs_url=None,
            parser=StrictParser(),
        )
        problems.install(self)
        self.add_decorator(_equipped, mode="view")

    def get_openapi_schema(self, **given: Any) -> Any:
        """The document, with what the framework leaves out."""
        return document.finished(super().get_openapi_schema(**given), self.operations())

    def operations(self) -> dict[str, Operation]:
        """Every operation by its id."""
        return {
            str(operation.operation_id): operation
            for router in self._get_bound_routers()
            for view in router.path_operations.values()
            for operation in view.operations
        }


def _equipped(run: Run) -> Run:
    """What every operation gets when it is bound to the API."""
    operation: Operation = run.__self__  # type: ignore[attr-defined]
    wanted = document.content_type_of(operation)
    if "POST" in operation.methods and operation.auth_callbacks:
        operation.view_func = once(operation, operation.view_func)

    @wraps(run)
    def guarded(request: HttpRequest, **values: Any) -> HttpResponseBase:
        if wanted and request.content_type != wanted:
            return problems.bare(415, headers={"Accept": wanted})
        return run(request, **values)

    return guarded
