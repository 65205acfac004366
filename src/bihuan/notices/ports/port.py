"""What every way of sending offers, and what it may answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from bihuan.accounts.queries import PersonalField


@dataclass(frozen=True, slots=True)
class Message:
    """One message, ready to go. ``key`` is the same whenever the same message is tried again."""

    key: str
    notice_id: UUID
    kind: str
    channel: str
    address: str
    language: str
    title: str
    body: str
    values: Mapping[str, str]
    case_id: UUID | None = None
    recipient_id: UUID | None = None
    secrets: tuple[str, ...] = ()
    """Values in the words that nothing but a real message and a demo's sink may show."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """The provider has it. ``at`` is the provider's own stamp where it gives one."""

    ref: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """It was not taken; ``lasting`` when trying again would not help."""

    code: str
    lasting: bool


@dataclass(frozen=True, slots=True)
class Unknown:
    """Nobody can say whether it was taken."""

    code: str


Result = Accepted | Refused | Unknown


@dataclass(frozen=True, slots=True)
class Report:
    """What a provider says later about a message: ``status`` is accepted, delivered or bounced."""

    status: str
    at: datetime | None
    key: str = ""
    ref: str = ""
    code: str = ""


class Port(Protocol):
    """A way to send by one channel. It raises nothing: whatever happens is one of the results."""

    @property
    def name(self) -> str: ...

    @property
    def field(self) -> PersonalField | None:
        """The personal data that is the address; None where the way needs none."""

    def send(self, message: Message, *, at: datetime) -> Result:
        """Hand the message over, with its key, so that a repetition reaches nobody twice."""

    def ask(self, message: Message, *, at: datetime) -> Result | None:
        """What became of an earlier try; None: it never arrived, or one cannot ask and must send again."""

    def reports(self, headers: Mapping[str, str], body: bytes, *, at: datetime) -> list[Report]:
        """Later reports in a request by the provider. Raises BadSignature or Invalid."""
