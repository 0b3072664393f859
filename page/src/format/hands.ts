// What is done piece by piece, here or in other workers at the same time: encrypting chunks, and hashes.

import { chacha20poly1305 } from "@noble/ciphers/chacha.js";
import { sha256 as incremental } from "@noble/hashes/sha2.js";
import { createSHA256 } from "hash-wasm";
import { type Bytes, sha256 } from "./bytes";
import { inSteps } from "./pieces";

export const CHUNK = 65536;
const TAG = 16;
/** What is read and encrypted in one go. */
export const STEP = 8 * CHUNK;
/** The browser's own hash is far faster, and takes only what is in memory whole. */
export const AT_ONCE = 26_000_000;

export type Task =
    | { kind: "encrypt"; key: Bytes; first: number; plain: Bytes; last: boolean }
    | { kind: "hash"; content: Bytes | Blob };

/** Whoever does tasks; `width` of them at the same time. */
export interface Hands {
    readonly width: number;
    do(task: Task): Promise<Bytes>;
}

export const here: Hands = { width: 1, do: done };

export async function done(task: Task): Promise<Bytes> {
    if (task.kind === "encrypt") return encrypted(task.key, task.first, task.plain, task.last);
    const size = task.content instanceof Blob ? task.content.size : task.content.length;
    const hasher = await Hasher.of(size);
    for await (const step of inSteps([task.content], STEP)) hasher.update(step);
    return await hasher.digest();
}

/** Chunks of an age file's payload, counted from `first` (docs/protocol.md, "Envelope"). */
function encrypted(key: Bytes, first: number, plain: Bytes, last: boolean): Bytes {
    const chunks = Math.max(1, Math.ceil(plain.length / CHUNK));
    const file = new Uint8Array(plain.length + TAG * chunks);
    const nonce = new Uint8Array(12);
    const counter = new DataView(nonce.buffer);
    for (let chunk = 0; chunk < chunks; chunk++) {
        counter.setUint32(7, first + chunk);
        nonce[11] = last && chunk === chunks - 1 ? 1 : 0;
        const text = plain.subarray(chunk * CHUNK, (chunk + 1) * CHUNK);
        const at = chunk * (CHUNK + TAG);
        chacha20poly1305(key, nonce).encrypt(text, file.subarray(at, at + text.length + TAG));
    }
    return file;
}

/** SHA-256 of what comes in steps. */
export class Hasher {
    private at = 0;

    private constructor(
        private readonly running: Running | null,
        private readonly kept: Bytes,
    ) {}

    /** For at most `size` bytes in all. Where a browser has no WebAssembly (the Tor Browser, "Safer") it is slower. */
    static async of(size: number): Promise<Hasher> {
        if (size <= AT_ONCE) return new Hasher(null, new Uint8Array(size));
        const fast = await createSHA256().catch(() => null);
        const running = fast ? { update: (bytes: Bytes) => fast.update(bytes), digest: () => fast.digest("binary") } : incremental.create();
        return new Hasher(running, new Uint8Array(0));
    }

    update(bytes: Bytes): void {
        if (this.running) this.running.update(bytes);
        else this.kept.set(bytes, this.at);
        this.at += bytes.length;
    }

    async digest(): Promise<Bytes> {
        return this.running ? (this.running.digest() as Bytes) : await sha256(this.kept.subarray(0, this.at));
    }
}

interface Running {
    update(bytes: Uint8Array): unknown;
    digest(): Uint8Array;
}
