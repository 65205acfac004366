"""Why a file is not taken, or not shown."""

from __future__ import annotations

from bihuan.engine.errors import Invalid, NotAllowed, Refusal


class FileRefused(Invalid):
    """A file that is not stored; nothing of it is left behind. ``data`` may name type, size and limit."""

    code = "evidence.file"
    message = "This file is not accepted."
    remedy = "Send a picture (JPEG, PNG, WebP, GIF), PDF, video (MP4, MOV, WebM), sound or plain text file."


class FileEmpty(FileRefused):
    code = "evidence.empty"
    message = "The file is empty."
    remedy = "Choose the file again; the upload may have been cut off."


class FileTooBig(FileRefused):
    code = "evidence.too_big"
    status = 413
    message = "The file is larger than {limit_mb} MB, the limit for {media_type}."
    remedy = "Send a smaller file, or split it into parts."


class FileType(FileRefused):
    code = "evidence.type"
    status = 415
    message = "Files of this type ({found}) are not accepted."


class FileUnsafe(FileRefused):
    code = "evidence.unsafe"
    message = "The file holds something that evidence must not hold ({found})."
    remedy = "Send a plain copy: take a screenshot, or print it into a new PDF."


class FileBroken(FileRefused):
    code = "evidence.broken"
    message = "The file says that it is {media_type} but cannot be read as such."
    remedy = "Open the file to see whether it is whole, and save or record it again."


class OriginalSealed(NotAllowed):
    code = "evidence.original"
    message = "The original of this file is kept under seal; the copy without place and device is shown."
    remedy = "Ask a supervisor or legal counsel; opening the original needs a reason, which is recorded."


class NotAttached(Refusal):
    code = "evidence.attach"
    message = (
        "{count} of the files cannot be attached: they belong to another case, to somebody else, or are gone."
    )
    remedy = "Upload these files again: {ids}."


class Damaged(Refusal):
    code = "evidence.damaged"
    status = 500
    message = "File {id} no longer matches the digest recorded when it came in."
    remedy = "Restore it from a backup (`bihuan restore`), then check it again."
