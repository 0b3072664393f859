// A PNG with nothing in it but what it shows: its pixels are unpacked and packed again, and four chunks stay.
//
// PNG, third edition (W3C 2025). An animation is not taken: its frames would be lost without a word.

import { type Bytes, joined, letGo, utf8 } from "../format/bytes";
import { readExif } from "./exif";
import { type Cleaned, startsWith } from "./picture";
import { withoutUnseen } from "./unseen";

const SIGNATURE = new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const KEPT = ["IHDR", "PLTE", "tRNS", "IDAT", "IEND"];
const PALETTE = 3;
const KINDS: ReadonlyMap<string, string> = new Map([
    ["tEXt", "comment"],
    ["zTXt", "comment"],
    ["iTXt", "comment"],
    ["tIME", "date"],
    ["iCCP", "color_profile"],
]);

/** Throws for what is no PNG, or one that is not taken. */
export async function cleanPng(untrusted: Bytes): Promise<Cleaned> {
    if (!startsWith(untrusted, SIGNATURE)) throw new Error("no PNG");
    const view = new DataView(untrusted.buffer, untrusted.byteOffset, untrusted.length);
    const removed = new Set<string>();
    const seen: string[] = [];
    const kept = new Map<string, Bytes[]>();
    let at = SIGNATURE.length;
    for (let type = ""; type !== "IEND"; ) {
        const length = view.getUint32(at);
        type = String.fromCharCode(...untrusted.subarray(at + 4, at + 8));
        const whole = untrusted.subarray(at + 8, at + 8 + length);
        const body = type === "IDAT" ? whole : whole.slice();
        at += 12 + length;
        if (at > untrusted.length) throw new Error("cut short");
        if (KEPT.includes(type)) kept.set(type, [...(kept.get(type) ?? []), body]);
        else if (type === "acTL" || type === "fcTL" || type === "fdAT") throw new Error("an animation");
        else if (type === "eXIf") {
            const exif = readExif(body);
            exif.removed.forEach((code) => removed.add(code));
            seen.push(...exif.seen);
        } else if (type[0]! >= "a") removed.add(KINDS.get(type) ?? "other_metadata");
        else throw new Error("a chunk that has to be understood");
    }
    if (at < untrusted.length) removed.add("trailer");
    const colour = kept.get("IHDR")?.[0]?.[9];
    if (colour !== PALETTE && kept.delete("PLTE")) removed.add("other_metadata"); // a suggestion that nobody sees
    const one = (type: string): Bytes[] => (kept.get(type)?.length === 1 ? [chunk(type, kept.get(type)![0]!)] : []);
    const [header, palette, clearness] = ["IHDR", "PLTE", "tRNS"].map((type) => kept.get(type)?.[0] ?? new Uint8Array(0)) as [Bytes, Bytes, Bytes];
    const raw = await unpacked(joined(...(kept.get("IDAT") ?? [])));
    if (withoutUnseen(header, raw, palette, clearness)) removed.add("other_metadata");
    const pixels = await packed(raw);
    letGo(raw);
    const chunks = [...one("IHDR"), ...one("PLTE"), ...one("tRNS"), chunk("IDAT", pixels), chunk("IEND", new Uint8Array(0))];
    return {
        content: joined(SIGNATURE, ...chunks),
        mediaType: "image/png",
        extension: "png",
        removed: [...removed].sort(),
        seen,
    };
}

const unpacked = (data: Bytes): Promise<Bytes> => through(data, new DecompressionStream("deflate"));
const packed = (data: Bytes): Promise<Bytes> => through(data, new CompressionStream("deflate"));

async function through(data: Bytes, stream: CompressionStream | DecompressionStream): Promise<Bytes> {
    const source = new ReadableStream<Bytes>({
        start(controller) {
            controller.enqueue(data);
            controller.close();
        },
    });
    const pieces: Uint8Array[] = [];
    let size = 0;
    const reader = source.pipeThrough(stream).getReader();
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
        pieces.push(next.value);
        size += next.value.length;
        if (size > MOST) throw new Error("far more than such a picture needs");
    }
    return joined(...pieces);
}

/** Bytes of pixels: 40 million at four bytes. */
const MOST = 160_000_000;

function chunk(type: string, body: Bytes): Bytes {
    const named = joined(utf8(type), body);
    return joined(word(body.length), named, word(crc(named)));
}

const word = (value: number): Bytes => new Uint8Array([value >>> 24, value >>> 16, value >>> 8, value]);

const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
    let value = byte;
    for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
    return value;
});

function crc(bytes: Uint8Array): number {
    let value = 0xffffffff;
    for (const byte of bytes) value = (value >>> 8) ^ TABLE[(value ^ byte) & 255]!;
    return (value ^ 0xffffffff) >>> 0;
}
