// What the page does to a file, beside typage alone: seconds for each, in the browser that this runs in.

import { Encrypter } from "age-encryption";
import type { Address, Item, Outlet } from "../page/src/format/drop";
import { Kept, sealDrop } from "../page/src/format/drop";
import { slots } from "../page/src/format/envelope";
import { type Piece, inSteps } from "../page/src/format/pieces";
import { type Hands, STEP as TASK, here, own } from "../page/src/format/hands";
import { paddedSize } from "../page/src/format/padding";
import { sealParts } from "../page/src/format/parcel";
import { Mates } from "../page/src/mates";

const STEP = 1 << 20;
const SAID = { language: "en", day: "2026-11-30", answers: {}, thread: null };

async function seconds(work: () => Promise<unknown>): Promise<number> {
    const start = performance.now();
    await work();
    return (performance.now() - start) / 1000;
}

/** As the page's helper does. */
function crew(script: string): Mates {
    const address = URL.createObjectURL(new Blob([script], { type: "text/javascript" }));
    const ports = Array.from({ length: 3 }, () => {
        const { port1, port2 } = new MessageChannel();
        new Worker(address).postMessage({ mate: port2 }, [port2]);
        return port1;
    });
    const mates = new Mates(() => {});
    mates.join(ports);
    return mates;
}

/** Typage alone, given a file as a stream; what comes out is dropped. */
async function typage(recipients: string[], file: Blob): Promise<void> {
    const encrypter = new Encrypter();
    for (const recipient of recipients) encrypter.addRecipient(recipient);
    const steps = inSteps([file] satisfies Piece[], STEP);
    const source = new ReadableStream<Uint8Array>({
        async pull(controller) {
            const next = await steps.next();
            if (next.done) controller.close();
            else controller.enqueue(next.value);
        },
    });
    const reader = (await encrypter.encrypt(source)).getReader();
    for (let next = await reader.read(); !next.done; next = await reader.read());
}

/** What no drop can do without where only scripts have the cipher: so many bytes encrypted in one thread, and the headers of item and manifest. */
async function floor(keys: string[], size: number): Promise<void> {
    const [key, plain] = [new Uint8Array(32), new Uint8Array(TASK)];
    for (let at = 0; at < paddedSize(size); at += TASK) await here.do({ key, first: 0, plain, last: false });
    for (let header = 0; header < 2; header++) {
        const encrypter = new Encrypter();
        for (const recipient of keys) encrypter.addRecipient(recipient);
        await encrypter.encrypt(new Uint8Array(0));
    }
}

/** What can be run, by its name; once to warm up. */
let runs: { [name: string]: () => Promise<unknown> } = {};

async function prepare(script: string, recipients: string[], size: number): Promise<string[]> {
    const random = crypto.getRandomValues(new Uint8Array(65536));
    const file = new Blob(Array.from({ length: size / random.length }, () => random));
    const content = new Uint8Array(size <= 20_000_000 ? await file.arrayBuffer() : 0);
    const item: Item = { content: file, extension: "bin", mediaType: "application/octet-stream", cleaning: "uncleaned", removed: [], notes: [] };
    const address: Address = { desk: "union", deskId: null, recipients };
    const mates = crew(script);
    const native = await own();
    const keys = await slots(recipients);
    const drop = (hands: Hands, outlet: Outlet): Promise<unknown> => sealDrop(keys, address, [item], SAID, hands, outlet, () => {}, (each) => Promise.resolve(each));
    const none = { put: () => Promise.resolve() };
    let kept: Kept | null = null;
    const whole = async (): Promise<void> => {
        const encrypter = new Encrypter();
        for (const recipient of recipients) encrypter.addRecipient(recipient);
        await encrypter.encrypt(content);
    };
    const parcel = async (): Promise<void> => {
        for await (const part of sealParts(keys, "0".repeat(32), kept!.drop(), native ?? mates, () => {})) void part;
    };
    runs = {
        ...(content.length ? { whole } : {}),
        streamed: () => typage(recipients, file),
        ...(native ? { drop: () => drop(native, none) } : {}),
        mates: () => drop(mates, none),
        floor: () => floor(keys, size),
        kept: () => drop(native ?? mates, (kept = new Kept())),
        parcel,
    };
    await typage(recipients, file.slice(0, STEP));
    return Object.keys(runs);
}

/** Seconds for one of them. */
const run = async (name: string): Promise<number> => await seconds(runs[name]!);

Object.assign(globalThis, { prepare, run });
