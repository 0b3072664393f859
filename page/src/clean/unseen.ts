// What nobody sees in the pixels of a PNG: colours beneath what is clear, and a palette's that no pixel has.
//
// Rubbed out in many a program is only made clear: the name is still beneath. PNG, third edition, 7.3 and 9.

import type { Bytes } from "../format/bytes";

const [GREY_ALPHA, PALETTE, ALPHA] = [4, 3, 6];
const CHANNELS: { [colour: number]: number } = { 3: 1, 4: 2, 6: 4 };
const CLEAR = 8;
/** Adam7: where a pass begins, and its steps. */
const PASSES = [[0, 0, 8, 8], [4, 0, 8, 8], [0, 4, 4, 8], [2, 0, 4, 4], [0, 2, 2, 4], [1, 0, 2, 2], [0, 1, 1, 2]] as const;
const WHOLE = [[0, 0, 1, 1]] as const;

/** Takes it out of `raw`, the unpacked rows, and of the palette, in place. Returns whether there was any. Throws. */
export function withoutUnseen(header: Bytes, raw: Bytes, palette: Bytes, clearness: Bytes): boolean {
    const view = new DataView(header.buffer, header.byteOffset, header.length);
    const [width, height, depth, colour] = [view.getUint32(0), view.getUint32(4), header[8]!, header[9]!];
    if (colour !== GREY_ALPHA && colour !== PALETTE && colour !== ALPHA) return false;
    if (!(colour === PALETTE ? [1, 2, 4, 8] : [8, 16]).includes(depth)) throw new Error("no such depth");
    const bits = CHANNELS[colour]! * depth;
    const used = new Set<number>();
    const row = (line: Bytes, pixels: number): boolean => {
        if (colour !== PALETTE) return seenOnly(line, CHANNELS[colour]!, depth / 8);
        for (let x = 0; x < pixels; x++) used.add((line[(x * depth) >> 3]! >> (8 - depth - ((x * depth) & 7))) & (2 ** depth - 1));
        return false;
    };
    let hidden = false;
    let at = 0;
    for (const [x, y, dx, dy] of header[12] ? PASSES : WHOLE) {
        const [across, down] = [Math.ceil((width - x) / dx), Math.ceil((height - y) / dy)];
        if (across <= 0 || down <= 0) continue;
        const length = Math.ceil((across * bits) / 8);
        let [above, aboveNew] = [new Uint8Array(length), new Uint8Array(length)];
        for (let line = 0; line < down; line++, at += 1 + length) {
            const filtered = raw.subarray(at + 1, at + 1 + length);
            if (filtered.length < length) throw new Error("fewer pixels");
            const plain = unfiltered(raw[at]!, filtered, above, Math.max(1, bits >> 3));
            const seen = plain.slice();
            hidden = row(seen, across) || hidden;
            if (hidden) filter(raw[at]!, seen, aboveNew, filtered, Math.max(1, bits >> 3));
            [above, aboveNew] = [plain, seen];
        }
    }
    return colour === PALETTE ? tidy(palette, clearness, used) : hidden;
}

/** What is nearly clear gets no colour, the rest no more levels of one than its alpha shows. */
function seenOnly(line: Bytes, channels: number, size: number): boolean {
    let hidden = false;
    const step = channels * size;
    for (let at = 0; at < line.length; at += step) {
        const alpha = line[at + step - size]!;
        if (alpha === 255) continue;
        for (let place = 0; place < (alpha < CLEAR ? step : step - size); place++) {
            const was = line[at + place]!;
            const level = Math.round((Math.round((was * alpha) / 255) * 255) / alpha);
            const now = alpha < CLEAR ? 0 : place % size ? line[at + place - 1]! : level;
            if (now !== was) hidden = true;
            line[at + place] = now;
        }
    }
    return hidden;
}

/** Colours of the palette that no pixel has, or that are clear, are black. Two clear ones may draw a picture. */
function tidy(palette: Bytes, clearness: Bytes, used: Set<number>): boolean {
    let hidden = false;
    if (clearness.filter((alpha, entry) => alpha < CLEAR && used.has(entry)).length > 1) throw new Error("two kinds of clear");
    for (let entry = 0; entry < palette.length / 3; entry++) {
        const shown = used.has(entry) && !(clearness[entry]! < CLEAR);
        if (shown) continue;
        const colour = palette.subarray(3 * entry, 3 * entry + 3);
        if (colour.some((value) => value !== 0)) hidden = true;
        colour.fill(0);
        if (entry < clearness.length) clearness[entry] = 0;
    }
    return hidden;
}

function unfiltered(kind: number, filtered: Bytes, above: Bytes, step: number): Bytes {
    const plain = new Uint8Array(filtered.length);
    for (let at = 0; at < plain.length; at++) plain[at] = filtered[at]! + guess(kind, plain, above, at, step);
    return plain;
}

function filter(kind: number, plain: Bytes, above: Bytes, into: Bytes, step: number): void {
    for (let at = 0; at < plain.length; at++) into[at] = plain[at]! - guess(kind, plain, above, at, step);
}

function guess(kind: number, plain: Bytes, above: Bytes, at: number, step: number): number {
    const left = at < step ? 0 : plain[at - step]!;
    switch (kind) {
        case 0:
            return 0;
        case 1:
            return left;
        case 2:
            return above[at]!;
        case 3:
            return (left + above[at]!) >> 1;
        case 4: {
            const [up, corner] = [above[at]!, at < step ? 0 : above[at - step]!];
            const [a, b, c] = [Math.abs(up - corner), Math.abs(left - corner), Math.abs(left + up - 2 * corner)];
            return a <= b && a <= c ? left : b <= c ? up : corner;
        }
        default:
            throw new Error("a filter that there is not");
    }
}
