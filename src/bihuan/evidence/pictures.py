"""Pictures: whether they can be shown safely, and the copy without place, device and author."""

from __future__ import annotations

import warnings
from typing import Any, BinaryIO, Final

from PIL import Image, ImageOps, ImageSequence

from bihuan.evidence.errors import FileBroken, FileUnsafe
from bihuan.evidence.sniff import Form

PIXELS: Final = 64_000_000
"""Most pixels of one picture, or of all frames of a moving one together."""
FRAMES: Final = 300
_FORMATS: Final = {
    "image/jpeg": ("JPEG", "MPO"),
    "image/png": ("PNG",),
    "image/webp": ("WEBP",),
    "image/gif": ("GIF",),
}
_SAVE: Final[dict[str, dict[str, Any]]] = {
    "image/jpeg": {"format": "JPEG", "quality": 90},
    "image/png": {"format": "PNG"},
    "image/webp": {"format": "WEBP", "quality": 90, "method": 2},
    "image/gif": {"format": "GIF"},
}
_KEPT: Final = ("icc_profile", "transparency", "duration", "loop", "background")
_MOST_ICC: Final = 65536


def strip_picture(source: BinaryIO, target: BinaryIO, form: Form) -> None:
    """Decode the picture and write it anew, turned upright, with no metadata but its colour profile.

    Raises FileBroken where it cannot be decoded, FileUnsafe where it would take too much memory
    (checked from the header, before anything is decoded).
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(source, formats=_FORMATS[form.media_type]) as picture:
                _check_size(picture)
                _write(picture, target, form)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise FileUnsafe(field="file", found="too many pixels") from None
    except FileUnsafe:
        raise
    except Exception as error:  # Pillow's plugins raise nearly anything on damaged data
        raise FileBroken(field="file", media_type=form.media_type) from error


def _check_size(picture: Image.Image) -> None:
    moving = picture.format in ("GIF", "WEBP")
    frames = getattr(picture, "n_frames", 1) if moving else 1
    width, height = picture.size
    if frames > FRAMES or width * height * frames > PIXELS:
        raise FileUnsafe(field="file", found="too many pixels")


def _write(picture: Image.Image, target: BinaryIO, form: Form) -> None:
    options = dict(_SAVE[form.media_type])
    if form.media_type in ("image/gif", "image/webp") and getattr(picture, "n_frames", 1) > 1:
        durations = []
        frames = []
        for frame in ImageSequence.Iterator(picture):
            durations.append(frame.info.get("duration", 100))
            frames.append(_bare(frame.copy()))
        loop = picture.info.get("loop", 0)
        frames[0].save(
            target, save_all=True, append_images=frames[1:], duration=durations, loop=loop, **options
        )
        return
    picture.seek(0)
    upright = _bare(ImageOps.exif_transpose(picture))
    if form.media_type == "image/jpeg" and upright.mode not in ("L", "RGB", "CMYK"):
        upright = upright.convert("RGB")
    upright.save(target, icc_profile=upright.info.get("icc_profile"), **options)


def _bare(picture: Image.Image) -> Image.Image:
    """The same picture with only harmless entries of its ``info``."""
    picture.load()
    picture.info = {key: picture.info[key] for key in _KEPT if key in picture.info}
    if len(picture.info.get("icc_profile") or b"") > _MOST_ICC:
        del picture.info["icc_profile"]
    return picture
