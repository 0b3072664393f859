// What works beside the page, so that the page answers while files are cleaned and sealed.

import { look } from "./clean/index";
import { type Desk, type UntrustedDesk, judged } from "./desks";
import { hex, sha256 } from "./format/bytes";
import { type Item, Kept, type Said, newId, sealDrop, work } from "./format/drop";
import { slots } from "./format/envelope";
import { sealParts } from "./format/parcel";
import { Mates, serve } from "./mates";
import type { Answer, Crew, Question } from "./questions";

const scope = self as unknown as { postMessage(answer: Answer, transfer?: Transferable[]): void };
let hands = new Mates([]);

async function answered({ id, question }: { id: number; question: Question }): Promise<void> {
    try {
        if (question.kind === "desks") {
            scope.postMessage({ id, desks: await desks(question.desks, question.list, question.today) });
        } else if (question.kind === "clean") {
            const verdict = await look(question.file);
            scope.postMessage({ id, verdict }, "clean" in verdict ? [verdict.clean.content.buffer] : []);
        } else {
            scope.postMessage({ id, ...(await sealed(id, question.desk, question.items, question.said)) });
        }
    } catch {
        scope.postMessage({ id, failed: true });
    }
}

async function desks(all: UntrustedDesk[], list: string[], today: string): Promise<(Desk | null)[]> {
    return await Promise.all(all.map((desk) => judged(desk, list, today).catch(() => null)));
}

/** The parcel's files, and the beginning of their names; half of the work is the items, half the parts. */
async function sealed(id: number, desk: Desk, items: Item[], said: Said): Promise<{ name: string; parts: Blob[] }> {
    const keys = await slots(desk.recipients);
    const address = { desk: desk.short, deskId: desk.id, recipients: desk.recipients };
    const all = 2 * work(items);
    let done = 0;
    const step = (bytes: number): void => {
        done += bytes / all;
        scope.postMessage({ id, done: Math.min(done, 0.99) });
    };
    const kept = new Kept();
    await sealDrop(keys, address, items, said, hands, kept, step, ready);
    const parcel = newId();
    const parts: Blob[] = [];
    for await (const part of sealParts(keys, parcel, kept.drop(), hands, step)) parts.push(part);
    return { name: parcel.slice(0, 4), parts };
}

/** The item with its content: a clean copy that was not kept is made once more, and has to be the same. */
async function ready(item: Item): Promise<Item> {
    if (!item.again) return item;
    const verdict = await look(item.content as Blob);
    if (!("clean" in verdict) || hex(await sha256(verdict.clean.content)) !== item.again) throw new Error("another file by now");
    return { ...item, content: verdict.clean.content };
}

self.onmessage = (message: MessageEvent<{ id: number; question: Question } | Crew>) => {
    if ("question" in message.data) void answered(message.data);
    else if ("mate" in message.data) serve(message.data.mate);
    else hands = new Mates(message.data.mates);
};
