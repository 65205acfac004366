"""Files and people for the tests of evidence."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from PIL import Image

from bihuan.accounts.permissions import Role
from bihuan.journal.actor import Actor, ActorKind

AT = datetime(2026, 9, 30, 2, 0, tzinfo=UTC)
LATER = AT + timedelta(days=8)


def actor(kind: ActorKind = ActorKind.CONSUMER, *roles: Role, case_id: UUID | None = None) -> Actor:
    return Actor(uuid4(), kind, frozenset(roles or (Role.CONSUMER,)), case_id=case_id)


def staff(role: Role = Role.SUPERVISOR) -> Actor:
    return actor(ActorKind.STAFF, role)


def picture(kind: str = "JPEG", size: tuple[int, int] = (40, 30), *, gps: bool = True) -> bytes:
    """A small picture; JPEG with camera name, rotation and place."""
    image = Image.new("RGB", size, (200, 10, 10))
    out = io.BytesIO()
    exif = Image.Exif()
    if gps:
        exif[0x0110] = "SecretCamera 9"
        exif[0x0112] = 6
        exif[0x8825] = {1: "N", 2: (31.0, 13.0, 49.0), 3: "E", 4: (121.0, 28.0, 0.0)}
    image.save(out, kind, exif=exif)
    return out.getvalue()


def box(kind: bytes, content: bytes = b"") -> bytes:
    return (8 + len(content)).to_bytes(4) + kind + content


def video(brand: bytes = b"isom", place: bytes = b"+31.2304+121.4737/") -> bytes:
    """A film of boxes only, with the place in the user data of the file and of its track."""
    udta = box(b"udta", box(b"\xa9xyz", place))
    moov = box(b"moov", box(b"mvhd", bytes(100)) + udta + box(b"trak", box(b"tkhd", bytes(80)) + udta))
    return box(b"ftyp", brand + bytes(4) + b"isom") + moov + box(b"mdat", b"\x01" * 500)


def pdf(body: bytes = b"") -> bytes:
    return b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\n" + body + b"\ntrailer << >>\n%%EOF\n"


def archive() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        made.writestr("a.txt", "a" * 100)
    return out.getvalue()
