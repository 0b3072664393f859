// The second reader of what was cleaned: a picture and nothing else, from its first byte to its last, or it is not.
//
// It shares no code with the cleaners. It knows one layout, theirs, and refuses every other.

/** Whether this JPEG, PNG or WebP holds only what a picture needs. */
export async function holdsOnlyAPicture(untrusted: Uint8Array<ArrayBuffer>, mediaType: string): Promise<boolean> {
    try {
        if (mediaType === "image/jpeg") return jpeg(untrusted);
        return mediaType === "image/png" ? await png(untrusted) : mediaType === "image/webp" && webp(untrusted);
    } catch {
        return false;
    }
}

const at = (data: Uint8Array, place: number): number => {
    const byte = data[place];
    if (byte === undefined) throw new Error("ended");
    return byte;
};

const equal = (data: Uint8Array, place: number, expected: readonly (number | null)[]): boolean =>
    expected.every((byte, offset) => byte === null || data[place + offset] === byte);

const JFIF = [0xff, 0xe0, 0, 16, 74, 70, 73, 70, 0, 1, 2, 0, 0, 1, 0, 1, 0, 0];
const UPRIGHT = [0xff, 0xe1, 0, 34, 69, 120, 105, 102, 0, 0, 77, 77, 0, 42, 0, 0, 0, 8, 0, 1, 1, 18, 0, 3, 0, 0, 0, 1, 0, null, 0, 0, 0, 0, 0, 0];
const ADOBE = [0xff, 0xee, 0, 14, 65, 100, 111, 98, 101, 0, 100, 0, 0, 0, 0, null];

function jpeg(data: Uint8Array): boolean {
    let place = 2;
    if (!equal(data, 0, [0xff, 0xd8])) return false;
    if (equal(data, place, JFIF)) place += JFIF.length;
    if (equal(data, place, UPRIGHT) && at(data, place + 29) >= 2 && at(data, place + 29) <= 8) place += UPRIGHT.length;
    if (equal(data, place, ADOBE) && at(data, place + 15) <= 2) place += ADOBE.length;
    let frame = 0;
    let components = 0;
    let scans = 0;
    for (;;) {
        if (at(data, place) !== 0xff) return false;
        const marker = at(data, place + 1);
        if (marker === 0xd9) return place + 2 === data.length && frame === 1 && scans > 0;
        const length = at(data, place + 2) * 256 + at(data, place + 3);
        const start = place + 4;
        const end = place + 2 + length;
        if (end > data.length) return false;
        place = end;
        if (marker === 0xdb) {
            if (!tables(data, start, end, (head) => (head >> 4 > 1 || (head & 15) > 3 ? 0 : head >> 4 ? 129 : 65))) return false;
        } else if (marker === 0xc4) {
            if (!tables(data, start, end, (head, from) => (head & 0xec ? 0 : 17 + sum(data, from + 1, from + 17)))) return false;
        } else if (marker === 0xdd) {
            if (length !== 4) return false;
        } else if (marker >= 0xc0 && marker <= 0xc2) {
            components = at(data, start + 5);
            if (++frame > 1 || ![1, 3, 4].includes(components) || length !== 8 + 3 * components || at(data, start) !== 8) return false;
        } else if (marker === 0xda) {
            const count = at(data, start);
            if (!frame || count < 1 || count > components || length !== 6 + 2 * count) return false;
            scans++;
            while (at(data, place) !== 0xff || at(data, place + 1) === 0 || (at(data, place + 1) & 0xf8) === 0xd0) {
                place += at(data, place) === 0xff ? 2 : 1;
            }
        } else {
            return false;
        }
    }
}

const sum = (data: Uint8Array, from: number, to: number): number => {
    let total = 0;
    for (let place = from; place < to; place++) total += at(data, place);
    return total;
};

/** Whether the tables of a segment fill it; `size` tells how long one is, 0 for none that there is. */
function tables(data: Uint8Array, from: number, to: number, size: (head: number, from: number) => number): boolean {
    while (from < to) {
        const length = size(at(data, from), from);
        if (!length) return false;
        from += length;
    }
    return from === to;
}

const CHANNELS: { [colour: number]: number } = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };
const TRANSPARENT: { [colour: number]: number } = { 0: 2, 2: 6 };

async function png(data: Uint8Array<ArrayBuffer>): Promise<boolean> {
    const view = new DataView(data.buffer, data.byteOffset, data.length);
    if (!equal(data, 0, [137, 80, 78, 71, 13, 10, 26, 10]) || view.getUint32(8) !== 13) return false;
    const [width, height, depth, colour] = [view.getUint32(16), view.getUint32(20), at(data, 24), at(data, 25)];
    const channels = CHANNELS[colour];
    if (!channels || !width || !height || !equal(data, 26, [0, 0]) || at(data, 28) > 1) return false;
    const order = ["IHDR", "PLTE", "tRNS", "IDAT", "IEND"];
    let last = -1;
    let place = 8;
    let palette = 0;
    let pixels: Uint8Array<ArrayBuffer> | undefined;
    while (last < 4) {
        const length = view.getUint32(place);
        const name = String.fromCharCode(...data.subarray(place + 4, place + 8));
        const rank = order.indexOf(name);
        if (rank <= last || (rank > 0 && last < 0)) return false;
        last = rank;
        if (name === "PLTE") palette = length;
        if (name === "PLTE" && (colour !== 3 || length % 3 || length > 3 * 2 ** depth)) return false;
        if (name === "tRNS" && !(colour === 3 ? length <= palette / 3 : length === TRANSPARENT[colour])) return false;
        if (name === "IDAT") pixels = data.slice(place + 8, place + 8 + length);
        if (name === "IEND" && length) return false;
        place += 12 + length;
    }
    if (place !== data.length || !pixels || (colour === 3 && !palette)) return false;
    return await fills(pixels, rows(width, height, at(data, 28) === 1, channels * depth));
}

const PASSES = [[0, 0, 8, 8], [4, 0, 8, 8], [0, 4, 4, 8], [2, 0, 4, 4], [0, 2, 2, 4], [1, 0, 2, 2], [0, 1, 1, 2]] as const;

/** How many bytes the pixels take, each row with its filter. */
function rows(width: number, height: number, interlaced: boolean, bits: number): number {
    let size = 0;
    for (const [x, y, dx, dy] of interlaced ? PASSES : ([[0, 0, 1, 1]] as const)) {
        const [across, down] = [Math.ceil((width - x) / dx), Math.ceil((height - y) / dy)];
        if (across > 0 && down > 0) size += down * (1 + Math.ceil((across * bits) / 8));
    }
    return size;
}

/** Whether the packed bytes are so many and no more. */
async function fills(packed: Uint8Array<ArrayBuffer>, size: number): Promise<boolean> {
    const reader = new Response(packed).body!.pipeThrough(new DecompressionStream("deflate")).getReader();
    let unpacked = 0;
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
        unpacked += next.value.length;
        if (unpacked > size) return false;
    }
    return unpacked === size;
}

const ascii = (text: string): number[] => Array.from(text, (letter) => letter.charCodeAt(0));

function webp(data: Uint8Array<ArrayBuffer>): boolean {
    const view = new DataView(data.buffer, data.byteOffset, data.length);
    if (!equal(data, 0, ascii("RIFF")) || !equal(data, 8, ascii("WEBP")) || view.getUint32(4, true) !== data.length - 8) return false;
    const found: { [name: string]: number } = {};
    let names = "";
    let place = 12;
    while (place < data.length) {
        const name = String.fromCharCode(...data.subarray(place, place + 4));
        const length = view.getUint32(place + 4, true);
        found[name] = place + 8;
        names += name;
        place += 8 + length;
        if (length % 2 && at(data, place++) !== 0) return false;
    }
    if (place !== data.length) return false;
    const [lossless, lossy, alpha, extended] = ["VP8L", "VP8 ", "ALPH", "VP8X"].map((name) => found[name] ?? 0) as [number, number, number, number];
    if (names === "VP8L") return at(data, lossless) === 0x2f && at(data, lossless + 4) >> 5 === 0;
    const start = (at(data, lossy) & 1) === 0 && equal(data, lossy + 3, [0x9d, 0x01, 0x2a]);
    if (names === "VP8 ") return start;
    const size = [6, 8].map((offset) => (view.getUint16(lossy + offset, true) & 0x3fff) - 1) as [number, number];
    const told = [0x10, 0, 0, 0, size[0] & 255, size[0] >> 8, 0, size[1] & 255, size[1] >> 8, 0];
    return names === "VP8XALPHVP8 " && start && equal(data, extended, told) && at(data, alpha) >> 5 === 0 && (at(data, alpha) & 3) < 2;
}
