// Bytes: joining, hex, and base64 that has one spelling for one value (docs/protocol.md, "Signatures").

import { sha256 as slowly } from "@noble/hashes/sha2.js";

export type Bytes = Uint8Array<ArrayBuffer>;

export function utf8(text: string): Bytes {
    return new TextEncoder().encode(text);
}

export function joined(...pieces: Uint8Array[]): Bytes {
    const whole = new Uint8Array(pieces.reduce((size, piece) => size + piece.length, 0));
    let at = 0;
    for (const piece of pieces) {
        whole.set(piece, at);
        at += piece.length;
    }
    return whole;
}

export function same(a: Uint8Array, b: Uint8Array): boolean {
    return a.length === b.length && a.every((byte, at) => byte === b[at]);
}

export function hex(bytes: Uint8Array): string {
    return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Throws for anything but lower-case hexadecimal digits, two a byte. */
export function unhex(text: string): Bytes {
    if (!/^(?:[0-9a-f]{2})*$/.test(text)) throw new Error("not hexadecimal");
    return Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));
}

/** Canonical base64 with `=`, of exactly `length` bytes. Throws for any other text. */
export function unbase64(untrusted: string, length: number): Bytes {
    const raw = atob(untrusted);
    if (raw.length !== length || btoa(raw) !== untrusted) throw new Error("not base64");
    return Uint8Array.from(raw, (character) => character.charCodeAt(0));
}

export function random(length: number): Bytes {
    return crypto.getRandomValues(new Uint8Array(length));
}

/** Gives back the memory of bytes that nobody needs any more, before the browser gets to it. */
export function letGo(bytes: Bytes): void {
    (bytes.buffer as { transfer?(size: number): ArrayBuffer }).transfer?.(0);
}

/** By the browser where it does that; a page from an address without https, or from a phone's files, may not. */
export async function sha256(bytes: Bytes): Promise<Bytes> {
    const subtle: SubtleCrypto | undefined = crypto.subtle;
    return subtle ? new Uint8Array(await subtle.digest("SHA-256", bytes)) : (slowly(bytes) as Bytes);
}
