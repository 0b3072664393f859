// What there is for a codename at a desk: answers to read and to answer, what was sent and can be taken back.

import type { Desk } from "../desks";
import type { Opened, Sent } from "../door/thread";
import { button, make } from "./dom";
import type { Helper } from "./helper";
import type { Words } from "./words";

/** What the rest of the page does for it. */
export interface Around {
    today(): string;
    say(key: string, places?: { [name: string]: string | number }): void;
    failed(error: unknown): void;
    /** The next that is sent asks the reviewers to forget this drop; rejects if it can't be. */
    ask(dropId: string): Promise<void>;
    replying(): void;
}

export class Mail {
    private desk: Desk | null = null;
    private replies: Opened[] = [];
    private closed = 0;
    private drops: Sent[] = [];
    /** The number of the answer that is answered; null if none is. */
    replyTo: number | null = null;

    constructor(
        private readonly place: HTMLElement,
        private readonly helper: Helper,
        private readonly words: Words,
        private readonly around: Around,
    ) {}

    async load(desk: Desk): Promise<void> {
        this.around.say("page_loading");
        const answer = await this.helper.ask({ kind: "mail", desk, today: this.around.today() });
        if (!("replies" in answer)) return;
        ({ replies: this.replies, closed: this.closed, drops: this.drops } = answer);
        this.desk = desk;
        this.replyTo = null;
        this.around.say("");
        this.show();
        this.place.querySelector("h2")?.focus();
    }

    clear(): void {
        [this.desk, this.replies, this.drops, this.closed, this.replyTo] = [null, [], [], 0, null];
        this.place.replaceChildren();
        this.place.hidden = true;
    }

    show(): void {
        this.place.hidden = !this.desk;
        if (!this.desk) return;
        const title = make("h2", { textContent: this.words.text("page_mail"), tabIndex: -1 });
        const none = this.replies.length ? [] : [make("p", { textContent: this.words.text("page_mail_none") })];
        const closed = this.closed ? [make("p", { className: "alarm", textContent: this.words.text("page_mail_closed", { n: this.closed }) })] : [];
        const sent = make("details", {}, make("summary", { textContent: this.words.text("page_sent_before") }), make("ul", {}, ...this.drops.map((drop) => this.drop(drop))));
        sent.open = this.place.querySelector("details")?.open ?? false;
        const replying = this.replyTo === null ? [] : [make("p", { className: "clean", textContent: this.words.text("page_replying", { n: this.replyTo }) })];
        this.place.replaceChildren(title, ...none, ...this.replies.map((reply) => this.reply(reply)), ...closed, ...(this.drops.length ? [sent] : []), ...replying);
    }

    private reply(reply: Opened): HTMLElement {
        const name = this.desk?.authors[reply.root] ?? "";
        const lines = [reply.text, ...reply.questions.map((question) => question.text)].filter(Boolean);
        const answer = button(this.words.text("page_reply"), () => {
            this.replyTo = reply.number;
            this.show();
            this.around.replying();
        });
        const read = button(this.words.text("page_read"), () => void this.read(reply));
        return make(
            "article",
            {},
            make("h3", { textContent: this.words.text("page_reply_of", { name, n: reply.number, day: reply.day }) }),
            ...lines.map((line) => make("p", { className: "said", textContent: line })),
            make("div", { className: "row" }, answer, read),
        );
    }

    private async read(reply: Opened): Promise<void> {
        if (!this.desk) return;
        try {
            await this.helper.ask({ kind: "read", desk: this.desk, reply: reply.sha256, token: reply.token });
            this.replies = this.replies.filter((each) => each !== reply);
            this.show();
            this.place.querySelector("h2")?.focus();
        } catch (error) {
            this.around.failed(error);
        }
    }

    private drop(drop: Sent): HTMLElement {
        const state = this.words.text({ "2": "page_state_here", "3": "page_state_passed" }[drop.state] ?? "page_state_gone", { day: drop.day });
        const back = button(this.words.text("page_take_back"), () => void this.withdraw(drop));
        return make("li", {}, make("p", { textContent: state }), ...(drop.state === "4" ? [] : [back]));
    }

    private async withdraw(drop: Sent): Promise<void> {
        try {
            const answer = await this.helper.ask({ kind: "withdraw", upload: drop.upload });
            if (!("state" in answer)) return;
            drop.state = answer.state;
            if (answer.state === "3") await this.around.ask(answer.dropId);
            this.show();
            this.place.querySelector("summary")?.focus();
            this.around.say(answer.state === "3" ? "page_taken_back_asked" : "page_taken_back");
        } catch (error) {
            this.around.failed(error);
        }
    }
}
