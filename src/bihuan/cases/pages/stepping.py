"""Taking a step from a page: the form, what was typed, the files, the refusal; for every flow."""

from __future__ import annotations

import logging
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Any, BinaryIO, Generic, Protocol, TypeVar, cast
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods

from bihuan.accounts.doors import View, local, signed_in
from bihuan.accounts.requests import told
from bihuan.cases import forms
from bihuan.cases.fields import Words
from bihuan.cases.forms import Pickers, StepForm
from bihuan.cases.labels import language
from bihuan.cases.models import Case
from bihuan.cases.steps import StepTable
from bihuan.engine.errors import BihuanError, NotAllowed, NotFound, Refusal
from bihuan.evidence import actions as evidence
from bihuan.evidence.uploads import QuotaUploadHandler, require_whole
from bihuan.journal.actor import Actor
from bihuan.journal.time import now

log = logging.getLogger(__name__)
_MOST_FILES = 20


def bound_uploads(request: HttpRequest) -> None:
    """Cut off a request with files that are too big; before anything of it is read."""
    if request.method == "POST":
        request.upload_handlers.insert(0, QuotaUploadHandler(request))


def takes_files(view: View) -> View:
    """A page whose form brings files: the size is bounded before anything is read, then the token checked.

    Goes outermost, around the decorators that say who may enter.
    """
    checked = csrf_protect(view)

    @csrf_exempt
    @wraps(view)
    def bounded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        bound_uploads(request)
        return checked(request, *args, **kwargs)

    return bounded


class File(Protocol):
    """A case as its flow shows it; ``side`` is whose eyes look: platform, consumer, merchant, third_party."""

    @property
    def case(self) -> Case: ...

    @property
    def side(self) -> str: ...


F = TypeVar("F", bound=File)


@dataclass(frozen=True)
class StepPages(Generic[F]):
    """The pages of a flow's steps: how to read a case, the doors, their words, what can be picked."""

    table: StepTable
    words: Words
    file_for: Callable[..., F]
    pickers: Callable[[str, Sequence[str], F, Actor, datetime, str], Pickers]
    known: Sequence[str] = ()
    """Columns of the case that a form begins with."""
    finish: Callable[[str, dict[str, Any]], dict[str, Any]] = lambda _step, data: data
    """What a flow still makes of the input of a step, once its files are taken in."""

    def page(
        self,
        entry: Callable[[View], View],
        *,
        back: str,
        template: str,
        steps: Container[str] | None = None,
    ) -> View:
        """The page of a step for one site, taking ``case_id`` and ``name``.

        ``entry`` says who may enter (``site_page``, ``desk_page``), ``back`` names the page of the case,
        ``steps`` are the only ones that are taken here (None: all). Otherwise as ``view``.
        """

        def step(request: HttpRequest, case_id: UUID, name: str) -> HttpResponse:
            if steps is not None and name not in steps:
                raise NotFound(kind="step", id=name[:40])
            return self.view(request, case_id, name, back=reverse(back, args=[case_id]), template=template)

        return takes_files(entry(require_http_methods(["GET", "HEAD", "POST"])(step)))

    def view(
        self, request: HttpRequest, case_id: UUID, name: str, *, back: str, template: str
    ) -> HttpResponse:
        """Show the form of a step, or take it and go ``back``. ``template`` is the site's whole page for it.

        A part asked for by htmx is the form alone. Raises NotFound for a case that the actor may not know of.
        """
        actor, at = signed_in(request), now()
        file = self.file_for(actor, case_id, at=at)
        given = {name: value for name, value in request.GET.items() if value}
        form = self.form(file, name, actor, at, given)
        status = 200
        if request.method == "POST":
            try:
                self._take(request, form, file, actor, at)
                return _done(request, back)
            except BihuanError as error:
                status = _refused(form, error)
        context = {"form": form, "file": file, "back": back, "action": request.path, "now": at}
        part = "cases/_step.html" if request.headers.get("HX-Request") == "true" else template
        return render(request, part, context, status=status)

    def form(self, file: F, name: str, actor: Actor, at: datetime, given: Mapping[str, Any]) -> StepForm:
        """The form of a step, whoever may take it; ``given`` goes before what the case has."""
        door = self.table.door(name)
        found = self.pickers(name, door.fields, file, actor, at, language())
        begin = {name: getattr(file.case, name) for name in self.known}
        return forms.form_of(door, self.words, found, language(), {**begin, **given})

    def _take(self, request: HttpRequest, form: StepForm, file: F, actor: Actor, at: datetime) -> None:
        require_whole(request)
        form.kept_files = _kept(request)
        data = forms.read(form, request.POST)
        if form.takes_files:
            form.kept_files += _uploaded(request, actor, at, file)
            data["evidence_ids"] = form.kept_files
        name = form.door.step.name
        self.table.take(name=name, case_id=file.case.id, actor=actor, at=at, data=self.finish(name, data))


def _kept(request: HttpRequest) -> list[str]:
    """Files of an earlier try of the same form, so that they need not be chosen again."""
    return [text for text in request.POST.getlist("kept_files")[:_MOST_FILES] if is_id(text)]


def is_id(text: str) -> bool:
    """Whether a text is the id of something."""
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def taken_in(
    files: Iterable[UploadedFile], actor: Actor, at: datetime, *, party: str, case_id: UUID | None = None
) -> list[UUID]:
    """Files that came with a form, kept as evidence of this party: for the case, or waiting for one."""
    return [
        evidence.upload(
            actor=actor,
            at=at,
            content=cast("BinaryIO", given.file),
            name=given.name or "",
            party=party,
            case_id=case_id,
            declared_type=given.content_type or "",
        ).id
        for given in files
    ]


def _uploaded(request: HttpRequest, actor: Actor, at: datetime, file: File) -> list[str]:
    """The files of the form, taken in for the case; ids."""
    party = {"third_party": "carrier"}.get(file.side, file.side)
    given = request.FILES.getlist("evidence_ids")[:_MOST_FILES]
    return [str(one) for one in taken_in(given, actor, at, party=party, case_id=file.case.id)]


def _refused(form: StepForm, error: BihuanError) -> int:
    """Put the error into the form; returns the status."""
    if isinstance(error, NotFound | NotAllowed) and not isinstance(error, Refusal):
        log.info("step %s: %s", form.door.step.name, error.error_code)
    message, remedy = told(error), ""
    if error.error_code == "invalid" and "problem" in error.data:
        message, remedy = _("This value cannot be used here."), _("Correct the field and send it again.")
    form.refuse(error, message, remedy)
    return error.status


def _done(request: HttpRequest, back: str) -> HttpResponse:
    """To where the person came from; htmx loads it as a whole page."""
    goal = local(request, request.POST.get("next") or back)
    if request.headers.get("HX-Request") == "true":
        return HttpResponse(status=204, headers={"HX-Redirect": goal})
    return HttpResponseRedirect(goal)
