"""Promises of merchant and platform by their codes: data in ``promises.yaml``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from importlib import resources

import yaml

from bihuan.engine.eligibility import Promise


@cache
def known() -> Mapping[str, Promise]:
    """Every code that the check can count with."""
    text = resources.files("bihuan.aftersales").joinpath("promises.yaml").read_text("utf-8")
    return {code: Promise(ref=code, **terms) for code, terms in yaml.safe_load(text).items()}


def of(codes: Iterable[str]) -> tuple[Promise, ...]:
    """The promises behind the codes of an order line; unknown codes count for nothing here."""
    return tuple(known()[code] for code in codes if code in known())
