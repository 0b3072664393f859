// The list of files: what was cleaned, what was not and may reveal, and what is to become of each.

import type { Painting } from "../clean/paint";
import type { Verdict } from "../clean/index";
import type { Family } from "../clean/picture";
import { hex, letGo, sha256 } from "../format/bytes";
import type { Item } from "../format/drop";
import { sizeOf } from "../format/pieces";
import { button, make } from "./dom";
import { Failed, type Helper } from "./helper";
import { Painter } from "./painter";
import type { Words } from "./words";

interface Entry {
    name: string;
    state: "looking" | "clean" | "waiting" | "as_is" | "unreadable";
    family: Family;
    item: Item | null;
    /** What is drawn when it is painted over: the file, or what was made of it. */
    source: Blob | null;
    painter: Painter | null;
    /** What painting, or the server's cleaning, ended as: a message. */
    told: string;
    /** What the file said of its person. */
    seen: readonly string[];
}

/** Bytes of clean copies that are kept; what is more is cleaned once more when it is sealed. */
const KEPT = 4_000_000;
/** Bytes of the largest file that a bot gets from Telegram (https://core.telegram.org/bots/api#getfile). */
const CHAT = 20_000_000;

export class Files {
    private entries: Entry[] = [];
    /** Whether the canvas can be trusted; null until it was tried. */
    private exact: boolean | null = null;
    /** Bytes of the largest file that the server cleans. */
    cleans = 0;

    /** `limit` is the most bytes that all files may have; `changed` is told when something is another. */
    constructor(
        private readonly list: HTMLUListElement,
        private readonly helper: Helper,
        private readonly words: Words,
        private readonly limit: number,
        private readonly changed: () => void,
    ) {}

    get items(): Item[] {
        return this.entries.flatMap((entry) => (entry.item ? [entry.item] : []));
    }

    get size(): number {
        return this.items.reduce((sum, item) => sum + sizeOf(item.content), 0);
    }

    get busy(): boolean {
        return this.entries.some((entry) => entry.state === "looking");
    }

    /** Whether the person still has to say what becomes of a file. */
    get unanswered(): boolean {
        return this.entries.some((entry) => entry.state === "waiting" || entry.state === "unreadable");
    }

    /** Whether a picture is still being painted over. */
    get painting(): boolean {
        return this.entries.some((entry) => entry.painter);
    }

    async add(files: Iterable<File>): Promise<void> {
        const added = Array.from(files, (file) => ({ file, entry: this.entry(file.name) }));
        this.show();
        if (this.exact === null) {
            const answer = await this.helper.ask({ kind: "exact" }).catch(() => ({ exact: false }));
            this.exact = "exact" in answer && answer.exact;
        }
        for (const { file, entry } of added) await this.look(file, entry);
    }

    clear(): void {
        for (const { item } of this.entries) if (item?.content instanceof Uint8Array) item.content.fill(0);
        for (const { painter } of this.entries) painter?.close();
        this.entries = [];
        this.show();
    }

    show(focus?: Entry): void {
        const held = document.activeElement;
        this.list.replaceChildren(...this.entries.map((entry, at) => this.row(entry, at)));
        for (const { painter } of this.entries) {
            painter?.speak();
            if (held instanceof HTMLElement && painter?.element.contains(held)) held.focus();
        }
        if (focus) this.list.children[this.entries.indexOf(focus)]?.querySelector("button")?.focus();
        this.changed();
    }

    private entry(name: string): Entry {
        const entry: Entry = { name, state: "looking", family: "other", item: null, source: null, painter: null, told: "", seen: [] };
        this.entries.push(entry);
        return entry;
    }

    private async look(file: File, entry: Entry): Promise<void> {
        try {
            if (file.size > this.limit) throw new Error("too big");
            entry.source = file;
            const answer = await this.helper.ask({ kind: "clean", file });
            if ("verdict" in answer) await this.judge(entry, answer.verdict, file);
        } catch {
            entry.state = "unreadable";
        }
        this.show();
    }

    /** The server reads this file and gives back a clean copy; where it can't, all is as before. */
    private async serve(entry: Entry): Promise<void> {
        const before = entry.item;
        [entry.state, entry.item, entry.told] = ["looking", null, ""];
        this.show();
        try {
            const answer = await this.helper.ask({ kind: "server", file: entry.source! });
            if (!("verdict" in answer) || !("clean" in answer.verdict)) throw new Failed("not_clean");
            const { notes, seen: _, ...clean } = answer.verdict.clean;
            entry.item = { ...clean, cleaning: "clean", notes: notes ?? [] };
            [entry.state, entry.told] = ["clean", "page_server_done"];
        } catch (error) {
            [entry.state, entry.item] = ["waiting", before];
            entry.told = error instanceof Failed && error.code === "not_clean" ? "page_server_not" : "page_lost";
        }
        this.show(entry);
    }

    /** The picture with what is to be done to it; it waits until that was said. */
    private async open(entry: Entry): Promise<void> {
        try {
            const done = (painting: Painting | null): void => void this.paint(entry, painting);
            const painter = new Painter(await createImageBitmap(entry.source!), this.words, done);
            if (this.entries.includes(entry) && !entry.painter) entry.painter = painter;
            else painter.close();
            entry.told = "";
        } catch {
            entry.told = "page_paint_failed";
        }
        this.show();
        entry.painter?.element.querySelector("input")?.focus();
    }

    /** What was made of the picture takes its place; where that fails, nothing of it goes before it was asked again. */
    private async paint(entry: Entry, painting: Painting | null): Promise<void> {
        entry.painter = null;
        if (painting) {
            const before = entry.item?.removed ?? [];
            entry.state = "looking";
            entry.item = null;
            this.show();
            try {
                const answer = await this.helper.ask({ kind: "paint", file: entry.source!, painting });
                if (!("verdict" in answer) || !("clean" in answer.verdict)) throw new Error("not clean");
                const { clean } = answer.verdict;
                entry.source = new Blob([clean.content], { type: clean.mediaType });
                // What the browser wrote into its own file was never the person's.
                await this.judge(entry, { clean: { ...clean, removed: [...before] }, unchanged: false }, entry.source);
                entry.told = "page_painted";
            } catch {
                entry.state = "unreadable";
                entry.told = "page_paint_failed";
            }
        }
        this.show(entry);
    }

    private async judge(entry: Entry, verdict: Verdict, file: Blob): Promise<void> {
        if ("clean" in verdict) {
            entry.family = "picture";
            const notes = ["picture_remains", ...(verdict.unchanged ? ["unchanged"] : [])];
            const { content, seen, notes: _, ...told } = verdict.clean;
            entry.seen = seen ?? [];
            if (verdict.drawn) entry.told = "page_drawn";
            const room = this.kept + content.length <= KEPT;
            const whole = room ? { content } : { content: file, again: { sha256: hex(await sha256(content)), size: content.length } };
            entry.item = { ...told, ...whole, cleaning: "clean", notes };
            if (!room) letGo(content);
            entry.state = "clean";
        } else {
            entry.state = "waiting";
            entry.family = verdict.family;
            const type = { mediaType: "application/octet-stream", extension: "bin" };
            entry.item = { ...type, content: file, cleaning: "uncleaned", removed: [], notes: [] };
        }
    }

    private get kept(): number {
        return this.items.reduce((sum, item) => sum + (item.content instanceof Uint8Array ? item.content.length : 0), 0);
    }

    private row(entry: Entry, at: number): HTMLLIElement {
        const said = make("p", { className: entry.state }, ...this.told(entry).flatMap((text) => [text, " "]));
        const move = (by: number): (() => void) => () => {
            const [other] = this.entries.splice(at, 1);
            this.entries.splice(at + by, 0, other!);
            this.show(entry);
        };
        const up = button(this.words.text("page_up"), move(-1));
        const down = button(this.words.text("page_down"), move(1));
        up.disabled = at === 0;
        down.disabled = at === this.entries.length - 1;
        const gone = button(this.words.text("page_remove"), () => {
            entry.painter?.close();
            this.entries.splice(at, 1);
            this.show(this.entries[Math.min(at, this.entries.length - 1)]);
        });
        const buttons = [up, down, gone];
        if (entry.state === "waiting") {
            const yes = button(this.words.text("page_as_is"), () => {
                entry.state = "as_is";
                this.show(entry);
            });
            buttons.unshift(yes);
            if (this.served(entry)) buttons.unshift(button(this.words.text("page_server"), () => void this.serve(entry)));
        }
        const asked = entry.state === "clean" || entry.state === "waiting" || entry.state === "as_is";
        if (asked && entry.family === "picture" && this.exact && !entry.painter) buttons.unshift(button(this.words.text("page_paint"), () => void this.open(entry)));
        for (const each of buttons) each.setAttribute("aria-describedby", `file-${at}`);
        return make("li", {}, make("strong", { id: `file-${at}`, textContent: entry.name }), said, make("div", { className: "row" }, ...buttons), ...(entry.painter ? [entry.painter.element] : []));
    }

    private told(entry: Entry): string[] {
        if (entry.told && entry.state === "unreadable") return [this.words.text(entry.told)];
        return [...this.judged(entry), ...(entry.told ? [this.words.text(entry.told)] : []), ...this.noise(entry)];
    }

    private served(entry: Entry): boolean {
        return entry.source !== null && entry.source.size <= this.cleans;
    }

    /** That nothing can be painted over here. */
    private noise(entry: Entry): string[] {
        const picture = entry.family === "picture" && entry.state !== "looking" && entry.state !== "unreadable";
        return picture && this.exact === false ? [this.words.text("page_paint_noise")] : [];
    }

    private judged(entry: Entry): string[] {
        const reveals = this.words.text(`page_reveals_${entry.family}`);
        switch (entry.state) {
            case "looking":
                return [this.words.text("page_looking")];
            case "clean":
                return [
                    ...(entry.told && !entry.item?.removed.length ? [] : [this.removed(entry.item?.removed ?? [])]),
                    ...(entry.item?.notes.includes("unchanged") ? [this.words.text("note_unchanged")] : []),
                    ...(entry.seen.length ? [this.words.text("page_seen", { words: this.words.list(entry.seen.map((text) => `\u2068${text}\u2069`)) })] : []),
                    ...(entry.family === "picture" ? [this.words.text("page_clean")] : []),
                ];
            case "waiting":
                return [
                    this.words.text("page_not_clean"),
                    reveals,
                    ...(this.served(entry) ? [this.words.text("page_server_sees")] : entry.family === "other" || entry.source!.size > CHAT ? [] : [this.words.text("page_or_bot")]),
                ];
            case "as_is":
                return [this.words.text("page_marked"), reveals];
            case "unreadable":
                return [this.words.text("page_unreadable", { n: Math.floor(this.limit / 1_000_000) })];
        }
    }

    private removed(codes: readonly string[]): string {
        if (codes.length === 0) return this.words.text("removed_nothing");
        return this.words.text("removed", { kinds: this.words.list(codes.map((code) => this.words.text(`removed_${code}`))) });
    }
}
