// Other workers that share the work of one, where the browser has no cipher of its own: chunks to encrypt.
//
// The one that asks takes its part: what it gave away is on the way for a while, and on a busy device for long.

import { type Bytes, letGo } from "./format/bytes";
import { type Hands, type Task, here } from "./format/hands";

type Order = { id: number; task: Task };
type Result = { id: number; bytes: Bytes | null };
interface Waiting {
    task: Task;
    resolve: (bytes: Bytes | Promise<Bytes>) => void;
    late: ReturnType<typeof setTimeout>;
}

/** What is not worth the way to another worker. */
const ALONE = 262_144;
/** So much each of the others has at a time; beyond that the work is done here. */
const AHEAD = 2;
/** Half a megabyte takes no slow telephone as long. */
const PATIENCE_MS = 6_000;

/** Work for whoever is at the other end. */
export function serve(port: MessagePort): void {
    port.onmessage = (message: MessageEvent<Order>) => {
        const { id, task } = message.data;
        const answer = (bytes: Bytes | null): void => {
            port.postMessage({ id, bytes } satisfies Result, bytes ? [bytes.buffer] : []);
            letGo(task.plain);
        };
        void here.do(task).then(answer, () => answer(null));
    };
}

export class Mates implements Hands {
    private readonly waiting = new Map<number, Waiting>();
    private ports: readonly MessagePort[] = [];
    private load: number[] = [];
    private orders = 0;
    private called = false;
    private ended = false;

    /** `call` is told when others are needed; until they have joined, the work is done here. */
    constructor(private readonly call: () => void) {}

    join(ports: readonly MessagePort[]): void {
        this.ports = ports;
        this.load = ports.map(() => 0);
        ports.forEach((port, at) => {
            port.onmessage = (message: MessageEvent<Result>) => this.take(at, message.data);
            port.addEventListener("close", () => this.end());
        });
    }

    get width(): number {
        return this.ended ? 1 : AHEAD * this.ports.length + 1;
    }

    /** One of them died, perhaps without a word: what waits is done here, the same bytes under the same numbers. */
    end(): void {
        this.ended = true;
        for (const { task, resolve, late } of this.waiting.values()) {
            clearTimeout(late);
            resolve(here.do(task));
        }
        this.waiting.clear();
    }

    /** The bytes stay here until the result is: another worker gets a copy of them. */
    do(task: Task): Promise<Bytes> {
        if (this.ended || task.plain.length <= ALONE) return here.do(task);
        if (!this.called) this.call();
        this.called = true;
        if (!this.ports.length) return here.do(task);
        const at = this.load.indexOf(Math.min(...this.load));
        if (this.load[at]! >= AHEAD) return here.do(task);
        this.load[at]! += 1;
        const id = this.orders++;
        return new Promise((resolve) => {
            this.waiting.set(id, { task, resolve, late: setTimeout(() => this.end(), PATIENCE_MS) });
            this.ports[at]!.postMessage({ id, task } satisfies Order);
        });
    }

    private take(at: number, { id, bytes }: Result): void {
        this.load[at]! -= 1;
        const waiting = this.waiting.get(id);
        if (!waiting) return;
        this.waiting.delete(id);
        clearTimeout(waiting.late);
        waiting.resolve(bytes ?? here.do(waiting.task));
    }
}
