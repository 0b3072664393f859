// The worker as a function: a question goes in, an answer or an error comes out.

import type { Answer, Crew, Question } from "../questions";

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

export class Helper {
    private readonly waiting = new Map<number, Waiting>();
    private readonly workers: Worker[] = [];
    private readonly begin: () => Worker;
    private asked = 0;

    /** `script` is the worker's text, which stands in this page. */
    constructor(script: string) {
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
        this.begin().onmessage = (message: MessageEvent<Answer>) => this.take(message.data);
    }

    /** More workers, where there is much to do: they begin once, and share the first one's work. */
    crew(): void {
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
            this.workers[0]!.postMessage({ id, question }, transfer);
        });
    }

    end(): void {
        for (const worker of this.workers) worker.terminate();
    }

    /** Without the first one nothing comes any more; without another it goes on alone, and says what failed. */
    private died(worker: Worker): void {
        if (worker !== this.workers[0]) return this.workers[0]!.postMessage({ died: true } satisfies Crew);
        this.waiting.forEach((waiting) => waiting.reject(""));
        this.waiting.clear();
    }

    private take(answer: Answer): void {
        const waiting = this.waiting.get(answer.id);
        if (!waiting) return;
        if ("done" in answer) return waiting.progress(answer.done);
        this.waiting.delete(answer.id);
        if ("failed" in answer) waiting.reject(answer.code);
        else waiting.resolve(answer);
    }
}
