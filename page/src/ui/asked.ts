// What a desk asks before something is sent: each can be left without an answer.

import type { Asked } from "../desks";
import type { Item } from "../format/drop";
import { itemOfText } from "../format/text";
import { make } from "./dom";
import type { Words } from "./words";

/** How many answers a ready-made question has to choose among is told by the catalogue. */
const MOST_CHOICES = 6;

export class Questions {
    private answers = new Map<string, string>();
    private shown: readonly Asked[] = [];

    constructor(
        private readonly place: HTMLElement,
        private readonly words: Words,
    ) {}

    show(questions: readonly Asked[]): void {
        this.shown = questions;
        const all = questions.map((question) => this.one(question));
        const intro = make("p", { className: "hint", textContent: this.words.text("page_questions") });
        this.place.replaceChildren(...(all.length ? [intro, ...all] : []));
    }

    /** The answers, each an item of its own with the question before it (docs/protocol.md, "Answers to questions"). */
    get items(): Item[] {
        return this.shown.flatMap((question) => {
            const answer = (this.answers.get(question.id) ?? "").trim();
            if (!answer) return [];
            return [{ ...itemOfText(`${this.ask(question)}\n\n${answer}`), notes: [`answer_${question.id}`] }];
        });
    }

    /** What was answered, by the names of the questions. */
    get said(): { [question: string]: string } {
        return Object.fromEntries(this.answers);
    }

    /** Answers that were saved; those to questions that nobody asks here are not shown, and what is said here by now stays. */
    set said(answers: { [question: string]: string }) {
        const now = [...this.answers].filter(([, answer]) => answer.trim());
        this.answers = new Map([...Object.entries(answers), ...now]);
        this.show(this.shown);
    }

    clear(): void {
        this.answers.clear();
        this.show(this.shown);
    }

    private one(question: Asked): HTMLElement {
        const choices = this.choices(question);
        const set = (answer: string): void => void this.answers.set(question.id, answer);
        const now = this.answers.get(question.id) ?? "";
        if (!choices.length) {
            const field = make("textarea", { rows: 2, value: now, autocomplete: "off", spellcheck: false });
            field.oninput = () => set(field.value);
            return make("label", { className: "asked" }, this.ask(question), field);
        }
        const radios = ["", ...choices].map((choice) => {
            const checked = choice === now || (choice === "" && !choices.includes(now));
            const radio = make("input", { type: "radio", name: `asked-${question.id}`, checked, defaultChecked: checked });
            radio.onchange = () => set(choice);
            return make("label", {}, radio, choice || this.words.text("page_no_choice"));
        });
        return make("fieldset", {}, make("legend", { textContent: this.ask(question) }), ...radios);
    }

    private ask(question: Asked): string {
        return Object.keys(question.ask).length ? this.inLanguage(question.ask) : this.words.text(`question_${question.id}`);
    }

    private choices(question: Asked): string[] {
        if (Object.keys(question.ask).length) return question.choices.map((choice) => this.inLanguage(choice));
        const keys = Array.from({ length: MOST_CHOICES }, (_, at) => `choice_${question.id}_${at + 1}`);
        return keys.filter((key) => this.words.has(key)).map((key) => this.words.text(key));
    }

    /** In the language; else in English, else in whatever there is: as the bot does. */
    private inLanguage(texts: { [language: string]: string }): string {
        return texts[this.words.language] ?? texts["en"] ?? Object.values(texts)[0] ?? "";
    }
}
