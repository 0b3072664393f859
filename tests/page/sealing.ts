// Seals in the page's code, alone and through other hands that answer late and out of order; prints what was
// sealed under which key and chunk numbers. JSON on stdin: { folder, recipients, sizes, contents, day }.

import { writeFile } from "node:fs/promises";
import { generate, lists } from "../../page/src/codename/codename";
import { type Bytes, hex, joined, sha256 } from "../../page/src/format/bytes";
import { itemPlaintext, itemSize } from "../../page/src/format/drop";
import { seal, sealedSize, slots } from "../../page/src/format/envelope";
import { CHUNK, type Hands, type Task, here } from "../../page/src/format/hands";
import { type Piece, sizeOf } from "../../page/src/format/pieces";
import { Mates, serve } from "../../page/src/mates";

interface Given {
    folder: string;
    recipients: string[];
    sizes: number[];
    contents: number[];
    restless: number[];
    day: string;
    words: string;
}

/** Bytes that are others at each place, so that a chunk in another's place is seen. */
function counted(size: number): Bytes {
    const bytes = new Uint8Array(size);
    for (let at = 0; at < size; at++) bytes[at] = (at * 31 + (at >>> 8) * 7 + (at >>> 16)) & 255;
    return bytes;
}

/** A file that is another one at every look, of the same size. */
class Restless extends Blob {
    readonly seen: Bytes[] = [];
    constructor(private readonly bytes: number) {
        super();
    }
    override get size(): number {
        return this.bytes;
    }
    override slice(start = 0, end = 0): Blob {
        this.seen.push(new Uint8Array(end - start).fill(this.seen.length));
        return new Blob([this.seen.at(-1)!]);
    }
}

/** Hands that write down under which key and number each chunk is encrypted, before they do it. */
class Watched implements Hands {
    readonly nonces: string[] = [];
    constructor(private readonly hands: Hands) {}
    get width(): number {
        return this.hands.width;
    }
    do(task: Task): Promise<Bytes> {
        const chunks = Math.max(1, Math.ceil(task.plain.length / CHUNK));
        for (let at = 0; at < chunks; at++) this.nonces.push(`${hex(task.key)} ${task.first + at} ${task.last && at === chunks - 1 ? 1 : 0}`);
        return this.hands.do(task);
    }
}

/** Ports to workers that answer late, the later ones sooner: buffers are handed over as in a browser. */
function ports(width: number): MessagePort[] {
    return Array.from({ length: width }, (_, at) => {
        const { port1, port2 } = new MessageChannel();
        const [near, far] = [new MessageChannel(), port2];
        serve(near.port1);
        far.onmessage = (message: MessageEvent) => setTimeout(() => near.port2.postMessage(message.data), 2 * (width - at));
        near.port2.onmessage = (message: MessageEvent) => far.postMessage(message.data);
        all.push(port1, port2, near.port1, near.port2);
        return port1;
    });
}
const all: MessagePort[] = [];

async function sealed(given: Given, hands: Hands, name: string, plaintext: readonly Piece[]): Promise<object> {
    const keys = await slots(given.recipients);
    const watched = new Watched(hands);
    const pieces: Bytes[] = [];
    for await (const piece of seal(keys, plaintext, watched)) pieces.push(piece);
    const file = new Blob(pieces);
    await writeFile(`${given.folder}/${name}.age`, new Uint8Array(await file.arrayBuffer()));
    const size = plaintext.reduce((sum, piece) => sum + sizeOf(piece), 0);
    return { name, size, said: sealedSize(keys, size), nonces: watched.nonces };
}

let text = "";
for await (const piece of process.stdin) text += piece;
const given = JSON.parse(text) as Given;
const found: object[] = [];
const mates = new Mates(() => {});
mates.join(ports(3));
for (const [which, hands] of [here, mates].entries()) {
    for (const size of given.sizes) {
        // In two pieces, so that a buffer is filled from both.
        const [bytes, cut] = [counted(size), Math.floor(size / 3)];
        found.push({ ...(await sealed(given, hands, `raw-${which}-${size}`, [bytes.slice(0, cut), new Blob([bytes.subarray(cut)])])), sha256: hex(await sha256(bytes)) });
    }
    for (const size of given.contents) {
        const content = which === 0 ? counted(size) : new Blob([counted(size)]);
        const item = { content, extension: "bin", mediaType: "application/octet-stream", cleaning: "uncleaned" as const, removed: [], notes: [] };
        const plaintext = await itemPlaintext(item, given.day);
        found.push({ ...(await sealed(given, hands, `item-${which}-${size}`, plaintext)), told: itemSize(item, given.day), sha256: hex(await sha256(counted(size))) });
    }
}
for (const size of given.restless) {
    const content = new Restless(size);
    const plaintext = await itemPlaintext({ content, extension: "bin", mediaType: "application/octet-stream", cleaning: "uncleaned" as const, removed: [], notes: [] }, given.day);
    const told = plaintext.reduce((sum, piece) => sum + sizeOf(piece), 0);
    found.push({ ...(await sealed(given, mates, `item-restless-${size}`, plaintext)), told, sha256: hex(await sha256(joined(...content.seen))) });
}
for (const port of all) port.close();
const codenames = Array.from({ length: 3000 }, () => generate(lists({ en: given.words }), "en").secret);
console.log(JSON.stringify({ found, codenames }));
declare const process: { stdin: AsyncIterable<string> };
