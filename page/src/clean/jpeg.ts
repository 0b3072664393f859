// A JPEG with nothing in it but its picture: segments are taken over by an allow-list, all others go.
//
// The pixels are not decoded: a canvas gives noise in the Tor Browser. ITU T.81, Annex B; JFIF 1.02. What stays is
// quantisation and Huffman tables, the frame, restart intervals, scans; which way is up is written anew.

import { type Bytes, joined, utf8 } from "../format/bytes";
import { readExif } from "./exif";
import { type Cleaned, startsWith } from "./picture";

const [SOI, EOI, SOS, DQT, DHT, DRI, COM, APP0, APP15] = [0xd8, 0xd9, 0xda, 0xdb, 0xc4, 0xdd, 0xfe, 0xe0, 0xef];
const FRAMES = [0xc0, 0xc1, 0xc2];
const KEPT = [DQT, DHT, DRI, SOS, ...FRAMES];
const EXIF = utf8("Exif\0\0");
const ADOBE = utf8("Adobe");
const KINDS: readonly [start: string, code: string][] = [
    ["JFXX\0", "thumbnail"],
    ["http://ns.adobe.com/", "other_metadata"],
    ["ICC_PROFILE\0", "color_profile"],
    ["MPF\0", "hidden_image"],
    ["Photoshop 3.0\0", "description"],
];

/** Throws for what is no JPEG as ITU T.81 draws one, or of a kind that is not taken. */
export function cleanJpeg(untrusted: Bytes): Cleaned {
    const removed = new Set<string>();
    const seen: string[] = [];
    const kept: Uint8Array[] = [];
    const before: Uint8Array[] = [];
    let at = 2;
    let frames = 0;
    let jfif = false;
    let orientation = 1;
    if (untrusted[0] !== 0xff || untrusted[1] !== SOI) throw new Error("no JPEG");
    for (;;) {
        if (untrusted[at] !== 0xff) throw new Error("bytes between the segments");
        while (untrusted[at + 1] === 0xff) at++;
        const marker = untrusted[at + 1];
        if (marker === undefined) throw new Error("cut short");
        if (marker === EOI) break;
        const length = (untrusted[at + 2]! << 8) | untrusted[at + 3]!;
        const end = at + 2 + length;
        if (!(length >= 2) || end > untrusted.length) throw new Error("cut short");
        const body = untrusted.subarray(at + 4, end);
        if (KEPT.includes(marker)) {
            if (FRAMES.includes(marker) && (++frames > 1 || body.length !== 6 + 3 * body[5]!)) throw new Error("no frame");
            kept.push(untrusted.subarray(at, end));
        } else if (marker === COM) {
            removed.add("comment");
        } else if (marker < APP0 || marker > APP15) {
            throw new Error("a segment of a kind that is not taken");
        } else if (marker === 0xe1 && startsWith(body, EXIF)) {
            const exif = readExif(body.subarray(EXIF.length));
            exif.removed.forEach((code) => removed.add(code));
            seen.push(...exif.seen);
            orientation = exif.orientation;
        } else if (marker === 0xee && startsWith(body, ADOBE) && body.length === 12) {
            before.push(adobe(body[11]!));
        } else if (marker === APP0 && startsWith(body, utf8("JFIF\0"))) {
            jfif = true;
            if (body.length > 14) removed.add("thumbnail");
        } else {
            removed.add(KINDS.find(([start]) => startsWith(body, utf8(start)))?.[1] ?? "other_metadata");
        }
        at = end;
        if (marker === SOS) {
            const scan = at;
            at = endOfScan(untrusted, at);
            kept.push(untrusted.subarray(scan, at));
        }
    }
    if (frames !== 1 || before.length > 1) throw new Error("no frame");
    if (at + 2 < untrusted.length) removed.add("trailer");
    const start = new Uint8Array([0xff, SOI]);
    const opening = [...(jfif ? [JFIF] : []), ...(orientation > 1 ? [upright(orientation)] : []), ...before];
    return {
        content: joined(start, ...opening, ...kept, new Uint8Array([0xff, EOI])),
        mediaType: "image/jpeg",
        extension: "jpg",
        removed: [...removed].sort(),
        seen,
    };
}

/** Where the next marker stands that is neither a stuffed zero nor a restart. */
function endOfScan(data: Uint8Array, at: number): number {
    for (; at + 1 < data.length; at++) {
        if (data[at] !== 0xff) continue;
        const next = data[at + 1]!;
        if (next !== 0 && next !== 0xff && (next < 0xd0 || next > 0xd7)) return at;
    }
    throw new Error("cut short");
}

const JFIF = joined(new Uint8Array([0xff, APP0, 0, 16]), utf8("JFIF\0"), new Uint8Array([1, 2, 0, 0, 1, 0, 1, 0, 0]));

/** The Adobe segment with the one value that changes how colours are read. */
function adobe(transform: number): Uint8Array {
    if (transform > 2) throw new Error("a transform that there is not");
    return joined(new Uint8Array([0xff, 0xee, 0, 14]), ADOBE, new Uint8Array([0, 100, 0, 0, 0, 0, transform]));
}

/** An EXIF segment with the orientation and nothing else: 36 bytes. */
function upright(orientation: number): Uint8Array {
    const tiff = [0x4d, 0x4d, 0, 42, 0, 0, 0, 8, 0, 1, 1, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0, 0, 0, 0, 0];
    return joined(new Uint8Array([0xff, 0xe1, 0, 34]), EXIF, new Uint8Array(tiff));
}
