// What an EXIF block says, in Silbo's codes for what is removed: only to tell it, for all of it goes.

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

function codes(code: string, ...tags: number[]): [number, string][] {
    return tags.map((tag) => [tag, code]);
}

/** Codes of what the TIFF structure says, and the orientation (1 where none is told). Never throws. */
export function readExif(untrusted: Uint8Array): { removed: string[]; orientation: number } {
    const found = new Set<string>();
    let orientation = 1;
    const view = new DataView(untrusted.buffer, untrusted.byteOffset, untrusted.length);
    const little = untrusted[0] === 0x49;
    let left = MOST_TAGS;
    const walk = (at: number, first: boolean, all?: string): void => {
        const count = view.getUint16(at, little);
        for (let entry = at + 2; entry < at + 2 + 12 * count; entry += 12) {
            if (left-- <= 0) return;
            const tag = view.getUint16(entry, little);
            if (first && tag === 0x0112) orientation = view.getUint16(entry + 8, little);
            else if (POINTERS.includes(tag)) walk(view.getUint32(entry + 8, little), false, tag === GPS ? "place" : all);
            else found.add(all ?? KINDS.get(tag) ?? "other_metadata");
        }
        if (first && view.getUint32(at + 2 + 12 * count, little)) found.add("thumbnail");
    };
    try {
        walk(view.getUint32(4, little), true);
    } catch {
        found.add("other_metadata"); // damaged: it goes as well
    }
    return { removed: [...found], orientation: orientation >= 1 && orientation <= 8 ? orientation : 1 };
}
