"""What the page of `choosing` does and how it looks: its script and its style. It has no word for people."""

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
