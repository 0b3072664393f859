"""A page on which a reviewer draws what to cover: pictures of the pages, rectangles on them, a reason each.

The one page of ours that runs a script: this one, by its hash, and it can reach nothing: the policy lets it
load no address, and it opens none. What was drawn leaves it as a file that the browser saves, which lies in
the folder of the page (`saved`). No word and no byte of a source is in the script; what a person reads stands
in the page and its templates, so that the script knows no language.
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

SCRIPT = r"""
"use strict";
const byId = (id) => document.getElementById(id);
const made = [];
let count = 0, drawing = null;

const clamp = (value) => Math.min(100, Math.max(0, value));
const number = (input) => (input.value === "" ? NaN : clamp(Number(input.value)));
const down = (value) => (Math.floor(value * 100 + 1e-6) / 100).toString();
const up = (value) => (Math.ceil(value * 100 - 1e-6) / 100).toString();

function whyOf(area) {
  const other = area.row.querySelector(".other");
  return (other.hidden ? area.row.querySelector("select").value : other.querySelector("input").value).trim();
}

function lineOf(area) {
  const [left, top, right, bottom] = area.inputs.map(number);
  const why = whyOf(area);
  if (!(left < right && top < bottom) || !why) return null;
  return `${area.page}:${down(left)},${down(top)},${up(right)},${up(bottom)} = ${why}`;
}

function show() {
  const lines = made.map(lineOf), whole = made.length > 0 && lines.every((line) => line !== null);
  byId("lines").value = lines.filter((line) => line !== null).join("\n");
  byId("save").disabled = !whole;
  byId("unfinished").hidden = made.length === 0 || whole;
  byId("none").hidden = made.length > 0;
  byId("saved").textContent = "";
  made.forEach((area, at) => {
    const wrong = lines[at] === null;
    area.row.classList.toggle("wrong", wrong);
    const [left, top, right, bottom] = area.inputs.map(number);
    if (left < right && top < bottom) {
      Object.assign(area.box.style, { left: `${left}%`, top: `${top}%` });
      Object.assign(area.box.style, { width: `${right - left}%`, height: `${bottom - top}%` });
    }
  });
}

function set(area, ...sides) {
  sides.forEach((side, at) => { area.inputs[at].value = String(Number(clamp(side).toFixed(2))); });
  show();
}

function add(page, left, top, right, bottom) {
  count += 1;
  const row = byId("row").content.firstElementChild.cloneNode(true);
  const box = byId("box").content.firstElementChild.cloneNode(true);
  const area = { page, row, box, inputs: [...row.querySelectorAll("input[type=number]")] };
  for (const each of [...row.querySelectorAll("[id]")]) each.id = `${each.id}-${count}`;
  for (const each of row.querySelectorAll("label")) each.htmlFor = `${each.htmlFor}-${count}`;
  row.querySelector(".number").textContent = String(count);
  row.querySelector(".page").textContent = String(page);
  box.querySelector(".number").textContent = String(count);
  const select = row.querySelector("select"), other = row.querySelector(".other");
  select.addEventListener("change", () => { other.hidden = select.value !== "other"; show(); });
  row.addEventListener("input", show);
  row.querySelector("button").addEventListener("click", () => remove(area));
  box.addEventListener("keydown", (event) => moved(area, event));
  box.addEventListener("pointerdown", (event) => { event.stopPropagation(); });
  byId("areas").append(row);
  byId(`page-${page}`).append(box);
  made.push(area);
  set(area, left, top, right, bottom);
  return area;
}

function remove(area) {
  made.splice(made.indexOf(area), 1);
  area.row.remove();
  area.box.remove();
  show();
  byId("heading").focus();
}

function moved(area, event) {
  const step = event.ctrlKey ? 0.1 : 1;
  const ways = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step] };
  const way = ways[event.key];
  if (event.key === "Delete") { event.preventDefault(); remove(area); return; }
  if (!way) return;
  event.preventDefault();
  const [left, top, right, bottom] = area.inputs.map(number);
  const moved = [left + way[0], top + way[1], right + way[0], bottom + way[1]];
  if (event.shiftKey) set(area, left, top, Math.max(left + 0.1, moved[2]), Math.max(top + 0.1, moved[3]));
  else if (moved.every((side) => side >= 0 && side <= 100)) set(area, ...moved);
}

function at(sheet, event) {
  const place = sheet.getBoundingClientRect();
  const across = (event.clientX - place.left) / place.width;
  const below = (event.clientY - place.top) / place.height;
  return [clamp(100 * across), clamp(100 * below)];
}

for (const sheet of document.querySelectorAll(".sheet")) {
  const page = Number(sheet.dataset.page);
  sheet.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || drawing) return;
    event.preventDefault();
    sheet.setPointerCapture(event.pointerId);
    const [x, y] = at(sheet, event);
    drawing = { x, y, sheet, area: null };
  });
  sheet.addEventListener("pointermove", (event) => {
    if (!drawing || drawing.sheet !== sheet) return;
    const [x, y] = at(sheet, event);
    const [a, b] = [drawing.x, drawing.y];
    const sides = [Math.min(x, a), Math.min(y, b), Math.max(x, a), Math.max(y, b)];
    if (!drawing.area && sides[2] - sides[0] < 0.5 && sides[3] - sides[1] < 0.5) return;
    if (drawing.area) set(drawing.area, ...sides); else drawing.area = add(page, ...sides);
  });
  const end = () => {
    if (drawing && drawing.area) drawing.area.row.querySelector("select").focus();
    drawing = null;
  };
  sheet.addEventListener("pointerup", end);
  sheet.addEventListener("pointercancel", end);
  byId(`add-${page}`).addEventListener("click", () => { add(page, 40, 45, 60, 55).box.focus(); });
}

byId("save").addEventListener("click", () => {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([byId("lines").value + "\n"], { type: "text/plain" }));
  link.download = "areas.txt";
  link.click();
  byId("saved").textContent = byId("saved").dataset.said;
});
show();
"""

STYLE = """
body { max-width: 76rem; }
.work { display: grid; grid-template-columns: minmax(0, 3fr) minmax(17rem, 2fr); gap: 1.5rem;
  align-items: start; }
.list { position: sticky; top: 1rem; max-height: calc(100vh - 2rem); overflow: auto; margin-top: 1.25rem; }
.list section { margin-top: .75rem; }
.list section:first-child { margin-top: 0; }
@media (max-width: 60rem) { .work { grid-template-columns: minmax(0, 1fr); }
  .list { position: static; max-height: none; } }
.sheet { position: relative; margin-top: .75rem; cursor: crosshair; touch-action: none; user-select: none; }
.sheet img { margin: 0; width: 100%; pointer-events: none; }
.box { position: absolute; background: rgb(0 0 0 / .72); border: 2px solid #ffd23f; color: #fff;
  cursor: default; overflow: hidden; line-height: 1; font-size: .875rem; }
.box:focus-visible { outline: 3px solid #1a4f9c; outline-offset: 2px; box-shadow: 0 0 0 6px #fff; }
.sides { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: .5rem; margin-top: .5rem; }
label { display: block; font-size: .9375rem; }
input, select, textarea, button { font: inherit; color: inherit; background: var(--paper); width: 100%;
  border: 1px solid var(--dim); border-radius: .25rem; padding: .3rem .5rem; }
button { width: auto; cursor: pointer; margin-top: .5rem; min-height: 2.25rem; }
button:disabled { color: var(--dim); cursor: default; border-style: dashed; }
button.main { background: var(--link); color: var(--card); border-color: var(--link); font-weight: 600; }
button.main:disabled { background: var(--card); color: var(--dim); }
:is(input, select, textarea, button, h2):focus-visible {
  outline: 3px solid var(--link); outline-offset: 2px; }
h3 { margin: 0 0 .5rem; font-size: 1rem; }
.wrong { border-left: .35rem solid var(--bad); }
[hidden] { display: none; }
"""


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
