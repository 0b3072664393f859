// For whoever has to stop: what was written goes into a locked file, because the person asks for it, and comes back out of one.

import type { Saved } from "../format/saved";
import { newId } from "../format/drop";
import type { Question } from "../questions";
import { byId, make } from "./dom";
import type { Helper } from "./helper";
import type { Words } from "./words";

/** What the rest of the page does for it. */
export interface Written {
    take(): Saved;
    give(saved: Saved): void;
    lists(): { [language: string]: string };
    say(key: string): void;
    /** One thing at a time, told in words if it fails. */
    doing(work: () => Promise<void>): void;
    wrong(answer: object): boolean;
}

export class Saving {
    private readonly typed = byId("saved-words", "input");
    private codename = "";
    private address = "";

    constructor(
        private readonly helper: Helper,
        private readonly words: Words,
        private readonly page: Written,
    ) {
        const picker = byId("saved-file", "input");
        byId("save", "button").onclick = () => page.doing(() => this.save());
        byId("go-on", "button").onclick = () => picker.click();
        picker.onchange = () => {
            const file = picker.files?.[0];
            picker.value = "";
            if (file) page.doing(() => this.open(file));
        };
    }

    show(): void {
        const shown = this.address
            ? [make("p", { textContent: this.words.text("page_keep_words") }), make("p", { className: "codename", textContent: this.codename }), make("p", {}, this.link())]
            : [];
        byId("saved", "div").replaceChildren(...shown);
    }

    clear(): void {
        if (this.address) URL.revokeObjectURL(this.address);
        this.address = this.codename = this.typed.value = "";
        byId("keep", "details").open = false;
        this.show();
    }

    private link(): HTMLElement {
        return make("a", { href: this.address, download: `${newId().slice(0, 8)}.age`, className: "button", textContent: this.words.text("page_keep_file") });
    }

    private async save(): Promise<void> {
        const saved = this.page.take();
        if (!saved.text && !Object.keys(saved.answers).length) return this.page.say("page_nothing");
        this.page.say("page_loading");
        const answer = await this.helper.ask({ kind: "save", saved, language: this.words.language, lists: this.page.lists() } satisfies Question);
        if (!("saved" in answer)) return;
        if (this.address) URL.revokeObjectURL(this.address);
        this.address = URL.createObjectURL(answer.saved);
        this.codename = answer.codename;
        this.page.say("");
        this.show();
        byId("saved", "div").querySelector("a")?.focus();
    }

    private async open(file: File): Promise<void> {
        this.page.say("page_loading");
        const answer = await this.helper.ask({ kind: "restore", file, typed: this.typed.value, language: this.words.language, lists: this.page.lists() });
        if (this.page.wrong(answer)) return;
        const restored = "restored" in answer ? answer.restored : null;
        if (!restored) return this.page.say("page_keep_wrong");
        this.clear();
        this.page.give(restored);
        this.page.say("page_keep_here");
    }
}
