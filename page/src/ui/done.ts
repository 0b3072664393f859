// What a person sees when it is done: parts to save, or that it was sent, with the secret words.

import { button, make } from "./dom";
import type { Words } from "./words";

export interface Part {
    address: string;
    saved: boolean;
}

/** Parts of a parcel for the chat with the bot; `name` is the beginning of their files' names. */
export function parts(words: Words, desk: string, name: string, all: Part[], restart: () => void): HTMLElement[] {
    const links = all.map((part, at) => {
        const link = make("a", { href: part.address, download: `${name}-${at + 1}.age`, className: "button" });
        const label = (): string => words.text(part.saved ? "page_saved" : "page_save", { n: at + 1 });
        link.textContent = label();
        link.onclick = () => {
            part.saved = true;
            link.textContent = label();
        };
        return make("li", {}, link);
    });
    const title = make("h2", { textContent: words.text("page_done", { n: all.length }), tabIndex: -1 });
    const steps = ["page_step_save", "page_step_attach", "page_step_delete"].map((key) => make("li", { textContent: words.text(key, { n: all.length, desk }) }));
    const told = make("p", { textContent: words.text("page_answers") });
    return [title, make("ol", {}, ...steps), make("ul", { className: "parts" }, ...links), told, button(words.text("page_again"), restart)];
}

/** `codename` is one that was made for this, or empty where the person came with one. */
export function sent(words: Words, desk: string, codename: string, restart: () => void): HTMLElement[] {
    const title = make("h2", { textContent: words.text("page_sent", { desk }), tabIndex: -1 });
    const told = codename
        ? [make("p", { textContent: words.text("page_sent_words") }), make("p", { className: "codename", textContent: codename }), make("p", { className: "alarm", textContent: words.text("page_sent_once") })]
        : [make("p", { textContent: words.text("page_sent_same") })];
    return [title, ...told, button(words.text("page_again"), restart)];
}
