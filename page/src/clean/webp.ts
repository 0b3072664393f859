// A WebP with nothing in it but its picture: the chunk of the picture stays.
//
// RFC 9649. An animation is not taken, nor what only its EXIF block turns the right way up, nor what is clear
// anywhere: it is not decoded here, and what was rubbed out may still be beneath.

import { type Bytes, joined, utf8 } from "../format/bytes";
import { readExif } from "./exif";
import { type Cleaned, startsWith } from "./picture";

const PICTURES = ["VP8 ", "VP8L"];
const EXIF = utf8("Exif\0\0");

/** Throws for what is no WebP, or one that is not taken. */
export function cleanWebp(untrusted: Bytes): Cleaned {
    if (!startsWith(untrusted, utf8("RIFF")) || !startsWith(untrusted, utf8("WEBP"), 8)) throw new Error("no WebP");
    const view = new DataView(untrusted.buffer, untrusted.byteOffset, untrusted.length);
    const removed = new Set<string>();
    const seen: string[] = [];
    const kept = new Map<string, Bytes>();
    const end = 8 + view.getUint32(4, true);
    if (end > untrusted.length) throw new Error("cut short");
    if (end < untrusted.length) removed.add("trailer");
    for (let at = 12; at < end; ) {
        const type = String.fromCharCode(...untrusted.subarray(at, at + 4));
        const length = view.getUint32(at + 4, true);
        const body = untrusted.slice(at + 8, at + 8 + length);
        at += 8 + length + (length % 2);
        if (at > end) throw new Error("cut short");
        if (PICTURES.includes(type)) {
            if (kept.has(type)) throw new Error("two pictures");
            kept.set(type, body);
        } else if (type === "ANIM" || type === "ANMF" || type === "ALPH") {
            throw new Error("an animation, or clear");
        } else if (type === "EXIF") {
            const exif = readExif(startsWith(body, EXIF) ? body.slice(EXIF.length) : body);
            if (exif.orientation !== 1) throw new Error("it would lie on its side");
            exif.removed.forEach((code) => removed.add(code));
            seen.push(...exif.seen);
        } else if (type !== "VP8X") {
            removed.add(type === "ICCP" ? "color_profile" : "other_metadata");
        }
    }
    const lossy = kept.get("VP8 ");
    const lossless = kept.get("VP8L");
    if (!lossy === !lossless) throw new Error("not one picture");
    if (lossless && lossless[4]! & 0x10) throw new Error("clear");
    const content = joined(utf8("WEBP"), lossless ? chunk("VP8L", lossless) : chunk("VP8 ", lossy!));
    return {
        content: joined(utf8("RIFF"), word(content.length), content),
        mediaType: "image/webp",
        extension: "webp",
        removed: [...removed].sort(),
        seen,
    };
}

const chunk = (type: string, body: Bytes): Bytes =>
    joined(utf8(type), word(body.length), body, new Uint8Array(body.length % 2));

const word = (value: number): Bytes => new Uint8Array([value, value >>> 8, value >>> 16, value >>> 24]);
