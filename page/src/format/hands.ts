// Chunks are encrypted piece by piece: by the browser where it has the cipher, else here or in other workers at once.

import { chacha20poly1305 } from "@noble/ciphers/chacha.js";
import { type Bytes, letGo, same } from "./bytes";

export const CHUNK = 65536;
const TAG = 16;
/** What is read and encrypted in one go. */
export const STEP = 8 * CHUNK;
const NAME = "ChaCha20-Poly1305";

/** Chunks of an age file's payload, counted from `first` (docs/protocol.md, "Envelope"). */
export interface Task {
    key: Bytes;
    first: number;
    plain: Bytes;
    last: boolean;
}

/** Whoever does tasks; `width` of them at the same time. */
export interface Hands {
    readonly width: number;
    do(task: Task): Promise<Bytes>;
}

export const here: Hands = { width: 1, do: async (task) => encrypted(task, (nonce, text, into) => chacha20poly1305(task.key, nonce).encrypt(text, into)) };

/** The browser itself, which works beside the page's workers and is several times as fast; null where it can't. */
export async function own(): Promise<Hands | null> {
    try {
        const [key, text] = [new Uint8Array(32).fill(7), new Uint8Array(CHUNK + 100).fill(9)];
        const task = { key, first: 513, plain: text, last: true };
        if (!same(await native.do(task), await here.do(task))) return null; // what it makes is seen once before it is believed
        // Where it fails later, the same bytes are made here under the same numbers.
        return { width: native.width, do: (each) => native.do(each).catch(() => here.do(each)) };
    } catch {
        return null;
    }
}

const native: Hands = {
    width: 4,
    async do(task) {
        const key = await crypto.subtle.importKey("raw-secret" as "raw", task.key, { name: NAME }, false, ["encrypt"]);
        return await encrypted(task, async (iv, text, into) => {
            const sealed = new Uint8Array(await crypto.subtle.encrypt({ name: NAME, iv }, key, text));
            into.set(sealed);
            letGo(sealed);
        });
    },
};

async function encrypted(task: Task, one: (nonce: Bytes, text: Bytes, into: Bytes) => unknown): Promise<Bytes> {
    const { first, plain, last } = task;
    const chunks = Math.max(1, Math.ceil(plain.length / CHUNK));
    const file = new Uint8Array(plain.length + TAG * chunks);
    const sealed = Array.from({ length: chunks }, async (_, chunk) => {
        const nonce = new Uint8Array(12);
        new DataView(nonce.buffer).setUint32(7, first + chunk);
        nonce[11] = last && chunk === chunks - 1 ? 1 : 0;
        const text = plain.subarray(chunk * CHUNK, (chunk + 1) * CHUNK);
        const at = chunk * (CHUNK + TAG);
        await one(nonce, text, file.subarray(at, at + text.length + TAG));
    });
    await Promise.all(sealed);
    return file;
}
