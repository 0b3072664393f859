// The list of files: what was cleaned, what was not and may reveal, and what is to become of each.

import type { Verdict } from "../clean/index";
import type { Family } from "../clean/picture";
import { hex, sha256 } from "../format/bytes";
import type { Item } from "../format/drop";
import { sizeOf } from "../format/pieces";
import { button, make } from "./dom";
import type { Helper } from "./helper";
import type { Words } from "./words";

interface Entry {
    name: string;
    state: "looking" | "clean" | "waiting" | "as_is" | "unreadable";
    family: Family;
    item: Item | null;
}

/** Bytes of clean copies that are kept; what is more is cleaned once more when it is sealed. */
const KEPT = 20_000_000;

export class Files {
    private entries: Entry[] = [];

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

    async add(files: Iterable<File>): Promise<void> {
        const added = Array.from(files, (file) => ({ file, entry: this.entry(file.name) }));
        this.show();
        for (const { file, entry } of added) await this.look(file, entry);
    }

    clear(): void {
        for (const { item } of this.entries) if (item?.content instanceof Uint8Array) item.content.fill(0);
        this.entries = [];
        this.show();
    }

    show(focus?: Entry): void {
        this.list.replaceChildren(...this.entries.map((entry, at) => this.row(entry, at)));
        if (focus) this.list.children[this.entries.indexOf(focus)]?.querySelector("button")?.focus();
        this.changed();
    }

    private entry(name: string): Entry {
        const entry: Entry = { name, state: "looking", family: "other", item: null };
        this.entries.push(entry);
        return entry;
    }

    private async look(file: File, entry: Entry): Promise<void> {
        try {
            if (file.size > this.limit) throw new Error("too big");
            const answer = await this.helper.ask({ kind: "clean", file });
            if ("verdict" in answer) await this.judge(entry, answer.verdict, file);
        } catch {
            entry.state = "unreadable";
        }
        this.show();
    }

    private async judge(entry: Entry, verdict: Verdict, file: File): Promise<void> {
        if ("clean" in verdict) {
            const notes = ["picture_remains", ...(verdict.unchanged ? ["unchanged"] : [])];
            const { content, ...told } = verdict.clean;
            const room = this.kept + content.length <= KEPT;
            const whole = room ? { content } : { content: file, again: { sha256: hex(await sha256(content)), size: content.length } };
            entry.item = { ...told, ...whole, cleaning: "clean", notes };
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
        }
        for (const each of buttons) each.setAttribute("aria-describedby", `file-${at}`);
        return make("li", {}, make("strong", { id: `file-${at}`, textContent: entry.name }), said, make("div", { className: "row" }, ...buttons));
    }

    private told(entry: Entry): string[] {
        const reveals = this.words.text(`page_reveals_${entry.family}`);
        switch (entry.state) {
            case "looking":
                return [this.words.text("page_looking")];
            case "clean":
                return [
                    this.removed(entry.item?.removed ?? []),
                    ...(entry.item?.notes.includes("unchanged") ? [this.words.text("note_unchanged")] : []),
                    this.words.text("page_clean"),
                ];
            case "waiting":
                return [
                    this.words.text("page_not_clean"),
                    reveals,
                    ...(entry.family === "other" ? [] : [this.words.text("page_or_bot")]),
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
