// What an EXIF block says, in Silbo's codes for what is removed: only to tell it, for all of it goes.

import { type Bytes, utf8 } from "../format/bytes";
import { startsWith } from "./picture";

const GPS = 0x8825;
const POINTERS = [0x8769, GPS, 0xa005];
const KINDS: ReadonlyMap<number, string> = new Map([
    ...codes("device", 0x010f, 0x0110, 0xa433, 0xa434, 0xc614),
    ...codes("date", 0x0132, 0x9003, 0x9004, 0x9010, 0x9011, 0x9012, 0x9290, 0x9291, 0x9292),
    ...codes("author", 0x013b, 0x8298, 0x9c9d, 0xa430),
    ...codes("comment", 0x9286, 0x9c9c),
    ...codes("description", 0x010e, 0x9c9b, 0x9c9e, 0x9c9f),
    ...codes("software", 0x0131, 0x000b),
    ...codes("identifier", 0xa420, 0xa431, 0xa435),
    ...codes("maker_note", 0x927c, 0xc634),
]);
const MOST_TAGS = 1000;
/** What is shown of it before it goes: whole words of so many fields, of so many letters; a place, names and dates first. */
const [SHOWN, LETTERS] = [8, 60];
const FIRST = ["author", "date"];
const [ASCII, RATIONAL] = [2, 5];
/** Title, comment, author, words and subject, which Windows writes in UTF-16. */
const [XP_FIRST, XP_LAST] = [0x9c9b, 0x9c9f];
/** How a TIFF structure begins whose first list follows its head. */
const HEADS = [utf8("II*\0\b\0\0\0"), utf8("MM\0*\0\0\0\b")];

function codes(code: string, ...tags: number[]): [number, string][] {
    return tags.map((tag) => [tag, code]);
}

/** The same of the first EXIF block in a file whose boxes are not read. Never throws. */
export function findExif(untrusted: Bytes): { removed: string[]; seen: string[] } {
    for (let at = untrusted.indexOf(42); at >= 0; at = untrusted.indexOf(42, at + 1)) {
        for (const head of HEADS) {
            const start = at - head.indexOf(42);
            if (start >= 0 && startsWith(untrusted, head, start)) return readExif(untrusted.subarray(start));
        }
    }
    return { removed: [], seen: [] };
}

/** Codes of what the TIFF structure says, words of it to show, and the orientation (1 where none is told). Never throws. */
export function readExif(untrusted: Uint8Array): { removed: string[]; seen: string[]; orientation: number } {
    const found = new Set<string>();
    const said: [code: string, words: string][] = [];
    const place = new Map<number, string>();
    let orientation = 1;
    const view = new DataView(untrusted.buffer, untrusted.byteOffset, untrusted.length);
    const little = untrusted[0] === 0x49;
    let left = MOST_TAGS;
    const number = (at: number): string => String(Number((view.getUint32(at, little) / view.getUint32(at + 4, little)).toFixed(2)));
    /** Words, or up to three rational numbers; nothing of other types. */
    const value = (entry: number): string => {
        const [type, count] = [view.getUint16(entry + 2, little), view.getUint32(entry + 4, little)];
        const tag = view.getUint16(entry, little);
        const [wide, numbers] = [tag >= XP_FIRST && tag <= XP_LAST, type === RATIONAL && count < 4];
        const size = numbers ? 8 * count : count;
        const at = size > 4 ? view.getUint32(entry + 8, little) : entry + 8;
        if ((!numbers && !wide && type !== ASCII) || at + size > untrusted.length) return "";
        if (numbers) return Array.from({ length: count }, (_, part) => number(at + 8 * part)).join(" ");
        const text = new TextDecoder(wide ? "utf-16le" : "utf-8").decode(untrusted.subarray(at, at + Math.min(count, 4 * LETTERS)));
        return text.replace(/[\p{C}\s]+/gu, " ").trim().slice(0, LETTERS);
    };
    const walk = (at: number, first: boolean, all?: string): void => {
        const count = view.getUint16(at, little);
        for (let entry = at + 2; entry < at + 2 + 12 * count; entry += 12) {
            if (left-- <= 0) return;
            const tag = view.getUint16(entry, little);
            if (first && tag === 0x0112) orientation = view.getUint16(entry + 8, little);
            else if (POINTERS.includes(tag)) walk(view.getUint32(entry + 8, little), false, tag === GPS ? "place" : all);
            else {
                found.add(all ?? KINDS.get(tag) ?? "other_metadata");
                if (all) place.set(tag, value(entry));
                else if (KINDS.has(tag)) said.push([KINDS.get(tag)!, value(entry)]);
            }
        }
        if (first && view.getUint32(at + 2 + 12 * count, little)) found.add("thumbnail");
    };
    try {
        walk(view.getUint32(4, little), true);
    } catch {
        found.add("other_metadata"); // damaged: it goes as well
    }
    // A hemisphere that is not told is not guessed.
    const where = [2, 1, 4, 3].map((tag) => place.get(tag) ?? "").join(" ").trim();
    said.sort(([one], [other]) => Number(FIRST.includes(other)) - Number(FIRST.includes(one)));
    const seen = new Set([where, ...said.map(([, words]) => words)]);
    seen.delete("");
    return { removed: [...found], seen: [...seen].slice(0, SHOWN), orientation: orientation >= 1 && orientation <= 8 ? orientation : 1 };
}
