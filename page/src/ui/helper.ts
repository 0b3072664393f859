// The worker as a function: a question goes in, an answer or an error comes out.

import type { Unanswered } from "../door/thread";
import type { Answer, Call, Crew, Question } from "../questions";

type Ended = Exclude<Answer, { done: number } | { failed: true }>;

/** Why something failed: the server's code, or none. */
export class Failed extends Error {
    constructor(readonly code: string) {
        super(code);
    }
}
interface Waiting {
    resolve: (answer: Ended) => void;
    reject: (code: string) => void;
    progress: (done: number) => void;
}

declare const trustedTypes: { createPolicy(name: string, rules: { createScriptURL(url: string): string }): { createScriptURL(url: string): URL } } | undefined;

/** How often a worker that is asked something has to show that it lives, and how many times it may miss: a picture takes a while. */
const [PING_MS, MISSED] = [15_000, 8];

export class Helper {
    private readonly waiting = new Map<number, Waiting>();
    private workers: Worker[] = [];
    private readonly begin: () => Worker;
    private asked = 0;
    private missed = 0;
    private lives = false;
    /** A commit whose answer is not there: the drop may be. */
    unanswered: Unanswered | null = null;

    /** `script` is the worker's text, which stands in this page; `anew` is told when a worker died and another one began, which knows nothing, `line` when the server doesn't answer for a while. */
    constructor(
        script: string,
        private readonly anew: () => void,
        private readonly line: () => void,
    ) {
        const address = URL.createObjectURL(new Blob([script], { type: "text/javascript" }));
        const rules = {
            createScriptURL(url: string): string {
                if (url !== address) throw new Error("not ours");
                return url;
            },
        };
        const policy = typeof trustedTypes === "undefined" ? rules : trustedTypes.createPolicy("silbo", rules);
        this.begin = () => {
            const worker = new Worker(policy.createScriptURL(address));
            this.workers.push(worker);
            worker.onerror = () => this.died(worker);
            return worker;
        };
        this.first();
        setInterval(() => this.ping(), PING_MS);
    }

    private first(): void {
        this.begin().onmessage = (message: MessageEvent<Answer | Call>) => this.take(message.data);
    }

    /** More workers, where there is much to do: they begin once, and share the first one's work. */
    private crew(): void {
        if (this.workers.length > 1) return;
        const ports = Array.from({ length: Math.min(Math.max(navigator.hardwareConcurrency || 2, 2), 3) }, () => {
            const { port1, port2 } = new MessageChannel();
            this.begin().postMessage({ mate: port2 } satisfies Crew, [port2]);
            return port1;
        });
        this.workers[0]!.postMessage({ mates: ports } satisfies Crew, ports);
    }

    /** Rejects if it failed; `progress` is told how much is done, from 0 to 1. */
    ask(question: Question, transfer: Transferable[] = [], progress: (done: number) => void = () => {}): Promise<Ended> {
        const id = this.asked++;
        return new Promise((resolve, reject) => {
            this.waiting.set(id, { resolve, reject: (code) => reject(new Failed(code)), progress });
            if (this.workers[0]) this.workers[0].postMessage({ id, question }, transfer);
            else this.fail();
        });
    }

    end(): void {
        for (const worker of this.workers) worker.terminate();
        this.workers = [];
    }

    /** A worker may die without an error. Counted, not timed: a device that slept has lost nothing. */
    private ping(): void {
        if (!this.waiting.size || !this.workers.length) return void (this.missed = 0);
        if (this.missed++ < MISSED) this.workers[0]!.postMessage({ ping: true } satisfies Crew);
        else this.died(this.workers[0]!);
    }

    /** Without another one the first goes on alone. After the first, what waited has failed, and a new one begins. */
    private died(worker: Worker): void {
        if (!this.workers.includes(worker)) return;
        if (worker !== this.workers[0]) return this.workers[0]!.postMessage({ died: true } satisfies Crew);
        this.end();
        if (this.lives) this.first(); // else another one would not begin either
        [this.missed, this.lives] = [0, false];
        this.fail();
        this.anew();
    }

    private fail(): void {
        this.waiting.forEach((waiting) => waiting.reject(""));
        this.waiting.clear();
    }

    private take(answer: Answer | Call): void {
        [this.missed, this.lives] = [0, true];
        if ("call" in answer && answer.call === "unsure") return void (this.unanswered = answer.made);
        if ("call" in answer) return { mates: () => this.crew(), here: () => {}, waiting: this.line }[answer.call]();
        const waiting = this.waiting.get(answer.id);
        if (!waiting) return;
        if ("done" in answer) return waiting.progress(answer.done);
        this.waiting.delete(answer.id);
        if ("failed" in answer) waiting.reject(answer.code);
        else waiting.resolve(answer);
    }
}
