"""A page on which a reviewer draws what to cover: pictures of the pages, rectangles on them, a reason each.

The one page of ours that runs a script: this one, by its hash, and it can reach nothing: the policy lets it
load no address, and it opens none. What was drawn leaves it as a file that the browser saves, which lies in
the folder of the page (`saved`). No word and no byte of a source is in the script; what a person reads stands
in the page and its templates, so that the script (`drawing`) knows no language.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path
from xml.etree.ElementTree import Element

from admin.errors import AdminError
from admin.words import mark, tr
from admin.workspace.dossier.chosen import MAX_REASON, Wish, wish
from admin.workspace.page.markup import data_address, element
from scrub.redact.wishes import MAX_WISHES

AREAS = "areas.txt"
_NAMES = re.compile(r"areas(?: ?\([0-9]{1,4}\))?\.txt")
_LARGEST = 1 << 20
_DEEPEST = 3
_LINE = re.compile(r"([0-9]{1,6}:[0-9.,]{1,60}) = (.+)")

REASONS = (
    mark("a name"),
    mark("a face"),
    mark("a signature"),
    mark("a number that names somebody"),
    mark("a place that tells who it is"),
    mark("a mark that may name whose copy it is"),
)
_OTHER = mark("another reason")


def body_of(name: str, pictures: Sequence[tuple[str, bytes]], total: int) -> list[Element]:
    """The page of a file with so many pages in all, of which these pictures are the first."""
    sheets = [
        element(
            "section",
            element("h2", tr("Page {number}", number=number)),
            element(
                "div",
                element("img", src=data_address(kind, content), alt=tr("Page {number}", number=number)),
                class_="sheet",
                id=f"page-{number}",
                data_page=str(number),
            ),
            element(
                "button", tr("Add an area to page {number}", number=number), id=f"add-{number}", type="button"
            ),
        )
        for number, (kind, content) in enumerate(pictures, start=1)
    ]
    left = (
        [element("p", tr("Shown are {shown} of {total} pages; of the others, name areas with --area.",
                         shown=len(pictures), total=total), class_="bad")]
        if len(pictures) < total else []
    )  # fmt: skip
    main = element(
        "main",
        element("h1", tr("What is to be covered in {name}", name=name)),
        element(
            "p",
            tr(
                "Draw rectangles with the mouse or a finger. With the keyboard: add an area, move it with "
                "the arrows, make it larger or smaller with Shift and the arrows, remove it with Delete; "
                "with Ctrl in small steps. Choose a reason for each: it will stand in the list of what was "
                "covered."
            ),
        ),
        element(
            "p",
            tr(
                "Nothing leaves this machine: the page is in memory, has no network, and goes with the "
                "command."
            ),
            class_="dim",
        ),
        *left,
        element(
            "div",
            element("div", *sheets),
            element(
                "div",
                element(
                    "section",
                    element("h2", tr("Areas"), id="heading", tabindex="-1"),
                    element("p", tr("None so far."), id="none"),
                    element("div", id="areas"),
                ),
                element(
                    "section",
                    element(
                        "p",
                        tr("An area has no reason yet, or no size."),
                        id="unfinished",
                        class_="bad",
                        role="status",
                    ),
                    element("label", tr("These lines are what is saved:"), for_="lines"),
                    element("textarea", id="lines", readonly="readonly", rows="4", spellcheck="false"),
                    element("button", tr("Save the areas"), id="save", type="button", class_="main"),
                    element(
                        "p",
                        id="saved",
                        role="status",
                        class_="good",
                        data_said=tr("Saved. Now press Enter where the command runs."),
                    ),
                ),
                class_="list",
            ),
            class_="work",
        ),
    )
    return [
        main,
        _row(),
        element(
            "template",
            element(
                "div",
                element("span", class_="number"),
                class_="box",
                tabindex="0",
                role="group",
                aria_label=tr("An area; arrows move it"),
            ),
            id="box",
        ),
    ]  # fmt: skip


def _row() -> Element:
    """What the script makes of each area; every `id` gets its number."""
    sides = [
        element(
            "div",
            element("label", words, for_=key),
            element("input", id=key, type="number", min="0", max="100", step="0.01"),
        )
        for key, words in (
            ("left", tr("From the left, %")),
            ("top", tr("From the top, %")),
            ("right", tr("To, %")),
            ("bottom", tr("Down to, %")),
        )
    ]
    options = [element("option", tr("Choose"), value="")]
    options += [element("option", tr(reason), value=tr(reason)) for reason in REASONS]
    options.append(element("option", tr(_OTHER), value="other"))
    return element(
        "template",
        element(
            "section",
            element("h3", tr("Area"), " ", element("span", class_="number"), ", ", tr("page"), " ",
                    element("span", class_="page")),
            element("label", tr("Reason"), for_="why"),
            element("select", *options, id="why"),
            element(
                "div",
                element("label", tr("In a few words"), for_="other"),
                element("input", id="other", type="text", maxlength=str(MAX_REASON)),
                class_="other",
                hidden="hidden",
            ),
            element("div", *sides, class_="sides"),
            element("button", tr("Remove"), type="button"),
        ),
        id="row",
    )  # fmt: skip


def saved(folder: Path) -> str | None:
    """What the browser saved last in the folder of the page; None where there is nothing. Raises `AdminError`
    for a file that can't be one.
    """
    found = sorted(_files(folder), key=lambda each: each[0])
    if not found:
        return None
    handle = os.open(found[-1][1], os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK)
    with os.fdopen(handle, "rb") as file:
        data = file.read(_LARGEST + 1)
    if len(data) > _LARGEST:
        raise AdminError(tr("What the page saved is no list of areas; nothing was covered."))
    return data.decode("utf-8", "replace")


def _files(folder: Path, deep: int = 0) -> Iterator[tuple[int, str]]:
    with os.scandir(folder) as entries:
        for entry in entries:
            found = entry.stat(follow_symlinks=False)
            if stat.S_ISDIR(found.st_mode) and deep < _DEEPEST and entry.name != "profile":
                yield from _files(Path(entry.path), deep + 1)
            elif stat.S_ISREG(found.st_mode) and _NAMES.fullmatch(entry.name):
                yield found.st_mtime_ns, entry.path


def wishes(untrusted_lines: str) -> list[Wish]:
    """The areas, a line each. Raises `AdminError` for a line that is none: nothing half is covered."""
    found = []
    lines = [line for line in untrusted_lines.split("\n") if line.strip()]
    for number, line in enumerate(lines[: MAX_WISHES + 1], start=1):
        match = _LINE.fullmatch(line.strip())
        made = None if match is None else wish("area", match[1], match[2].strip())
        if made is None:
            raise AdminError(
                tr("Line {number} of what the page saved is no area with a reason.", number=number)
            )
        found.append(made)
    if not found:
        raise AdminError(tr("No area was saved; nothing was covered."))
    return found
