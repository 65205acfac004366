"""What the pages of money share: names, numbers of cases, what a form said, keys of pages."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, QueryDict

from bihuan.accounts import queries as accounts
from bihuan.cases import kinds
from bihuan.cases import queries as cases
from bihuan.cases.labels import language
from bihuan.engine.errors import Invalid, NotFound
from bihuan.journal.actor import Actor
from bihuan.ledger import queries
from bihuan.ledger.models import Posting
from bihuan.money.queries import Refund


def numbers(actor: Actor, case_ids: Collection[UUID | None]) -> dict[UUID, str]:
    """Case → its number, of those that the actor may see."""
    wanted = {one for one in case_ids if one}
    if not wanted:
        return {}
    return dict(cases.visible(actor).filter(id__in=wanted).values_list("id", "number"))


def case_at_desk(actor: Actor, case_id: UUID | None) -> tuple[str, str]:
    """Number and page of a case; both empty where the actor may not see it."""
    found = cases.visible(actor).filter(id=case_id).first() if case_id else None
    return (found.number, kinds.address(found, kinds.Site.DESK)) if found else ("", "")


def people(ids: Iterable[UUID | None]) -> dict[UUID, str]:
    """Working names, in the language of the page."""
    return accounts.labels({one for one in ids if one}, "en" if language() == "en" else "zh-hans")


def organisations(ids: Iterable[UUID | None]) -> dict[UUID, str]:
    """What merchants and carriers are called."""
    return accounts.organisation_names({one for one in ids if one})


def uuid_of(text: str, field: str) -> UUID | None:
    """An id out of an address or a form; None where it is empty. Raises Invalid."""
    if not text:
        return None
    try:
        return UUID(text)
    except ValueError:
        raise Invalid("{value} is not an id.", field=field, value=text[:40]) from None


def case_of(actor: Actor, number: str) -> UUID | None:
    """The case of a number; None where none is given. Raises Invalid for one that is not found."""
    wanted = number.strip()
    if not wanted:
        return None
    found = cases.by_number(actor, wanted)
    if found is None:
        raise Invalid("There is no case {number}.", field="case", number=wanted[:40])
    return found.id


def filters(actor: Actor, given: QueryDict) -> queries.Filters:
    """To what the address narrows the books. Raises Invalid."""
    return queries.Filters(
        organisation_id=uuid_of(given.get("owner", ""), "owner"),
        case_id=case_of(actor, given.get("case", "")),
        what=given.get("what", "")[:16],
    )


def rows_of(found: Sequence[Posting], actor: Actor) -> Mapping[str, Any]:
    """Postings for a table, with the names that they need."""
    owners = [leg.account.owner_id for one in found for leg in one.legs.all()]
    return {
        "postings": found,
        "owners": organisations(owners),
        "numbers": numbers(actor, [one.case_id for one in found]),
    }


def whole_number(text: str, field: str) -> int | None:
    """A number out of an address. Raises Invalid."""
    if not text:
        return None
    if not text.isdecimal() or len(text) > 18:
        raise Invalid("{value} is not a number.", field=field, value=text[:40])
    return int(text)


def after_of(request: HttpRequest) -> tuple[datetime, UUID] | None:
    """The key of the last row of the page before."""
    at, _, last = request.GET.get("after", "").partition("_")
    if not last:
        return None
    try:
        moment = datetime.fromisoformat(at)
        found = (moment, UUID(last))
    except ValueError:
        raise Invalid("Use the key that the page before gave.", field="after") from None
    if moment.tzinfo is None:
        raise Invalid("Use the key that the page before gave.", field="after")
    return found


def key_of(row: Refund) -> str:
    """What the next page begins after."""
    return f"{row.requested_at.isoformat()}_{row.id}"


def refund_name(name: str, among: Collection[str]) -> str:
    """A verb out of an address. Raises NotFound."""
    if name not in among:
        raise NotFound(kind="step", id=name[:40])
    return name
