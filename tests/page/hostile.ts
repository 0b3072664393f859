// A door that lies, and workers that die; prints the names of what the page believed. JSON on stdin: the vectors.

import { chacha20poly1305 } from "@noble/ciphers/chacha.js";
import { mailbox } from "../../page/src/codename/root";
import { type Desk, type UntrustedDesk, renewed } from "../../page/src/desks";
import { Client } from "../../page/src/door/client";
import { Thread } from "../../page/src/door/thread";
import { type Bytes, hex, joined, same, sha256, unhex, utf8 } from "../../page/src/format/bytes";
import { type Item } from "../../page/src/format/drop";
import { seal, slots } from "../../page/src/format/envelope";
import { here, own } from "../../page/src/format/hands";
import { itemOfText } from "../../page/src/format/text";
import { Mates, serve } from "../../page/src/mates";

interface Vectors {
    root: string;
    recipient: string;
    mailbox: { [key: string]: string };
}

const wrong: string[] = [];
const hold = (name: string, right: boolean): void => void (right || wrong.push(name));
let given = 0;

/** What the door answers from now on: these bytes, or bytes without end. */
function answers(body: Bytes | null | ((asked: { reply: string | null; from: number }) => Bytes)): void {
    const endless = (): ReadableStream => new ReadableStream({ pull: (controller) => (controller.enqueue(new Uint8Array(1_000_000)), void (given += 1_000_000)) });
    globalThis.fetch = (_, options) => {
        const bytes = typeof body === "function" ? body(JSON.parse(String(options?.body))) : (body ?? endless());
        return Promise.resolve(new Response(bytes));
    };
}

const list = (root: string, serial: number): UntrustedDesk["reviewers"][0] => ({ root, keys: JSON.stringify({ serial }), signature: `of ${serial}` });
const desk: UntrustedDesk = { short: "union", name: "the Union", id: "0".repeat(32), reviewers: [list("a", 5), list("b", 5)] };

async function desks(): Promise<void> {
    const sound = { type: "silbo desks", version: 1, day: "2026-11-30", limit: 10, work: { bits: 0, challenge: "c" }, desks: [desk] };
    const told = async (change: object): Promise<boolean> => {
        answers(utf8(JSON.stringify({ ...sound, ...change })));
        return (await new Client("http://door/").desks()) !== null;
    };
    hold("a sound answer is none", await told({}));
    const changes = [{ day: "2026-99-99" }, { day: 3 }, { desks: [null] }, { desks: ["x"] }, { desks: [{ ...desk, name: 1 }] }, { desks: [{ ...desk, id: 1 }] }];
    const others = [{ desks: [{ ...desk, reviewers: [null] }] }, { desks: [{ ...desk, reviewers: [{ root: "a" }] }] }, { work: null }, { work: { challenge: "c".repeat(9999) } }, { version: 2 }];
    for (const change of [...changes, ...others]) hold(`taken: ${JSON.stringify(change).slice(0, 60)}`, !(await told(change)));
    const now = (change: Partial<UntrustedDesk>): UntrustedDesk => renewed(desk, { ...desk, ...change });
    hold("newer lists are not taken", now({ reviewers: [list("b", 6), list("a", 5)] }).reviewers[1]!.signature === "of 6");
    hold("an older list is taken", now({ reviewers: [list("a", 4), list("b", 5)] }).reviewers[0]!.signature === "of 5");
    hold("another name is taken", now({ name: "the Other" }).name === "the Union");
    hold("other questions are taken", now({ questions: [{ id: "x y", ask: {}, choices: [] }] }).questions === undefined);
    const refused = [{ id: "1".repeat(32) }, { reviewers: [list("a", 6)] }, { reviewers: [list("a", 6), list("c", 6)] }, { reviewers: [list("a", 6), list("a", 6)] }, { reviewers: [...desk.reviewers, list("c", 6)] }];
    for (const change of refused) hold(`sealed to: ${JSON.stringify(change)}`, now(change).reviewers.every((each) => each.signature === ""));
}

async function mail(vectors: Vectors): Promise<void> {
    const letter = Uint8Array.from(atob(vectors.mailbox["reply"]!), (character) => character.charCodeAt(0));
    const digest = hex(await sha256(letter));
    const reader: Desk = { short: "union", name: "", id: vectors.mailbox["deskId"]!, readers: [], authors: { [vectors.mailbox["signer"]!]: "" }, recipients: [] }; // nobody's keys are valid today
    const block = (told: object, bytes: Uint8Array): Bytes => {
        const json = utf8(JSON.stringify(told));
        const head = new Uint8Array(4);
        new DataView(head.buffer).setUint32(0, json.length);
        return joined(head, json, bytes, new Uint8Array(262144 - 4 - json.length - bytes.length));
    };
    const half = letter.length >> 1;
    const replies = [{ sha256: digest, size: letter.length }];
    const whole = [{ sha256: digest, from: 0, size: letter.length }];
    const read = async (body: Parameters<typeof answers>[0]): Promise<string> => {
        answers(body);
        const thread = new Thread(new Client("http://door/"), unhex(vectors.mailbox["root"]!));
        return await thread.replies(reader).then(({ replies, closed }) => `${replies.length} ${closed}`, () => "refused");
    };
    const part = (from: number): Bytes => block({ replies, pieces: [{ sha256: digest, from, size: half }] }, letter.subarray(from, from + half));
    const cases: [string, Parameters<typeof answers>[0], string][] = [
        ["as it is", block({ replies, pieces: whole }, letter), "1 0"],
        ["in halves", ({ from }) => part(from), letter.length % 2 ? "0 1" : "1 0"],
        ["the same piece for ever", part(0), "0 1"],
        ["a piece twice", block({ replies, pieces: [...whole, ...whole] }, joined(letter, letter)), "1 0"],
        ["listed and not given", block({ replies, pieces: [] }, new Uint8Array(0)), "0 1"],
        ["given and not listed", block({ replies: [], pieces: whole }, letter), "0 0"],
        ["another's bytes", block({ replies, pieces: whole }, new Uint8Array(letter.length)), "0 1"],
        ["a size below nothing", block({ replies, pieces: [{ sha256: digest, from: 0, size: -5 }] }, letter), "refused"],
        ["a piece beyond the block", block({ replies, pieces: [{ sha256: digest, from: 0, size: 1e9 }] }, letter), "0 1"],
        ["a thousand", block({ replies: Array.from({ length: 1000 }, () => replies[0]), pieces: [] }, new Uint8Array(0)), "refused"],
        ["no lists", block({}, new Uint8Array(0)), "refused"],
        ["nothing", block([], new Uint8Array(0)), "refused"],
    ];
    for (const [name, body, expected] of cases) {
        const found = await read(body);
        hold(`mail: ${name}: ${found}`, found === expected);
    }
    answers(block({ replies, pieces: whole }, letter));
    const stranger = await new Thread(new Client("http://door/"), unhex(vectors.mailbox["root"]!)).replies({ ...reader, authors: {} });
    hold("a stranger's answer is shown", stranger.replies.length === 0 && stranger.closed === 1);
    const other = { ...reader, id: "9".repeat(32) };
    answers(block({ replies, pieces: whole }, letter));
    const elsewhere = await new Thread(new Client("http://door/"), unhex(vectors.mailbox["root"]!)).replies(other);
    hold("an answer of another desk is shown", elsewhere.replies.length === 0 && elsewhere.closed === 1);
    hold("another mailbox", (await mailbox(unhex(vectors.mailbox["root"]!), reader.id!)).id === vectors.mailbox["mailbox"]);
}

/** Every wait of the page is at once, so that what is tried again is. */
async function endless(): Promise<void> {
    const later = globalThis.setTimeout;
    globalThis.setTimeout = ((work: () => void) => later(work, 0)) as typeof setTimeout;
    answers(null);
    hold("desks without end", (await new Client("http://door/").desks()) === null);
    const client = new Client("http://door/");
    hold("a block without end", await client.block("0".repeat(32), null, 0).then(() => false, () => true));
    hold("states without end", await client.states([]).then(() => false, () => true));
    hold(`bytes read of it: ${given}`, given < 300_000_000);
    globalThis.setTimeout = later;
}

/** A server that stores, and whose answers to a commit are lost: what is sent once more is no second drop. */
async function lostCommit(recipient: string): Promise<void> {
    const later = globalThis.setTimeout;
    globalThis.setTimeout = ((work: () => void) => later(work, 0)) as typeof setTimeout;
    const drops = new Map<string, string>();
    const asked: string[] = [];
    let [arrives, answers] = [true, false];
    globalThis.fetch = async (address, options) => {
        const path = String(address).split("/door/door/")[1]!;
        asked.push(`${options!.method} ${path}`);
        const ok = (more: object = {}): Response => new Response(JSON.stringify({ code: "ok", ...more }));
        const body = typeof options!.body === "string" ? (JSON.parse(options!.body) as { uploads: string[]; upload: string }) : null;
        if (path === "drops") return ok({ states: body!.uploads.map((id) => (drops.has(id) ? (drops.get(id) === "open" ? "1" : drops.get(id) === "gone" ? "4" : "2") : "0")).join("") });
        if (path === "withdraw") return drops.set(body!.upload, "gone"), ok({ state: "4" });
        if (options!.method === "PUT" && path.length === 32) drops.set(path, "open");
        if (options!.method !== "POST") return ok();
        if (arrives) drops.set(path, String(options!.body));
        if (!answers) throw new TypeError("the line is down");
        return ok();
    };
    const to = { ...desk, readers: [], authors: {}, recipients: [recipient] } as unknown as Desk;
    const door = { day: "2026-11-30", limit: 9_999_999, work: { bits: 0, challenge: "" }, desks: [], cleans: 0 };
    const said = { language: "en", answers: {}, inReplyTo: null, withdraws: [] };
    const file = (byte: number): Item => ({ content: new Blob([new Uint8Array(70_000).fill(byte)]), extension: "bin", mediaType: "application/octet-stream", cleaning: "uncleaned", removed: [], notes: [] });
    const thread = new Thread(new Client("http://door/"), new Uint8Array(32).fill(3), () => {}, null);
    const send = (...items: Item[]): Promise<string> => thread.send(door, to, items, said, false, here, (item) => Promise.resolve(item), () => {}).then(() => "sent", () => "lost");
    const there = (): string[] => [...drops.values()].filter((each) => each !== "open" && each !== "gone");

    hold("an answer that never came is told", (await send(itemOfText("words"), file(1))) === "lost" && there().length === 1);
    asked.length = 0;
    hold("what has arrived is sent", (await send(itemOfText("words"), file(1))) === "sent");
    hold(`it is asked for, and nothing is sent twice: ${asked}`, asked.join() === "POST drops" && there().length === 1);
    answers = true;
    hold("the same words later are a drop of their own", (await send(itemOfText("words"), file(1))) === "sent" && there().length === 2);

    [arrives, answers] = [false, false];
    hold("a commit that did not arrive", (await send(itemOfText("a"), file(1))) === "lost" && there().length === 2);
    [arrives, answers] = [true, true];
    asked.length = 0;
    hold("is said once more", (await send(itemOfText("a"), file(1))) === "sent" && there().length === 3);
    hold(`and its files are not sent again: ${asked}`, asked.length === 2);

    answers = false;
    await send(itemOfText("with a name"), file(1));
    const named = there().length;
    answers = true;
    hold("what was changed is sent", (await send(itemOfText("without it"), file(1))) === "sent");
    hold(`and what it was before is taken back: ${there().length}`, there().length === named && [...drops.values()].includes("gone"));

    answers = false;
    await send(itemOfText("b"), file(1));
    answers = true;
    asked.length = 0;
    hold("another file of the same size is another one", (await send(itemOfText("b"), file(2))) === "sent" && asked.some((each) => each.startsWith("PUT")));
    globalThis.setTimeout = later;
}

/** A browser's own cipher that fails after it was believed, as where a device has no memory left. */
async function cipherFails(): Promise<void> {
    const whole = Object.getOwnPropertyDescriptor(crypto, "subtle") ?? { get: undefined };
    let fails = false;
    const encrypt = async ({ iv }: { iv: Bytes }, key: Bytes, text: Bytes): Promise<ArrayBuffer> => {
        if (fails) throw new Error("no memory");
        return (chacha20poly1305(key, iv).encrypt(text) as Bytes).buffer;
    };
    Object.defineProperty(crypto, "subtle", { configurable: true, value: { importKey: (_: string, key: Bytes) => Promise.resolve(key), encrypt } });
    const mine = await own();
    fails = true;
    const task = { key: new Uint8Array(32).fill(1), first: 5, plain: new Uint8Array(70_000).fill(2), last: true };
    const sealed = await mine?.do(task).catch(() => null);
    hold("a cipher that fails stops the page", Boolean(sealed) && same(sealed!, await here.do(task)));
    if ("get" in whole && !whole.get) delete (crypto as { subtle?: unknown }).subtle;
    else Object.defineProperty(crypto, "subtle", whole);
}

/** Of two that share the work, one dies with bytes in its hands: with a word, or without one. */
async function deaths(recipient: string): Promise<string> {
    const late = globalThis.setTimeout;
    globalThis.setTimeout = ((work: () => void, ms: number) => late(work, ms / 20)) as typeof setTimeout;
    const files: string[] = [];
    for (const silent of [false, true]) {
        const [one, other] = [new MessageChannel(), new MessageChannel()];
        serve(one.port2);
        other.port2.onmessage = () => silent || other.port2.close();
        const mates = new Mates(() => {});
        mates.join([one.port1, other.port1]);
        const pieces: Bytes[] = [];
        for await (const piece of seal(await slots([recipient]), [utf8("silbo".repeat(300_000))], mates)) pieces.push(piece);
        files.push(Buffer.from(joined(...pieces)).toString("base64"));
        hold("after it the work is done alone", mates.width === 1);
        for (const port of [one.port1, one.port2, other.port1, other.port2]) port.close();
    }
    globalThis.setTimeout = late;
    return files.join(" ");
}
declare const Buffer: { from(bytes: Bytes): { toString(kind: string): string } };

let text = "";
for await (const piece of process.stdin) text += piece;
const vectors = JSON.parse(text) as Vectors;
await desks();
await mail(vectors);
const files = await deaths(vectors.recipient);
await endless();
await lostCommit(vectors.recipient);
await cipherFails();
process.stdout.write(JSON.stringify({ wrong, files }), () => process.exit());
declare const process: { stdin: AsyncIterable<string>; stdout: { write(text: string, then: () => void): void }; exit(): void };
