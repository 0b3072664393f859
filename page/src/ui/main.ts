// The page: choose a desk, write, add files, lock all of it, save the parts. Nothing is kept and nothing is sent.

import type { Desk, UntrustedDesk } from "../desks";
import { itemOfText } from "../format/text";
import { button, byId, make } from "./dom";
import { Files } from "./files";
import { Helper } from "./helper";
import { leaving } from "./leave";
import { type Catalogue, NAMES, Words } from "./words";

const LIMIT = 500_000_000;
/** Bytes from which on the work is shared. */
const MUCH = 1_000_000;
const data = (id: string): string => byId(id, "script").textContent ?? "";
const today = (): string => new Date().toISOString().slice(0, 10);

class Page {
    private readonly words = new Words(JSON.parse(data("messages")) as Catalogue, Words.preferred(navigator.languages));
    private readonly text = byId("text", "textarea");
    private readonly status = byId("status", "p");
    private readonly lock = byId("lock", "button");
    private readonly helper = new Helper(data("worker"));
    private readonly files = new Files(byId("files", "ul"), this.helper, this.words, LIMIT, () => this.refresh());
    private desks: (Desk | null)[] = [];
    private readonly untrusted = JSON.parse(data("desks")) as UntrustedDesk[];
    private chosen = -1;
    private judged = "";
    private parts: { address: string; saved: boolean }[] = [];
    private name = "";
    private sealing = false;

    begin(): void {
        const leave = leaving(() => this.clear());
        byId("leave", "button").onclick = leave;
        const languages = byId("language", "select");
        languages.append(...Object.entries(NAMES).map(([value, textContent]) => make("option", { value, textContent, lang: value })));
        languages.value = this.words.language;
        languages.onchange = () => {
            this.words.language = languages.value;
            this.speak();
        };
        this.text.oninput = () => this.refresh();
        const picker = byId("picker", "input");
        byId("add", "button").onclick = () => picker.click();
        picker.onchange = () => {
            void this.files.add([...(picker.files ?? [])]);
            picker.value = "";
        };
        addEventListener("dragover", (event) => event.preventDefault());
        addEventListener("drop", (event) => {
            event.preventDefault();
            if (!this.sealing && !this.parts.length) void this.files.add([...(event.dataTransfer?.files ?? [])]);
        });
        this.lock.onclick = () => void this.seal();
        addEventListener("beforeunload", (event) => this.loses && event.preventDefault());
        addEventListener("pageshow", (event) => event.persisted && location.reload());
        this.speak();
        for (const element of document.querySelectorAll<HTMLElement>("header, main")) element.hidden = false;
        void this.judge();
    }

    /** Which keys are valid today; again when the day has changed while the page was open. */
    private async judge(): Promise<void> {
        const list = data("list").trim().split(" ");
        const day = today();
        const answer = await this.helper.ask({ kind: "desks", desks: this.untrusted, list, today: day });
        if ("desks" in answer) this.desks = answer.desks;
        this.judged = day;
        if (this.desks.length === 1) this.chosen = 0;
        this.speak();
    }

    private get desk(): Desk | null {
        const desk = this.desks[this.chosen];
        return desk && desk.recipients.length ? desk : null;
    }

    /** Whether a reload, by a slip, would take something away. */
    private get loses(): boolean {
        return Boolean(this.text.value.trim() || this.files.items.length || this.parts.some((part) => !part.saved));
    }

    /** Everything that is read, in the language that was chosen. */
    private speak(): void {
        document.documentElement.lang = this.words.language;
        document.title = this.words.text("page_title");
        const names = this.words.list(this.untrusted.map((desk) => desk.name));
        for (const element of document.querySelectorAll<HTMLElement>("[data-say]")) {
            element.textContent = this.words.text(element.dataset["say"]!, { desk: names });
        }
        this.showDesks();
        this.files.show();
        if (this.parts.length) this.showParts();
    }

    private showDesks(): void {
        const choice = byId("desk-choice", "fieldset");
        choice.hidden = this.desks.length < 2;
        const options = this.desks.map((_, at) => {
            const checked = at === this.chosen;
            const radio = make("input", { type: "radio", name: "desk", checked, defaultChecked: checked, disabled: this.sealing });
            radio.onchange = () => {
                this.chosen = at;
                // Firefox writes to its disk what differs from what a page came with.
                for (const each of choice.querySelectorAll("input")) each.defaultChecked = each.checked;
                this.showReaders();
                this.refresh();
            };
            return make("label", {}, radio, this.untrusted[at]!.name);
        });
        choice.replaceChildren(make("legend", { textContent: this.words.text("page_desk") }), ...options);
        this.showReaders();
    }

    private showReaders(): void {
        const readers = byId("readers", "div");
        readers.replaceChildren();
        if (this.chosen < 0 || !this.desks.length) return;
        const desk = this.desks[this.chosen];
        const name = this.untrusted[this.chosen]!.name;
        if (!desk) readers.append(make("p", { className: "alarm", textContent: this.words.text("page_bad_keys", { desk: name }) }));
        else if (!desk.recipients.length) readers.append(make("p", { className: "alarm", textContent: this.words.text("page_no_keys") }));
        else {
            const rows = desk.readers.map((reader) => make("li", {}, make("b", { textContent: reader.label }), make("span", { textContent: reader.words.join(" "), lang: "en" })));
            const summary = make("summary", { textContent: this.words.text("page_readers", { desk: name }) });
            readers.append(make("details", {}, summary, make("p", { textContent: this.words.text("page_compare") }), make("ul", {}, ...rows)));
        }
    }

    /** What is still in the way of locking, said before the button is pressed. */
    private refresh(): void {
        if (this.sealing || this.parts.length) return;
        const empty = !this.text.value.trim() && !this.files.items.length;
        const heavy = this.files.size + this.text.value.length > LIMIT;
        const why = empty ? "page_nothing" : this.files.unanswered ? "page_answer_first" : heavy ? "page_too_much" : this.desks.length > 1 && this.chosen < 0 ? "page_desk_first" : "";
        this.lock.disabled = Boolean(why) || this.files.busy || !this.desk;
        this.status.textContent = why ? this.words.text(why, { n: LIMIT / 1_000_000 }) : "";
    }

    private async seal(): Promise<void> {
        if (this.judged !== today()) await this.judge();
        const desk = this.desk;
        if (!desk || this.lock.disabled) return;
        this.busy(true);
        const words = this.text.value.trim();
        const items = [...(words ? [itemOfText(words)] : []), ...this.files.items];
        const say = (done: number): void => {
            this.status.textContent = this.words.text("page_locking", { n: Math.round(done * 100) });
        };
        say(0);
        try {
            if (this.files.size > MUCH) this.helper.crew();
            const said = { language: this.words.language, day: this.judged, answers: {}, thread: null };
            const answer = await this.helper.ask({ kind: "seal", desk, items, said }, [], say);
            if (!("parts" in answer)) throw new Error("no parts");
            this.name = answer.name;
            this.parts = answer.parts.map((part) => ({ address: URL.createObjectURL(part), saved: false }));
            this.text.value = "";
            this.files.clear();
            this.showParts();
        } catch {
            this.busy(false);
            this.status.textContent = this.words.text("page_failed");
        }
    }

    private busy(on: boolean): void {
        this.sealing = on;
        byId("form", "section").inert = on;
        this.lock.disabled = on;
    }

    private showParts(): void {
        byId("form", "section").hidden = true;
        const done = byId("done", "section");
        const many = this.parts.length;
        const links = this.parts.map((part, at) => {
            const link = make("a", { href: part.address, download: `${this.name}-${at + 1}.age`, className: "button" });
            const label = (): string => this.words.text(part.saved ? "page_saved" : "page_save", { n: at + 1 });
            link.textContent = label();
            link.onclick = () => {
                part.saved = true;
                link.textContent = label();
            };
            return make("li", {}, link);
        });
        const title = make("h2", { textContent: this.words.text("page_done", { n: many }), tabIndex: -1 });
        const name = this.untrusted[this.chosen]!.name;
        const steps = ["page_step_save", "page_step_attach", "page_step_delete"].map((key) => make("li", { textContent: this.words.text(key, { n: many, desk: name }) }));
        const again = button(this.words.text("page_again"), () => this.restart());
        const told = make("p", { textContent: this.words.text("page_answers") });
        done.replaceChildren(title, make("ol", {}, ...steps), make("ul", { className: "parts" }, ...links), told, again);
        done.hidden = false;
        this.status.textContent = "";
        title.focus();
    }

    private restart(): void {
        this.clear();
        this.busy(false);
        byId("done", "section").hidden = true;
        byId("form", "section").hidden = false;
        this.refresh();
    }

    private clear(): void {
        for (const part of this.parts) URL.revokeObjectURL(part.address);
        this.parts = [];
        this.text.value = "";
        this.files.clear();
    }
}

addEventListener("DOMContentLoaded", () => new Page().begin());
