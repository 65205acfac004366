"""The module's pages alone, with a front page to come back to."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import include, path

from bihuan.accounts.doors import page_permission
from bihuan.accounts.permissions import AccountPermission
from bihuan.accounts.requests import actor_of


def front(request: HttpRequest) -> JsonResponse:
    actor = actor_of(request)
    if actor is None:
        return JsonResponse({"actor": None})
    return JsonResponse(
        {
            "actor": str(actor.id),
            "kind": actor.kind,
            "roles": sorted(actor.roles),
            "case": str(actor.case_id) if actor.case_id else None,
        }
    )


@page_permission(AccountPermission.KEY_READ)
def keys(request: HttpRequest) -> HttpResponse:
    return HttpResponse("keys")


urlpatterns = [path("", front), path("keys", keys), path("", include("bihuan.accounts.urls"))]
