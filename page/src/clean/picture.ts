// What a cleaner gives back, and what kind of file something is by its first bytes.

import type { Bytes } from "../format/bytes";

/** A file without what was not allowed; `removed` are codes of what was taken out. */
export interface Cleaned {
    content: Bytes;
    mediaType: string;
    extension: string;
    removed: string[];
    /** What was told of a date, a name, a place: to show it before it goes. */
    seen?: string[];
    /** Codes of a cleaner that is not the page's own. */
    notes?: string[];
}

/** What a file that is not cleaned here may reveal: a sentence for each (`page_reveals_...`). */
export type Family = "picture" | "document" | "sound" | "other";

export function startsWith(bytes: Uint8Array, start: Uint8Array, at = 0): boolean {
    return start.every((byte, place) => bytes[at + place] === byte);
}

const STARTS: readonly [start: string, family: Family][] = [
    ["%PDF", "document"],
    ["PK\x03\x04", "document"],
    ["\xd0\xcf\x11\xe0", "document"],
    ["GIF8", "picture"],
    ["\xff\xd8\xff", "picture"],
    ["\x89PNG", "picture"],
    ["II*\0", "picture"],
    ["MM\0*", "picture"],
    ["OggS", "sound"],
    ["ID3", "sound"],
    ["fLaC", "sound"],
    ["\x1aE\xdf\xa3", "sound"],
];

export function familyOf(bytes: Uint8Array): Family {
    const head = String.fromCharCode(...bytes.subarray(0, 16));
    const found = STARTS.find(([start]) => head.startsWith(start))?.[1];
    if (found) return found;
    if (head.startsWith("RIFF")) return head.slice(8, 12) === "WEBP" ? "picture" : "sound";
    if (head.slice(4, 8) === "ftyp") return /^(hei|mif|avif|hev)/.test(head.slice(8, 12)) ? "picture" : "sound";
    if (bytes[0] === 0xff && (bytes[1]! & 0xe0) === 0xe0) return "sound";
    return "other";
}
