// Other workers that share the work of one: chunks to encrypt, files to hash.

import { type Bytes } from "./format/bytes";
import { AT_ONCE, type Hands, type Task, done, here } from "./format/hands";

type Order = { id: number; task: Task };
type Result = { id: number; bytes: Bytes | null };

/** Work for whoever is at the other end. */
export function serve(port: MessagePort): void {
    port.onmessage = (message: MessageEvent<Order>) => {
        const { id, task } = message.data;
        const answer = (bytes: Bytes | null): void => port.postMessage({ id, bytes } satisfies Result, bytes ? [bytes.buffer] : []);
        void done(task).then(answer, () => answer(null));
    };
}

export class Mates implements Hands {
    private readonly waiting = new Map<number, { resolve: (bytes: Bytes) => void; reject: (error: Error) => void }>();
    private readonly load: number[];
    private orders = 0;
    private ended = false;

    constructor(private readonly ports: readonly MessagePort[]) {
        this.load = ports.map(() => 0);
        ports.forEach((port, at) => {
            port.onmessage = (message: MessageEvent<Result>) => this.take(at, message.data);
            port.addEventListener("close", () => this.end());
        });
    }

    get width(): number {
        return this.ended ? 1 : this.ports.length + 1;
    }

    /** One of them died, and the bytes that it was given with it: what waits is rejected, what comes is done here. */
    end(): void {
        this.ended = true;
        for (const { reject } of this.waiting.values()) reject(new Error("another worker died"));
        this.waiting.clear();
    }

    do(task: Task): Promise<Bytes> {
        const size = task.kind === "encrypt" ? task.plain.length : task.content instanceof Blob ? task.content.size : task.content.length;
        if (this.ended || !this.ports.length || (task.kind === "hash" ? size <= AT_ONCE : size <= ALONE)) return here.do(task);
        const at = this.load.indexOf(Math.min(...this.load));
        this.load[at]! += 1;
        const id = this.orders++;
        const transfer = task.kind === "encrypt" ? [task.plain.buffer] : [];
        return new Promise((resolve, reject) => {
            this.waiting.set(id, { resolve, reject });
            this.ports[at]!.postMessage({ id, task } satisfies Order, transfer);
        });
    }

    private take(at: number, { id, bytes }: Result): void {
        this.load[at]! -= 1;
        const waiting = this.waiting.get(id);
        this.waiting.delete(id);
        if (bytes) waiting?.resolve(bytes);
        else waiting?.reject(new Error("it failed in another worker"));
    }
}

/** What is not worth the way to another worker. */
const ALONE = 262_144;
