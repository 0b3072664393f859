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
    const tables = new Tables();
    let scans: Scans | undefined;
    for (;;) {
        if (at(data, place) !== 0xff) return false;
        const marker = at(data, place + 1);
        if (marker === 0xd9) return place + 2 === data.length && Boolean(scans?.whole) && tables.allUsed;
        const length = at(data, place + 2) * 256 + at(data, place + 3);
        const start = place + 4;
        const end = place + 2 + length;
        if (end > data.length) return false;
        place = end;
        if (marker === 0xdb) {
            if (!tables.fill(data, start, end, quantisation)) return false;
        } else if (marker === 0xc4) {
            if (!tables.fill(data, start, end, huffman)) return false;
        } else if (marker === 0xdd) {
            if (length !== 4 || !tables.defined("restarts")) return false;
        } else if (marker >= 0xc0 && marker <= 0xc2) {
            const components = at(data, start + 5);
            if (scans || ![1, 3, 4].includes(components) || length !== 8 + 3 * components || at(data, start) !== 8) return false;
            scans = new Scans(data.subarray(start + 6, end), marker === 0xc2, tables);
        } else if (marker === 0xda) {
            if (!scans?.next(data.subarray(start, end))) return false;
            while (at(data, place) !== 0xff || at(data, place + 1) === 0 || (at(data, place + 1) & 0xf8) === 0xd0) {
                place += at(data, place) === 0xff ? 2 : 1;
            }
        } else {
            return false;
        }
    }
}

/** Which tables there are, and whether a scan has used each: what no scan uses can say anything. */
class Tables {
    private readonly used = new Map<string, boolean>();

    /** False if one is written over that nothing has used. */
    defined(name: string): boolean {
        const wasted = this.used.get(name) === false;
        this.used.set(name, false);
        return !wasted;
    }

    use(name: string): boolean {
        return this.used.has(name) && Boolean(this.used.set(name, true));
    }

    get allUsed(): boolean {
        return [...this.used.values()].every(Boolean);
    }

    /** Whether tables fill a segment; `read` tells name and length of one, null for none that there is. */
    fill(data: Uint8Array, from: number, to: number, read: (data: Uint8Array, from: number) => [string, number] | null): boolean {
        while (from < to) {
            const found = read(data, from);
            if (!found || !this.defined(found[0])) return false;
            from += found[1];
        }
        return from === to;
    }
}

function quantisation(data: Uint8Array, from: number): [string, number] | null {
    const head = at(data, from);
    return head >> 4 > 1 || (head & 15) > 3 ? null : [`q${head & 15}`, head >> 4 ? 129 : 65];
}

/** Of codes that can be, each for a symbol of its own. */
function huffman(data: Uint8Array, from: number): [string, number] | null {
    const head = at(data, from);
    if (head & 0xec) return null;
    let room = 1;
    for (let length = 1; length <= 16; length++) room = 2 * room - at(data, from + length);
    const count = sum(data, from + 1, from + 17);
    const symbols = data.subarray(from + 17, from + 17 + count);
    const wrong = room < 0 || new Set(symbols).size !== count || (head < 16 && symbols.some((symbol) => symbol > 15));
    return wrong ? null : [`h${head}`, 17 + count];
}

/** Which coefficients of which component the scans have given: one that is given twice hides the first. */
class Scans {
    private readonly low: number[][];
    private readonly components: number[];

    constructor(
        private readonly frame: Uint8Array,
        private readonly progressive: boolean,
        private readonly tables: Tables,
    ) {
        this.components = Array.from({ length: frame.length / 3 }, (_, place) => at(frame, 3 * place));
        this.low = this.components.map(() => new Array<number>(64).fill(-1));
    }

    get whole(): boolean {
        return new Set(this.components).size === this.components.length && this.low.every((bits) => bits[0]! >= 0);
    }

    next(header: Uint8Array): boolean {
        const count = at(header, 0);
        if (count < 1 || header.length !== 4 + 2 * count) return false;
        const [first, last, bits] = [at(header, header.length - 3), at(header, header.length - 2), at(header, header.length - 1)];
        const [high, low] = [bits >> 4, bits & 15];
        if (this.progressive ? (first === 0 ? last !== 0 : count !== 1) || last < first || last > 63 : first !== 0 || last !== 63 || bits !== 0) return false;
        this.tables.use("restarts");
        for (let place = 1; place < 1 + 2 * count; place += 2) {
            const component = this.components.indexOf(at(header, place));
            const [dc, ac] = [at(header, place + 1) >> 4, at(header, place + 1) & 15];
            if (component < 0 || !this.tables.use(`q${at(this.frame, 3 * component + 2)}`)) return false;
            if (first === 0 && high === 0 && !this.tables.use(`h${dc}`)) return false;
            if (last > 0 && !this.tables.use(`h${16 + ac}`)) return false;
            const given = this.low[component]!;
            for (let coefficient = first; coefficient <= last; coefficient++) {
                if (high === 0 ? given[coefficient] !== -1 : given[coefficient] !== high || low !== high - 1) return false;
                given[coefficient] = low;
            }
        }
        return true;
    }
}

const sum = (data: Uint8Array, from: number, to: number): number => {
    let total = 0;
    for (let place = from; place < to; place++) total += at(data, place);
    return total;
};

const CHANNELS: { [colour: number]: number } = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };
const DEPTHS: { [colour: number]: number[] } = { 0: [1, 2, 4, 8, 16], 2: [8, 16], 3: [1, 2, 4, 8], 4: [8, 16], 6: [8, 16] };
const TRANSPARENT: { [colour: number]: number } = { 0: 2, 2: 6 };

async function png(data: Uint8Array<ArrayBuffer>): Promise<boolean> {
    const view = new DataView(data.buffer, data.byteOffset, data.length);
    if (!equal(data, 0, [137, 80, 78, 71, 13, 10, 26, 10]) || view.getUint32(8) !== 13) return false;
    const [width, height, depth, colour] = [view.getUint32(16), view.getUint32(20), at(data, 24), at(data, 25)];
    const channels = CHANNELS[colour];
    if (!channels || !DEPTHS[colour]!.includes(depth) || !width || !height || !equal(data, 26, [0, 0]) || at(data, 28) > 1) return false;
    const order = ["IHDR", "PLTE", "tRNS", "IDAT", "IEND"];
    let last = -1;
    let place = 8;
    let palette = 0;
    let colours = data.subarray(0, 0);
    let pixels: Uint8Array<ArrayBuffer> | undefined;
    while (last < 4) {
        const length = view.getUint32(place);
        const name = String.fromCharCode(...data.subarray(place + 4, place + 8));
        const rank = order.indexOf(name);
        if (rank <= last || (rank > 0 && last < 0)) return false;
        last = rank;
        if (name === "PLTE") palette = length;
        if (name === "PLTE") colours = data.subarray(place + 8, place + 8 + length);
        if (name === "PLTE" && (colour !== 3 || length % 3 || length > 3 * 2 ** depth)) return false;
        if (name === "tRNS" && !(colour === 3 ? length <= palette / 3 : length === TRANSPARENT[colour])) return false;
        if (name === "IDAT") pixels = data.slice(place + 8, place + 8 + length);
        if (name === "IEND" && length) return false;
        place += 12 + length;
    }
    if (place !== data.length || !pixels || (colour === 3 && !palette)) return false;
    const drawn = await unpacked(pixels, rows(width, height, at(data, 28) === 1, channels * depth));
    if (!drawn) return false;
    if (colour !== 3 && colour !== 4 && colour !== 6) return true;
    const shown = new Set<number>();
    for (const [row, count] of lines(drawn, width, height, at(data, 28) === 1, channels * depth)) {
        if (colour === 3) for (let x = 0; x < count; x++) shown.add((at(row, Math.floor((x * depth) / 8)) >> (8 - depth - ((x * depth) % 8))) % 2 ** depth);
        else if (!clearIsEmpty(row, (channels * depth) / 8, depth / 8)) return false;
    }
    return colours.every((value, entry) => value === 0 || shown.has(Math.floor(entry / 3)));
}

/** Whether all pixels that are next to clear have no colour. */
function clearIsEmpty(row: Uint8Array, step: number, alpha: number): boolean {
    for (let x = 0; x < row.length; x += step) {
        if (row[x + step - alpha]! < 8 && row.subarray(x, x + step).some((byte) => byte !== 0)) return false;
    }
    return true;
}

/** The rows without their filters, each with its number of pixels. */
function* lines(drawn: Uint8Array, width: number, height: number, interlaced: boolean, bits: number): Generator<[Uint8Array, number]> {
    const step = Math.ceil(bits / 8);
    let place = 0;
    for (const [x, y, dx, dy] of interlaced ? PASSES : ([[0, 0, 1, 1]] as const)) {
        const [across, down] = [Math.ceil((width - x) / dx), Math.ceil((height - y) / dy)];
        if (across <= 0 || down <= 0) continue;
        const size = Math.ceil((across * bits) / 8);
        let before = new Uint8Array(size);
        for (let line = 0; line < down; line++) {
            const kind = at(drawn, place);
            if (kind > 4) throw new Error("no filter");
            const row = drawn.slice(place + 1, place + 1 + size);
            for (let i = 0; i < size; i++) {
                const a = i < step ? 0 : row[i - step]!;
                const b = before[i]!;
                const c = i < step ? 0 : before[i - step]!;
                row[i]! += kind === 1 ? a : kind === 2 ? b : kind === 3 ? Math.floor((a + b) / 2) : kind === 4 ? nearest(a, b, c) : 0;
            }
            yield [row, across];
            before = row;
            place += 1 + size;
        }
    }
}

/** Paeth's choice. */
function nearest(a: number, b: number, c: number): number {
    const [toA, toB, toC] = [Math.abs(b - c), Math.abs(a - c), Math.abs(a + b - c - c)];
    if (toA <= toB && toA <= toC) return a;
    return toB <= toC ? b : c;
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

/** The packed bytes, if they are so many and no more. */
async function unpacked(packed: Uint8Array<ArrayBuffer>, size: number): Promise<Uint8Array | null> {
    const reader = new Response(packed).body!.pipeThrough(new DecompressionStream("deflate")).getReader();
    const whole = new Uint8Array(Math.min(size, 160_000_000));
    let done = 0;
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
        if (done + next.value.length > whole.length) return null;
        whole.set(next.value, done);
        done += next.value.length;
    }
    return done === size ? whole : null;
}

const ascii = (text: string): number[] => Array.from(text, (letter) => letter.charCodeAt(0));

function webp(data: Uint8Array<ArrayBuffer>): boolean {
    const view = new DataView(data.buffer, data.byteOffset, data.length);
    if (!equal(data, 0, ascii("RIFF")) || !equal(data, 8, ascii("WEBP")) || view.getUint32(4, true) !== data.length - 8) return false;
    let names = "";
    let place = 12;
    while (place < data.length) {
        const name = String.fromCharCode(...data.subarray(place, place + 4));
        const length = view.getUint32(place + 4, true);
        names += name;
        place += 8 + length;
        if (length % 2 && at(data, place++) !== 0) return false;
    }
    if (place !== data.length) return false;
    if (names === "VP8L") return at(data, 20) === 0x2f && at(data, 24) >> 4 === 0;
    return names === "VP8 " && (at(data, 20) & 1) === 0 && equal(data, 23, [0x9d, 0x01, 0x2a]);
}
