// What a person wrote, locked into a file of their own until they go on (docs/protocol.md, "Saved words").

import { Decrypter, Encrypter } from "age-encryption";
import { type Bytes, joined } from "./bytes";
import { type Value, decode, encode, members } from "./canonical";
import { paddedSize } from "./padding";

/** Of scrypt: 2^15 blocks are 32 MiB, for a telephone's sake. The words are random. */
const WORK = 15;
/** Bytes of such a file, in which twice as many are than in what was written. */
export const MOST = 8_388_608;
const LF = 10;
const HEAD = /^age-encryption\.org\/v1\n-> scrypt [A-Za-z0-9+/]{22} 15\n/;

export interface Saved {
    text: string;
    /** By the names of the questions. */
    answers: { [question: string]: string };
}

/** The age file that `words` open. */
export async function lock(saved: Saved, words: string): Promise<Bytes> {
    const document = encode({ type: "silbo saved", version: 1, text: saved.text, answers: saved.answers });
    if (2 * document.length > MOST) throw new Error("too much to save");
    const encrypter = new Encrypter();
    encrypter.setScryptWorkFactor(WORK);
    encrypter.setPassphrase(words.normalize("NFC"));
    const filler = new Uint8Array(paddedSize(document.length) - document.length).fill(LF);
    return (await encrypter.encrypt(joined(document, filler))) as Bytes;
}

/** Throws for what is no such file, and for other words. */
export async function unlock(untrusted: Uint8Array, words: string): Promise<Saved> {
    if (!HEAD.test(new TextDecoder().decode(untrusted.subarray(0, 128)))) throw new Error("no saved words");
    const decrypter = new Decrypter();
    decrypter.addPassphrase(words.normalize("NFC"));
    const plain = await decrypter.decrypt(untrusted);
    const document = plain.subarray(0, plain.findLastIndex((byte) => byte !== LF) + 1);
    const { type, version, text, answers } = decode(document, MOST, ["type", "version", "text", "answers"]);
    if (type !== "silbo saved" || version !== 1 || typeof text !== "string") throw new Error("no saved words");
    return { text, answers: told(answers) };
}

function told(untrusted: Value | undefined): { [question: string]: string } {
    const all = members(untrusted, Object.keys(Object(untrusted) as object));
    return Object.fromEntries(Object.entries(all).map(([name, answer]) => {
        if (!/^[a-z0-9_]{1,32}$/.test(name) || typeof answer !== "string") throw new Error("no answer");
        return [name, answer];
    }));
}
