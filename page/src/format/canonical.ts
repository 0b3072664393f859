// Canonical JSON: one text for one value (docs/protocol.md, "Canonical JSON").

import { type Bytes, same, utf8 } from "./bytes";

export type Value = string | number | null | Value[] | { [key: string]: Value };

/** Throws for a number that is none of 0 to 2^53 - 1. A lone surrogate becomes U+FFFD. */
export function encode(value: Value): Bytes {
    return utf8(text(value));
}

function text(value: Value): string {
    if (value === null) return "null";
    if (typeof value === "string") return JSON.stringify(new TextDecoder().decode(utf8(value)));
    if (typeof value === "number") {
        if (!Number.isSafeInteger(value) || value < 0) throw new Error("a number that canonical JSON has not");
        return String(value);
    }
    if (Array.isArray(value)) return `[${value.map(text).join(",")}]`;
    const members = Object.keys(value).sort().map((key) => `${JSON.stringify(key)}:${text(value[key]!)}`);
    return `{${members.join(",")}}`;
}

/** An object with exactly these keys, in at most `limit` bytes. Throws for any other bytes. */
export function decode(untrusted: Uint8Array, limit: number, keys: readonly string[]): { [key: string]: Value } {
    if (untrusted.length > limit) throw new Error("a document that is too long");
    const value = JSON.parse(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(untrusted)) as Value;
    if (!same(encode(value), untrusted)) throw new Error("a document that is not canonical");
    return members(value, keys);
}

/** The same object, if it has exactly these keys. Throws. */
export function members(value: Value | undefined, keys: readonly string[]): { [key: string]: Value } {
    if (value === null || typeof value !== "object" || Array.isArray(value)) throw new Error("no object");
    if (Object.keys(value).sort().join() !== [...keys].sort().join()) throw new Error("an object with other keys");
    return value;
}
