// What a reviewer wrote to a source, opened with the codename alone (docs/protocol.md, "Replies").

import { Decrypter } from "age-encryption";
import type { Mailbox } from "../codename/root";
import { verify } from "../keys/minisign";
import { same } from "./bytes";
import { type Value, decode, members } from "./canonical";
import { paddedSize } from "./padding";
import { BLOCK, END, gap, header } from "./tar";

const LIMIT = 1048576;
const MOST = { text: 65536, questions: 32, question: 4096, number: 999999 };
const KEYS = ["type", "version", "root", "mailbox", "number", "day", "language", "text", "questions", "token"];

export interface Reply {
    root: string;
    number: number;
    day: string;
    text: string;
    questions: { name: string; text: string }[];
    token: string;
}

/** Throws for what is none, is not for this mailbox, or is by nobody of these `roots` (public keys). */
export async function openReply(untrusted: Uint8Array, box: Mailbox, roots: readonly string[]): Promise<Reply> {
    const decrypter = new Decrypter();
    decrypter.addIdentity(box.identity);
    const plain = await decrypter.decrypt(untrusted);
    const document = member(plain, 0, "reply.json");
    const signature = member(plain, document.end, "reply.json.minisig");
    if (plain.length !== paddedSize(signature.end + END) || plain.subarray(signature.end).some((byte) => byte !== 0)) throw new Error("no reply");
    const reply = decode(document.content, LIMIT, KEYS);
    const { root, number, day, text, token } = reply;
    if (reply["type"] !== "silbo reply" || reply["version"] !== 1 || reply["mailbox"] !== box.id) throw new Error("a reply for another mailbox");
    if (typeof root !== "string" || !roots.includes(root)) throw new Error("a reply of a stranger");
    await verify(root, document.content, new TextDecoder("utf-8", { fatal: true }).decode(signature.content));
    if (typeof number !== "number" || number < 1 || number > MOST.number || typeof day !== "string" || !/^[0-9]{4}-[0-9]{2}-[0-9]{2}$/.test(day)) throw new Error("no reply");
    if (typeof token !== "string" || !/^[0-9a-f]{32}$/.test(token)) throw new Error("no token");
    return { root, number, day, token, text: said(text, MOST.text), questions: questions(reply["questions"]) };
}

function questions(untrusted: Value | undefined): Reply["questions"] {
    if (!Array.isArray(untrusted) || untrusted.length > MOST.questions) throw new Error("no questions");
    const all = untrusted.map((each) => {
        const { name, text } = members(each, ["name", "text"]);
        if (typeof name !== "string" || !/^[a-z_]{1,32}$/.test(name)) throw new Error("no question");
        return { name, text: said(text, MOST.question) };
    });
    if (new Set(all.map((each) => each.name)).size !== all.length) throw new Error("a question twice");
    return all;
}

function said(value: Value | undefined, most: number): string {
    if (typeof value !== "string" || [...value].length > most) throw new Error("no text");
    return value;
}

/** The member that begins at `at` and has this name, and where the next one begins. */
function member(plain: Uint8Array, at: number, name: string): { content: Uint8Array; end: number } {
    const block = plain.subarray(at, at + BLOCK);
    const size = parseInt(new TextDecoder().decode(block.subarray(124, 135)), 8);
    const end = at + BLOCK + size + gap(size);
    if (!(size >= 0 && end <= plain.length) || !same(block, header(name, size))) throw new Error("no reply");
    if (plain.subarray(at + BLOCK + size, end).some((byte) => byte !== 0)) throw new Error("no reply");
    return { content: plain.subarray(at + BLOCK, at + BLOCK + size), end };
}
