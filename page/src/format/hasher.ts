// SHA-256 of what comes in steps, so that a file is read once: what is hashed is what is sealed.

import { sha256 as incremental } from "@noble/hashes/sha2.js";
import { createSHA256 } from "hash-wasm";
import { type Bytes, letGo, sha256 } from "./bytes";

/** The browser's own hash is far faster, and takes only what is in memory whole: so much at most of a file as it is, and of what was sealed. */
export const [AT_ONCE, SEALED_AT_ONCE] = [26_000_000, 8_000_000];

interface Running {
    update(bytes: Uint8Array): unknown;
    digest(): Uint8Array;
}

export class Hasher {
    private at = 0;

    private constructor(
        private readonly running: Running | null,
        private readonly kept: Bytes,
    ) {}

    /** For at most `size` bytes in all. Where a browser has no WebAssembly (the Tor Browser, "Safer") it is slower. */
    static async of(size: number, most = AT_ONCE): Promise<Hasher> {
        if (size <= most) return new Hasher(null, new Uint8Array(size));
        const fast = await createSHA256().catch(() => null);
        const running = fast ? { update: (bytes: Bytes) => fast.update(bytes), digest: () => fast.digest("binary") } : incremental.create();
        return new Hasher(running, new Uint8Array(0));
    }

    update(bytes: Bytes): void {
        if (this.running) this.running.update(bytes);
        else this.kept.set(bytes, this.at);
        this.at += bytes.length;
    }

    /** Once, at the end. */
    async digest(): Promise<Bytes> {
        if (this.running) return this.running.digest() as Bytes;
        const digest = await sha256(this.kept.subarray(0, this.at));
        letGo(this.kept);
        return digest;
    }
}
