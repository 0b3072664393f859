// What works beside the page, so that the page answers while files are cleaned, sealed and sent.
//
// It has the codename's root, which never comes out of it. The page's policy is its own: it reaches no server but the page's.

import { type Verdict, isHeif, look } from "./clean/index";
import { findExif } from "./clean/exif";
import { WHOLE, canvasIsExact, painted } from "./clean/paint";
import { generate, lists, parse } from "./codename/codename";
import { dropId, rootOf } from "./codename/root";
import { type Desk, type UntrustedDesk, judged } from "./desks";
import { Client, Refused } from "./door/client";
import { Thread } from "./door/thread";
import { hex, letGo, sha256 } from "./format/bytes";
import { type Item, Kept, type Said, newId, sealDrop, work } from "./format/drop";
import { slots } from "./format/envelope";
import { own } from "./format/hands";
import { sealParts } from "./format/parcel";
import { MOST, lock, unlock } from "./format/saved";
import { Mates, serve } from "./mates";
import type { Answer, Call, Crew, Question } from "./questions";

const scope = self as unknown as { postMessage(answer: Answer | Call, transfer?: Transferable[]): void };
const mates = new Mates(() => scope.postMessage({ call: "mates" }));
/** Whoever encrypts: the browser itself where it can. */
const hands = own().then((found) => found ?? mates);
let client = new Client("");
let thread: Thread | null = null;
let fresh = false;

/** What comes back for a question; `progress` is told how much is done. */
async function answer(question: Question, progress: (done: number) => void): Promise<object> {
    switch (question.kind) {
        case "desks":
            return { desks: await desks(question.desks, question.list, question.today) };
        case "clean":
            return { verdict: await looked(question.file) };
        case "server":
            return { verdict: { clean: await client.clean(question.file), unchanged: false } };
        case "exact":
            return { exact: await canvasIsExact() };
        case "paint":
            return { verdict: await painted(question.file, question.painting) };
        case "seal":
            return await sealed(question.desk, question.items, question.said, progress);
        case "door":
            client = new Client(question.base, () => scope.postMessage({ call: "waiting" }));
            return { door: await client.desks() };
        case "codename":
            return await codename(question, progress);
        case "send":
            return await sent(question, progress);
        case "mail":
            return { ...(await opened().replies(question.desk)), drops: await opened().sent(question.desk, question.today) };
        case "read":
            await opened().read(question.desk, question.reply, question.token);
            return { sent: true };
        case "withdraw":
            return { state: await opened().withdraw(question.upload), dropId: dropId(question.upload) };
        case "save": {
            const words = generate(lists(question.lists), question.language).shown;
            return { saved: new Blob([await lock(question.saved, words)]), codename: words };
        }
        case "restore": {
            const found = parse(lists(question.lists), question.typed, question.language);
            if (!("shown" in found)) return { wrong: found };
            return { restored: await unlock(new Uint8Array(await question.file.slice(0, MOST).arrayBuffer()), found.shown).catch(() => null) };
        }
        case "forget":
            thread?.forget();
            thread = null;
            return { sent: true };
    }
}

/** Under a new codename nothing has to be asked before; after a failure, something of it may be there. */
async function sent(question: Extract<Question, { kind: "send" }>, progress: (done: number) => void): Promise<{ sent: true }> {
    const first = fresh;
    fresh = false;
    await opened().send(question.door, question.desk, question.items, question.said, first, await hands, ready, progress);
    return { sent: true };
}

function opened(): Thread {
    if (!thread) throw new Error("no codename");
    return thread;
}

async function desks(all: UntrustedDesk[], list: string[], today: string): Promise<(Desk | null)[]> {
    return await Promise.all(all.map((desk) => judged(desk, list, today).catch(() => null)));
}

/** A new codename, or the one that was typed; from here on it is the one under which is sent and read. */
async function codename({ typed, language, lists: texts, unsure }: Extract<Question, { kind: "codename" }>, progress: (done: number) => void): Promise<object> {
    const all = lists(texts);
    const found = typed === null ? generate(all, language) : parse(all, typed, language);
    if (!("secret" in found)) return { wrong: found };
    const root = await rootOf(found.secret, progress);
    thread = new Thread(client, root, (made) => scope.postMessage({ call: "unsure", made }), unsure);
    fresh = typed === null;
    return { codename: found.shown };
}

/** The parcel's files, and the beginning of their names; half of the work is the items, half the parts. */
async function sealed(desk: Desk, items: Item[], said: Said, progress: (done: number) => void): Promise<{ name: string; parts: Blob[] }> {
    const keys = await slots(desk.recipients);
    const address = { desk: desk.short, deskId: desk.id, recipients: desk.recipients };
    const all = 2 * work(items);
    let done = 0;
    const step = (bytes: number): void => progress(Math.min((done += bytes / all), 0.99));
    const kept = new Kept();
    await sealDrop(keys, address, items, said, await hands, kept, step, ready);
    const parcel = newId();
    const parts: Blob[] = [];
    for await (const part of sealParts(keys, parcel, kept.drop(), await hands, step)) parts.push(part);
    return { name: parcel.slice(0, 4), parts };
}

/** A picture of a phone that is not cut here is drawn anew, where the browser can decode it and its canvas is exact. */
async function looked(file: Blob): Promise<Verdict> {
    const verdict = await look(file);
    if ("clean" in verdict || !(await isHeif(file))) return verdict;
    const drawn = await painted(file, { kept: WHOLE, covered: [] }).catch(() => verdict);
    if (!("clean" in drawn)) return drawn;
    const untrusted = new Uint8Array(await file.arrayBuffer());
    const { removed, seen } = findExif(untrusted);
    letGo(untrusted);
    // What the browser wrote into its own file was never the person's.
    return { ...drawn, clean: { ...drawn.clean, removed: removed.sort(), seen }, drawn: true };
}

/** The item with its content: a clean copy that was not kept is made once more, and has to be the same. */
async function ready(item: Item): Promise<Item> {
    if (!item.again) return item;
    const verdict = await looked(item.content as Blob);
    if (!("clean" in verdict) || hex(await sha256(verdict.clean.content)) !== item.again.sha256) throw new Error("another file by now");
    return { ...item, content: verdict.clean.content };
}

async function answered({ id, question }: { id: number; question: Question }): Promise<void> {
    try {
        const found = await answer(question, (done) => scope.postMessage({ id, done }));
        const verdict = "verdict" in found ? (found.verdict as Verdict) : null;
        scope.postMessage({ id, ...found } as Answer, verdict && "clean" in verdict ? [verdict.clean.content.buffer] : []);
    } catch (error) {
        scope.postMessage({ id, failed: true, code: error instanceof Refused ? error.code : "" });
    }
}

self.onmessage = (message: MessageEvent<{ id: number; question: Question } | Crew>) => {
    if ("question" in message.data) void answered(message.data);
    else if ("mate" in message.data) serve(message.data.mate);
    else if ("died" in message.data) mates.end();
    else if ("ping" in message.data) scope.postMessage({ call: "here" });
    else mates.join(message.data.mates);
};
