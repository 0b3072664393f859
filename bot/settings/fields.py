"""What the values of several sections have to be."""

import re
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, Strict

from codes.languages import LANGUAGES
from crypto.age import parse_recipient
from crypto.errors import CryptoError


def _absolute(path: Path) -> Path:
    # A question mark begins the options in the address of a database, which would then be another file.
    if not path.is_absolute() or set(str(path)) & {"?", "\0"}:
        raise ValueError("should be an absolute path, or relative to the folder of silbo.toml, without ?")
    return path


def _url(url: str) -> str:
    if not re.fullmatch(r"https?://[^\s/@]+(/[^\s@]*)?", url):
        raise ValueError("should be an address that starts with https:// (http:// for tests on this machine)")
    return url


def _hook_url(url: str) -> str:
    if set(url) & set("{}?#"):
        raise ValueError("should be an address with a plain path, without { } ? #")
    return _url(url)


def _page_url(url: str) -> str:
    """Everybody's the same: with a question or a mark behind it, an address could tell who opens it."""
    if not re.fullmatch(r"https://[a-z0-9.-]{1,150}(:[0-9]{1,5})?/([A-Za-z0-9_-]{1,64}/){0,3}", url):
        raise ValueError("should be an address that starts with https:// and ends with /, without ? or #")
    if re.match(r"https://[^/:]*\.onion[:/]", url):
        raise ValueError("should be no onion address: Telegram can't open one")
    return url


def _recipient(text: str) -> str:
    try:
        parse_recipient(text)
    except CryptoError:
        raise ValueError("should be an age recipient: age1... or age1pq1...") from None
    return text


ShortName = Annotated[str, Field(pattern=r"^[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?$")]
"""As crypto/manifest.py has it."""


def _language(code: str) -> str:
    if code not in LANGUAGES:
        raise ValueError(f"should be one of {', '.join(LANGUAGES)}")
    return code


Language = Annotated[str, AfterValidator(_language)]
AbsolutePath = Annotated[Path, Strict(False), AfterValidator(_absolute)]
Url = Annotated[str, AfterValidator(_url)]
HookUrl = Annotated[str, AfterValidator(_hook_url)]
PageUrl = Annotated[str, AfterValidator(_page_url)]
Recipient = Annotated[str, AfterValidator(_recipient)]


class Section(BaseModel):
    model_config = ConfigDict(strict=True, frozen=True, extra="forbid", hide_input_in_errors=True)


OneLine = Annotated[str, Field(min_length=1, max_length=300, pattern=r"^[^\x00-\x1f\x7f\u2028\u2029]+$")]
