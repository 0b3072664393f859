// A picture to paint over: a frame is drawn with a finger, or moved by its four edges from the keyboard.

import type { Area, Painting } from "../clean/paint";
import { button, make } from "./dom";
import type { Words } from "./words";

const WHOLE: Area = { left: 0, top: 0, right: 1, bottom: 1 };
const EDGES = ["left", "top", "right", "bottom"] as const;
const LABELS = { left: "page_edge_left", top: "page_edge_top", right: "page_edge_right", bottom: "page_edge_bottom" };
/** Dots of the picture on the screen, at most. */
const WIDEST = 1000;

export class Painter {
    readonly element = make("div", { className: "paint" });
    private readonly canvas = make("canvas");
    private readonly edges = EDGES.map((edge) => make("input", { type: "range", min: "0", max: "1", step: "0.005", autocomplete: "off", name: edge }));
    private readonly said: [HTMLElement, string][] = [];
    private readonly steps: { kind: "cover" | "cut"; area: Area }[] = [];
    private frame: Area = { left: 0.25, top: 0.25, right: 0.75, bottom: 0.75 };
    private from: [number, number] | null = null;

    /** `done` is told what is to become of the picture, or null. */
    constructor(
        private readonly picture: ImageBitmap,
        private readonly words: Words,
        done: (painting: Painting | null) => void,
    ) {
        const said = <T extends HTMLElement>(element: T, key: string): T => {
            this.said.push([element, key]);
            return element;
        };
        const action = (key: string, pressed: () => void): HTMLButtonElement => said(button("", pressed), key);
        const rows = this.edges.map((input, at) => {
            input.oninput = () => this.move(EDGES[at]!, Number(input.value));
            return make("label", {}, said(make("span"), LABELS[EDGES[at]!]), input);
        });
        const step = (kind: "cover" | "cut"): (() => void) => () => {
            this.steps.push({ kind, area: this.whole(this.frame) });
            if (kind === "cut") this.frame = { ...WHOLE };
            this.draw();
        };
        const back = (): void => {
            this.steps.pop();
            this.draw();
        };
        const end = (): void => {
            this.close();
            done(this.steps.length ? this.painting : null);
        };
        const cancel = (): void => {
            this.steps.length = 0;
            end();
        };
        this.canvas.setAttribute("role", "img");
        this.canvas.onpointerdown = (event) => {
            this.canvas.setPointerCapture(event.pointerId);
            this.from = this.place(event);
        };
        this.canvas.onpointermove = (event) => this.from && this.drag(this.from, this.place(event));
        this.canvas.onpointerup = this.canvas.onpointercancel = () => (this.from = null);
        this.element.setAttribute("aria-live", "off");
        this.element.append(
            said(make("p"), "page_paint_how"),
            this.canvas,
            make("div", { className: "edges" }, ...rows),
            make("div", { className: "row" }, action("page_cover", step("cover")), action("page_cut", step("cut")), action("page_paint_back", back)),
            make("div", { className: "row" }, action("page_paint_done", end), action("page_paint_cancel", cancel)),
        );
        this.speak();
    }

    /** Let go of the picture. */
    close(): void {
        this.canvas.width = this.canvas.height = 0;
        this.picture.close();
    }

    /** In the language that is chosen now. */
    speak(): void {
        for (const [element, key] of this.said) element.textContent = this.words.text(key);
        this.canvas.setAttribute("aria-label", this.words.text("page_paint_seen", { n: this.painting.covered.length }));
        this.draw();
    }

    private get painting(): Painting {
        const cuts = this.steps.filter((step) => step.kind === "cut");
        return { kept: cuts.at(-1)?.area ?? WHOLE, covered: this.steps.filter((step) => step.kind === "cover").map((step) => step.area) };
    }

    /** An area of what is seen now, as one of the whole picture. */
    private whole(area: Area): Area {
        const { kept } = this.painting;
        const [across, down] = [kept.right - kept.left, kept.bottom - kept.top];
        return {
            left: kept.left + area.left * across,
            top: kept.top + area.top * down,
            right: kept.left + area.right * across,
            bottom: kept.top + area.bottom * down,
        };
    }

    private place(event: PointerEvent): [number, number] {
        const box = this.canvas.getBoundingClientRect();
        const part = (at: number, size: number): number => Math.min(1, Math.max(0, at / size));
        return [part(event.clientX - box.left, box.width), part(event.clientY - box.top, box.height)];
    }

    private drag([x, y]: [number, number], [toX, toY]: [number, number]): void {
        this.frame = { left: Math.min(x, toX), top: Math.min(y, toY), right: Math.max(x, toX), bottom: Math.max(y, toY) };
        this.draw();
    }

    /** One edge takes the other along, so that the frame is never inside out. */
    private move(edge: keyof Area, to: number): void {
        this.frame[edge] = to;
        const { left, top, right, bottom } = this.frame;
        if (left > right) this.frame[edge === "left" ? "right" : "left"] = to;
        if (top > bottom) this.frame[edge === "top" ? "bottom" : "top"] = to;
        this.draw();
    }

    private draw(): void {
        const { picture, canvas, frame } = this;
        const { kept, covered } = this.painting;
        const [x, y] = [kept.left * picture.width, kept.top * picture.height];
        const [across, down] = [(kept.right - kept.left) * picture.width, (kept.bottom - kept.top) * picture.height];
        const scale = Math.min(1, WIDEST / Math.max(across, down));
        canvas.width = Math.max(1, Math.round(across * scale));
        canvas.height = Math.max(1, Math.round(down * scale));
        const pen = canvas.getContext("2d")!;
        pen.drawImage(picture, x, y, across, down, 0, 0, canvas.width, canvas.height);
        pen.fillStyle = "#000";
        for (const { left, top, right, bottom } of covered) {
            const [w, h] = [picture.width * scale, picture.height * scale];
            pen.fillRect(left * w - x * scale, top * h - y * scale, (right - left) * w, (bottom - top) * h);
        }
        const box = [frame.left * canvas.width, frame.top * canvas.height, (frame.right - frame.left) * canvas.width, (frame.bottom - frame.top) * canvas.height] as const;
        pen.lineWidth = Math.max(2, canvas.width / 160);
        for (const [colour, dash] of [["#fff", []], ["#c00", [12, 8]]] as const) {
            pen.strokeStyle = colour;
            pen.setLineDash([...dash]);
            pen.strokeRect(...box);
        }
        this.edges.forEach((input, at) => (input.value = String(frame[EDGES[at]!])));
        canvas.setAttribute("aria-label", this.words.text("page_paint_seen", { n: covered.length }));
    }
}
