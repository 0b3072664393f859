// What works beside the page, so that the page answers while files are cleaned and sealed.
//
// It has no network: it inherits the page's policy, which allows none.

import { clean } from "./clean/index";
import { type Desk, type UntrustedDesk, judged } from "./desks";
import type { Bytes } from "./format/bytes";
import { type Item, newId, sealDrop } from "./format/drop";
import { slots } from "./format/envelope";
import { partsOf, sealParts } from "./format/parcel";
import type { Answer, Question } from "./questions";

const scope = self as unknown as { postMessage(answer: Answer, transfer?: Transferable[]): void };

async function answered({ id, question }: { id: number; question: Question }): Promise<void> {
    try {
        if (question.kind === "desks") {
            scope.postMessage({ id, desks: await desks(question.desks, question.list, question.today) });
        } else if (question.kind === "clean") {
            scope.postMessage({ id, verdict: await clean(question.content) });
        } else {
            const { name, parts } = await sealed(id, question.desk, question.items, question.language, question.today);
            scope.postMessage({ id, name, parts }, parts.map((part) => part.buffer));
        }
    } catch {
        scope.postMessage({ id, failed: true });
    }
}

async function desks(all: UntrustedDesk[], list: string[], today: string): Promise<(Desk | null)[]> {
    return await Promise.all(all.map((desk) => judged(desk, list, today).catch(() => null)));
}

/** The parcel's files, and the beginning of their names; half of the work is the items, half the parts. */
async function sealed(
    id: number,
    desk: Desk,
    items: Item[],
    language: string,
    today: string,
): Promise<{ name: string; parts: Bytes[] }> {
    const keys = await slots(desk.recipients);
    const address = { desk: desk.short, deskId: desk.id, recipients: desk.recipients };
    let done = 0;
    const step = (steps: number): void => {
        done += 1 / steps / 2;
        scope.postMessage({ id, done });
    };
    const drop = await sealDrop(keys, address, items, language, today, () => step(items.length));
    const parcel = newId();
    const parts: Bytes[] = [];
    for await (const part of sealParts(keys, parcel, drop)) {
        parts.push(part as Bytes);
        step(partsOf(drop.length));
    }
    return { name: parcel.slice(0, 4), parts };
}

self.onmessage = (message: MessageEvent<{ id: number; question: Question }>) => void answered(message.data);
