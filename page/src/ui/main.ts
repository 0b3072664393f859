// The page: choose a desk, write, add files, then send, or lock it into parts for the chat. Nothing is kept.

import { launched } from "./launch";
import { type Desk, type UntrustedDesk, renewed } from "../desks";
import type { Typed } from "../codename/codename";
import type { Door } from "../door/client";
import type { Unsure } from "../door/thread";
import type { Item } from "../format/drop";
import { itemOfText } from "../format/text";
import type { Question } from "../questions";
import { Questions } from "./asked";
import { byId, make } from "./dom";
import { type Part, parts, sent } from "./done";
import { Files } from "./files";
import { Failed, Helper } from "./helper";
import { leaving } from "./leave";
import { Mail } from "./mail";
import { Saving } from "./saving";
import { type Catalogue, NAMES, Words } from "./words";

const LIMIT = 500_000_000;
const REFUSED: { [code: string]: string } = { lost: "page_lost", later: "page_lost", full: "page_full", too_big: "page_too_much", often: "page_often", closed: "page_stale", gone: "page_stale", work: "page_stale" };
const data = (id: string): string => byId(id, "script").textContent ?? "";
const today = (): string => new Date().toISOString().slice(0, 10);
type Message = { key: string; places: { [name: string]: string | number } };

class Page {
    private readonly words = new Words(JSON.parse(data("messages")) as Catalogue, Words.preferred(navigator.languages));
    private readonly text = byId("text", "textarea");
    private readonly status = byId("status", "p");
    private readonly lock = byId("lock", "button");
    private readonly send = byId("send", "button");
    private readonly typed = byId("words", "input");
    private readonly helper = new Helper(data("worker"), () => this.anew(), () => this.working && this.say("page_waiting"));
    private readonly files = new Files(byId("files", "ul"), this.helper, this.words, LIMIT, () => this.refresh());
    private readonly questions = new Questions(byId("questions", "div"), this.words);
    private readonly mail = new Mail(byId("mail", "section"), this.helper, this.words, {
        today: () => this.door?.day ?? today(),
        say: (key, places) => this.say(key, places),
        failed: (error) => this.failed(error),
        ask: (dropId) => this.askToForget(dropId),
        replying: () => this.text.focus(),
    });
    private readonly saving = new Saving(this.helper, this.words, {
        take: () => ({ text: this.text.value.trim(), answers: this.questions.said }),
        give: ({ text, answers }) => {
            this.text.value = [this.text.value.trim(), text].filter(Boolean).join("\n\n");
            this.questions.said = answers;
        },
        lists: () => this.lists(),
        say: (key) => this.say(key),
        doing: (work) => void this.doing(work),
        wrong: (answer) => this.wrong(answer),
    });
    private sending: readonly Item[] = [];
    private desks: (Desk | null)[] = [];
    private untrusted = JSON.parse(data("desks")) as UntrustedDesk[];
    private door: Door | null = null;
    private chosen = -1;
    private judged = "";
    private parts: Part[] = [];
    private name = "";
    private codename = "";
    private fresh = false;
    private sentTo = "";
    private working = false;
    private told: Message = { key: "", places: {} };

    begin(): void {
        const leave = leaving(() => {
            this.clear();
            this.helper.end(); // a slow line keeps the page for a while: nothing more is sealed or sent in it
        });
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
            this.add(picker.files);
            picker.value = "";
        };
        addEventListener("dragover", (event) => event.preventDefault());
        addEventListener("drop", (event) => {
            event.preventDefault();
            this.add(event.dataTransfer?.files);
        });
        this.lock.onclick = () => void this.doing(() => this.seal());
        this.send.onclick = () => void this.doing(() => this.post());
        byId("enter", "button").onclick = () => void this.doing(() => this.enter());
        this.typed.onkeydown = (event) => event.key === "Enter" && void this.doing(() => this.enter());
        addEventListener("beforeunload", (event) => this.loses && event.preventDefault());
        addEventListener("pageshow", (event) => event.persisted && location.reload());
        this.speak();
        for (const element of document.querySelectorAll<HTMLElement>("header, main")) element.hidden = false;
        void this.judge();
    }

    /** Not while something is sent: it would go with what was sent, and nobody would have it. */
    private add(files: FileList | null | undefined): void {
        if (!this.working && !this.finished) void this.files.add([...(files ?? [])]);
    }

    /** Which keys are valid today; again when the day has changed while the page was open, or before it sends. */
    private async judge(): Promise<void> {
        if (location.protocol.startsWith("http")) await this.knock();
        const list = data("list").trim().split(" ");
        const day = today();
        const answer = await this.helper.ask({ kind: "desks", desks: this.untrusted, list, today: day });
        if ("desks" in answer) this.desks = answer.desks;
        this.judged = day;
        if (this.desks.length === 1) this.chosen = 0;
        this.speak();
    }

    private get knocking(): Question {
        return { kind: "door", base: new URL(".", location.href).href };
    }

    /** Whether this server takes what is sent; newer keys are taken of the reviewers that the page came with. */
    private async knock(): Promise<void> {
        const answer = await this.helper.ask(this.knocking);
        if (!("door" in answer) || !answer.door) return; // a line that is down for now takes no button away
        this.door = answer.door;
        this.files.cleans = this.door.cleans;
        const told = new Map(this.door.desks.map((desk) => [desk.short, desk]));
        this.untrusted = this.untrusted.map((desk) => {
            const newer = told.get(desk.short);
            return newer ? renewed(desk, newer) : desk;
        });
    }

    private get desk(): Desk | null {
        const desk = this.desks[this.chosen];
        return desk && desk.recipients.length ? desk : null;
    }

    private get finished(): boolean {
        return this.parts.length > 0 || this.sentTo !== "";
    }

    /** Whether a reload, by a slip, would take something away. */
    private get loses(): boolean {
        return Boolean(this.text.value.trim() || this.files.items.length || this.parts.some((part) => !part.saved) || (this.sentTo && this.fresh));
    }

    /** Everything that is read, in the language that was chosen. */
    private speak(): void {
        document.documentElement.lang = this.words.language;
        document.title = this.words.text("page_title");
        const names = this.words.list(this.untrusted.map((desk) => desk.name));
        for (const element of document.querySelectorAll<HTMLElement>("[data-say]")) {
            element.textContent = this.words.text(element.dataset["say"]!, { desk: names });
        }
        const open = this.door !== null;
        if (open) {
            byId("what", "p").textContent = this.words.text("page_what_door", { desk: names });
            byId("real", "p").textContent = this.words.text("page_real_door");
            this.lock.textContent = this.words.text("page_lock_chat");
        }
        byId("inside", "p").hidden = !launched;
        this.send.hidden = !open;
        this.lock.className = open ? "" : "main";
        byId("back", "details").hidden = !open || this.codename !== "";
        this.showDesks();
        this.files.show();
        this.mail.show();
        this.saving.show();
        this.status.textContent = this.told.key ? this.words.text(this.told.key, this.told.places) : this.status.textContent;
        if (this.finished) this.showDone();
    }

    private say(key: string, places: { [name: string]: string | number } = {}): void {
        this.told = { key, places };
        this.status.textContent = key ? this.words.text(key, places) : "";
    }

    private showDesks(): void {
        const choice = byId("desk-choice", "fieldset");
        choice.hidden = this.desks.length < 2;
        const options = this.desks.map((_, at) => {
            const checked = at === this.chosen;
            const radio = make("input", { type: "radio", name: "desk", checked, defaultChecked: checked, disabled: this.working });
            radio.onchange = () => {
                this.chosen = at;
                // Firefox writes to its disk what differs from what a page came with.
                for (const each of choice.querySelectorAll("input")) each.defaultChecked = each.checked;
                this.mail.clear();
                this.showReaders();
                this.refresh();
                if (this.codename && this.desk) void this.doing(async () => await this.mail.load(this.desk!));
            };
            return make("label", {}, radio, this.untrusted[at]!.name);
        });
        choice.replaceChildren(make("legend", { textContent: this.words.text("page_desk") }), ...options);
        this.showReaders();
    }

    private showReaders(): void {
        const readers = byId("readers", "div");
        readers.replaceChildren();
        const known = this.codename !== "" && !this.fresh; // who comes back was asked before
        this.questions.show(known ? [] : (this.untrusted[this.chosen]?.questions ?? []));
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

    /** Bytes that can be sent: what is sealed is up to a third longer. */
    private get most(): number {
        return this.door ? Math.min(LIMIT, this.door.limit * 0.74) : LIMIT;
    }

    /** What is still in the way of sending, said before the button is pressed. */
    private refresh(): void {
        if (this.working || this.finished) return;
        const most = this.most;
        const empty = !this.text.value.trim() && !this.files.items.length;
        const heavy = this.files.size + this.text.value.length > most;
        const why = empty ? "page_nothing" : this.files.painting ? "page_paint_first" : this.files.unanswered ? "page_answer_first" : heavy ? "page_too_much" : this.desks.length > 1 && this.chosen < 0 ? "page_desk_first" : "";
        this.lock.disabled = this.send.disabled = Boolean(why) || this.files.busy || !this.desk;
        this.say(why, { n: Math.floor(most / 1_000_000) });
    }

    /** One thing at a time, told in words if it fails; all that was written stays. */
    private async doing(work: () => Promise<void>): Promise<void> {
        if (this.working) return;
        this.busy(true);
        try {
            await work();
        } catch (error) {
            this.failed(error);
        } finally {
            const told = this.told;
            this.busy(false);
            this.refresh();
            if (!this.finished) this.say(told.key, told.places);
        }
    }

    private failed(error: unknown): void {
        this.say(REFUSED[error instanceof Failed ? error.code : ""] ?? "page_failed", { n: Math.floor(this.most / 1_000_000) });
    }

    private busy(on: boolean): void {
        this.working = on;
        byId("form", "section").inert = on;
        this.lock.disabled = this.send.disabled = on;
    }

    /** A new worker is told what the one that died knew. */
    private anew(): void {
        const nothing = (): void => {};
        if (this.door) this.helper.ask(this.knocking).catch(nothing);
        const made = this.helper.unanswered;
        const unsure = made && { ...made, items: this.sending };
        if (this.codename) this.helper.ask(this.codenamed(this.codename, unsure)).catch(nothing);
    }

    private async asked(question: Question, key: string): ReturnType<Helper["ask"]> {
        const say = (done: number): void => this.say(key, { n: Math.round(done * 100) });
        say(0);
        return await this.helper.ask(question, [], say);
    }

    private items(): ReturnType<typeof itemOfText>[] {
        const words = this.text.value.trim();
        return [...(words ? [itemOfText(words)] : []), ...this.questions.items, ...this.files.items];
    }

    private async seal(): Promise<void> {
        if (this.judged !== today()) await this.judge();
        const desk = this.desk;
        if (!desk) return;
        const said = { language: this.words.language, day: this.judged, answers: {}, thread: null };
        const answer = await this.asked({ kind: "seal", desk, items: this.items(), said }, "page_locking");
        if (!("parts" in answer)) return;
        this.name = answer.name;
        this.parts = answer.parts.map((part) => ({ address: URL.createObjectURL(part), saved: false }));
        this.done();
    }

    private async post(): Promise<void> {
        await this.judge();
        const [desk, door] = [this.desk, this.door];
        if (!door) return this.say("page_lost");
        if (!desk) return;
        if (!this.codename) await this.open(null);
        const said = { language: this.words.language, answers: {}, inReplyTo: this.mail.replyTo, withdraws: [] };
        this.sending = this.items();
        await this.asked({ kind: "send", door, desk, items: [...this.sending], said }, "page_sending");
        this.sentTo = desk.name;
        this.done();
    }

    private async askToForget(dropId: string): Promise<void> {
        await this.judge();
        const [desk, door] = [this.desk, this.door];
        if (!door || !desk) throw new Failed("closed");
        const said = { language: this.words.language, answers: {}, inReplyTo: null, withdraws: [dropId] };
        this.sending = [];
        await this.helper.ask({ kind: "send", door, desk, items: [], said });
    }

    /** The codename that was typed: its answers are shown, and what is sent is sent under it. */
    private async enter(): Promise<void> {
        if (!this.typed.value.trim() || !(await this.open(this.typed.value))) return;
        this.typed.value = "";
        Object.assign(byId("back", "details"), { hidden: true, open: false });
        this.showReaders();
        if (this.desk) await this.mail.load(this.desk);
        else this.say("page_desk_first");
    }

    private codenamed(typed: string | null, unsure: Unsure | null = null): Question {
        return { kind: "codename", typed, language: this.words.language, lists: this.lists(), unsure };
    }

    private lists(): { [language: string]: string } {
        return { en: this.english(), es: data("spanish"), fr: data("french") };
    }

    private async open(typed: string | null): Promise<boolean> {
        const answer = await this.asked(this.codenamed(typed), "page_moment");
        if (this.wrong(answer) || !("codename" in answer)) return false;
        this.codename = answer.codename;
        this.fresh = typed === null;
        return true;
    }

    /** Whether secret words were typed that can't be, which is said then. */
    private wrong(answer: object | { wrong: Typed }): boolean {
        if (!("wrong" in answer)) return false;
        const { wrong } = answer;
        if ("wrong" in wrong) this.say("page_words_wrong", { words: this.words.list(wrong.wrong) });
        else if ("count" in wrong) this.say("page_words_count", { n: wrong.count });
        else this.say("page_words_check");
        return true;
    }

    /** The list of codenames: that of the ten words, with others in the place of what insults. */
    private english(): string {
        const words = data("list").trim().split(" ");
        for (const [place, word] of Object.entries(JSON.parse(data("polite")) as { [place: string]: string })) words[Number(place)] = word;
        return words.join(" ");
    }

    private done(): void {
        this.text.value = "";
        this.files.clear();
        this.questions.clear();
        this.mail.clear();
        this.saving.clear();
        this.say("");
        this.showDone();
        byId("done", "section").querySelector("h2")?.focus();
    }

    private showDone(): void {
        byId("form", "section").hidden = true;
        const done = byId("done", "section");
        const desk = this.untrusted[this.chosen]!.name;
        const restart = (): void => this.restart();
        const shown = this.parts.length ? parts(this.words, desk, this.name, this.parts, restart) : sent(this.words, desk, this.fresh ? this.codename : "", restart);
        done.replaceChildren(...shown);
        done.hidden = false;
    }

    private restart(): void {
        this.clear();
        byId("done", "section").hidden = true;
        byId("form", "section").hidden = false;
        this.refresh();
        this.speak();
    }

    private clear(): void {
        for (const part of this.parts) URL.revokeObjectURL(part.address);
        this.parts = [];
        void this.helper.ask({ kind: "forget" });
        this.helper.unanswered = null;
        this.sending = [];
        [this.sentTo, this.codename, this.fresh] = ["", "", false];
        this.text.value = this.typed.value = "";
        this.files.clear();
        this.questions.clear();
        this.mail.clear();
        this.saving.clear();
        byId("done", "section").replaceChildren();
    }
}

addEventListener("DOMContentLoaded", () => new Page().begin());
