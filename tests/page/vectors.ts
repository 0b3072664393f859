// Runs tests/vectors/page.json (JSON on stdin) through the page's code; prints the names of what differs.

import { lists, parse } from "../../page/src/codename/codename";
import { dropId, mailbox, rootOf, uploadId, withdrawalTag } from "../../page/src/codename/root";
import { hex, sha256, unhex, utf8 } from "../../page/src/format/bytes";
import { type Value, encode } from "../../page/src/format/canonical";
import { type Address, type Item, type Listed, type Said, itemPlaintext, manifestPlaintext } from "../../page/src/format/drop";
import { paddedSize } from "../../page/src/format/padding";
import { partPlaintext } from "../../page/src/format/parcel";
import { openReply } from "../../page/src/format/reply";
import { whole } from "../../page/src/format/pieces";
import { header } from "../../page/src/format/tar";
import { fingerprint } from "../../page/src/keys/fingerprint";
import { judged } from "../../page/src/desks";
import { keyList } from "../../page/src/keys/keylist";
import { verify } from "../../page/src/keys/minisign";

interface Vectors {
    day: string;
    root: string;
    list: string[];
    fingerprint: string;
    padding: [number, number][];
    headers: [string, number, string][];
    canonical: [Value, string][];
    signatures: { name: string; root: string; message: string; text: string; good: boolean }[];
    lists: { name: string; keys: string; signature: string; taken: boolean }[];
    items: (Omit<Item, "content"> & { content: string; plaintext: string })[];
    manifests: (Omit<Address, "recipients"> & Said & { items: Listed[]; plaintext: string })[];
    codenames: { typed: string; language: string; secret?: string; count?: number; check?: boolean; wrong?: string[] }[];
    lists_of_words: { [language: string]: string };
    mailbox: { [key: string]: string } & { upload: { day: string; k: number; id: string; drop: string }; opened: object };
    parts: { id: string; size: number; plaintexts: string[] }[];
}

async function passes(promise: Promise<unknown>): Promise<boolean> {
    return await promise.then(
        () => true,
        () => false,
    );
}

async function differing(vectors: Vectors): Promise<string[]> {
    const wrong: string[] = [];
    const hold = (name: string, right: boolean): void => void (right || wrong.push(name));
    for (const [size, padded] of vectors.padding) hold(`padding ${size}`, paddedSize(size) === padded);
    for (const [name, size, bytes] of vectors.headers) hold(`header ${name}`, hex(header(name, size)) === bytes);
    for (const [v, text] of vectors.canonical) hold(`canonical ${text}`, new TextDecoder().decode(encode({ v })) === text);
    hold("fingerprint", (await fingerprint(vectors.root, vectors.list)).join(" ") === vectors.fingerprint);
    for (const { name, root, message, text, good } of vectors.signatures) {
        hold(`signature: ${name}`, (await passes(verify(root, utf8(message), text))) === good);
    }
    for (const { name, keys, signature, taken } of vectors.lists) {
        hold(`list: ${name}`, (await passes(keyList(vectors.root, utf8(keys), signature, vectors.day))) === taken);
    }
    const [good] = vectors.lists;
    const over = await judged({ short: "union", name: "", id: null, reviewers: [{ root: vectors.root, ...good! }] }, vectors.list, "2036-01-01");
    hold("who has no key today can write no answer", over.readers.length === 0 && over.authors[vectors.root] === "Ana");
    for (const { content, plaintext, ...item } of vectors.items) {
        const made = await itemPlaintext({ ...item, content: utf8(content) }, vectors.day);
        hold(`item ${item.cleaning}`, hex(await sha256(await whole(made))) === plaintext);
    }
    for (const { language, items, plaintext, answers, thread, ...address } of vectors.manifests) {
        const said = { language, day: vectors.day, answers, thread };
        const manifest = await whole(manifestPlaintext({ ...address, recipients: [] }, items, said));
        hold(`manifest of ${language}`, hex(await sha256(manifest)) === plaintext);
    }
    for (const { id, size, plaintexts } of vectors.parts) {
        const zeros = new Uint8Array(size);
        const [drop, digest] = [new Blob([zeros]), hex(await sha256(zeros))];
        for (const [at, expected] of plaintexts.entries()) {
            hold(`part ${at} of ${size}`, hex(await sha256(await whole(partPlaintext(id, at + 1, drop, digest)))) === expected);
        }
    }
    const words = lists(vectors.lists_of_words);
    for (const { typed, language, ...expected } of vectors.codenames) {
        const { shown, of, ...found } = { shown: "", of: "", ...parse(words, typed, language) };
        void [shown, of];
        hold(`codename ${typed}`, JSON.stringify(found) === JSON.stringify(expected));
    }
    return wrong;
}

/** Once: it takes a second. */
async function differingMailbox({ mailbox: given }: Vectors): Promise<string[]> {
    const root = await rootOf(given["secret"]!, () => {});
    const box = await mailbox(root, given["deskId"]!);
    const upload = uploadId(root, given["deskId"]!, given.upload.day, given.upload.k);
    const sealed = Uint8Array.from(atob(given["reply"]!), (character) => character.charCodeAt(0));
    const reply = await openReply(sealed, box, [given["signer"]!]);
    const others = [
        openReply(sealed, box, []),
        openReply(sealed, { ...box, id: "0".repeat(32) }, [given["signer"]!]),
        openReply(sealed.slice(0, -1), box, [given["signer"]!]),
        openReply(sealed, await mailbox(unhex("0".repeat(64)), given["deskId"]!), [given["signer"]!]),
    ];
    const checks: [string, boolean][] = [
        ["root", hex(root) === given["root"]],
        ["mailbox", box.id === given["mailbox"] && box.identity === given["identity"] && box.recipient === given["recipient"]],
        ["upload", upload === given.upload.id && dropId(upload) === given.upload.drop],
        ["tag", withdrawalTag(root, dropId(upload)) === given["tag"]],
        ["reply", JSON.stringify(Object.entries(reply).sort()) === JSON.stringify(Object.entries(given.opened).sort())],
        ["other replies", !(await Promise.all(others.map(passes))).includes(true)],
    ];
    return checks.flatMap(([name, right]) => (right ? [] : [name]));
}

let text = "";
for await (const piece of process.stdin) text += piece;
const found = [...(await differing(JSON.parse(text))), ...(await differingMailbox(JSON.parse(text)))];
Object.defineProperty(crypto, "subtle", { value: undefined }); // as where a browser calls the page's place unsafe
found.push(...(await differing(JSON.parse(text))).map((name) => `without the browser's hashes: ${name}`));
console.log(JSON.stringify(found));
declare const process: { stdin: AsyncIterable<string> };
