"""Keys of programs outside: make one (its secret is shown this once), list them, revoke one."""

from __future__ import annotations

import argparse
from datetime import timedelta
from uuid import UUID

from bihuan.accounts import actions, queries
from bihuan.accounts.models.people import OrganisationKind
from bihuan.engine.errors import NotFound
from bihuan.journal.actor import PROGRAM
from bihuan.journal.time import now
from bihuan.project.api import api
from bihuan.project.api.document import scopes_of
from bihuan.project.cli.command import Commands

KINDS = (OrganisationKind.MERCHANT, OrganisationKind.CARRIER, OrganisationKind.AGENCY)


def add_parser(commands: Commands) -> None:
    """Options of `bihuan key`."""
    steps = commands.add_parser("key", description=__doc__).add_subparsers(
        dest="step", metavar="STEP", required=True
    )
    create = steps.add_parser("create", help="a new key; prints its secret")
    create.add_argument("name")
    known = scopes_of(api)
    said = f"again for each: {', '.join(known)}"
    create.add_argument("--scope", action="append", required=True, choices=known, metavar="SCOPE", help=said)
    said = "the merchant, carrier or agency that the key is bound to; none: the marketplace"
    create.add_argument("--for", dest="reference", metavar="REFERENCE", help=said)
    create.add_argument("--days", type=int, help="how long it is in force (for ever if left out)")
    create.add_argument("--rate", type=int, default=600, help="requests a minute (600)")
    steps.add_parser("list", help="all keys without their secrets")
    revoke = steps.add_parser("revoke", help="end a key at once")
    revoke.add_argument("id", type=UUID)


def run(args: argparse.Namespace) -> int:
    """Done as the program itself, and recorded so."""
    {"create": _create, "list": _list, "revoke": _revoke}[args.step](args)
    return 0


def _create(args: argparse.Namespace) -> None:
    at = now()
    made = actions.create_api_key(
        name=args.name,
        scopes=args.scope,
        organisation_id=_organisation(args.reference) if args.reference else None,
        until_at=at + timedelta(days=args.days) if args.days else None,
        rate=args.rate,
        actor=PROGRAM,
        at=at,
    )
    print(made.secret)


def _list(args: argparse.Namespace) -> None:
    del args
    for key in queries.keys_for(PROGRAM):
        bound = key.organisation.name if key.organisation else "the marketplace"
        ended = (
            "revoked" if key.revoked_at else f"until {key.until_at:%Y-%m-%d}" if key.until_at else "in force"
        )
        print(f"{key.id}  {key.name}  {bound}  {ended}  {' '.join(key.scopes)}")


def _revoke(args: argparse.Namespace) -> None:
    actions.revoke_api_key(key_id=args.id, actor=PROGRAM, at=now())


def _organisation(reference: str) -> UUID:
    for kind in KINDS:
        found = queries.organisations_by_reference(kind, [reference])
        if reference in found:
            return found[reference]
    raise NotFound(kind="organisation", id=reference)
