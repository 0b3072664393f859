// Items, the manifest over them, the drop that holds all of it (docs/protocol.md, "Item", "Manifest", "Drop").

import { type Bytes, hex, letGo, random, same, sha256 } from "./bytes";
import { encode } from "./canonical";
import { seal, sealedSize } from "./envelope";
import type { Hands } from "./hands";
import { AT_ONCE, Hasher, SEALED_AT_ONCE } from "./hasher";
import { paddedSize } from "./padding";
import { type Piece, read, sizeOf } from "./pieces";
import { archive } from "./tar";

export type Cleaning = "text" | "clean" | "uncleaned";

/** One message or file. `removed` are codes of what was taken out, `notes` of what remains. */
export interface Item {
    content: Bytes | Blob;
    extension: string;
    mediaType: string;
    cleaning: Cleaning;
    removed: readonly string[];
    notes: readonly string[];
    /** The content is the file as it came: its clean copy is made anew, and has this hash (hexadecimal) and size. */
    again?: { sha256: string; size: number };
}

/** Whom a drop is for: the desk, and the recipients of its reviewers that are valid today. */
export interface Address {
    desk: string;
    deskId: string | null;
    recipients: readonly string[];
}

/** Whose drop it is: the mailbox of a codename at this desk, and what is said to its readers. */
export interface Thread {
    mailbox: string;
    replyRecipient: string;
    inReplyTo: number | null;
    withdraws: readonly string[];
}

/** What the manifest says beside the items. */
export interface Said {
    language: string;
    day: string;
    answers: { [question: string]: string };
    thread: Thread | null;
}

const HASH = 64;
/** What is read at once of two that are compared. */
const ALIKE = 4_194_304;

/** What of an item is encrypted. Its hash is of the bytes that were read for that: a file may change meanwhile. */
export async function itemPlaintext(item: Item, day: string): Promise<Piece[]> {
    const { content } = item;
    const size = sizeOf(content);
    if (size > AT_ONCE) {
        const hasher = await Hasher.of(size);
        const seen = (bytes: Bytes): unknown => hasher.update(bytes);
        return itemPieces(item, { size, content, seen }, day, async () => hex(await hasher.digest()));
    }
    let bytes: Bytes;
    const later = async (): Promise<Bytes> => (bytes = content instanceof Blob ? await read(content, 0, size) : content);
    return itemPieces(item, { size, later }, day, async () => {
        const digest = hex(await sha256(bytes));
        if (content instanceof Blob) letGo(bytes);
        return digest;
    });
}

/** How many bytes that are, without a look at the content. */
export function itemSize(item: Item, day: string): number {
    const content = item.again ? { zeros: item.again.size } : item.content;
    return itemPieces(item, content, day, () => Promise.resolve("")).reduce((sum, piece) => sum + sizeOf(piece), 0);
}

function itemPieces(item: Item, content: Piece, day: string, hash: () => Promise<string>): Piece[] {
    const document = (sha256: string): Bytes =>
        encode({
            type: "silbo item",
            version: 2,
            kind: item.cleaning === "text" ? "text" : "file",
            media_type: item.mediaType,
            day,
            cleaning: item.cleaning,
            removed: [...new Set(item.removed)].sort(),
            notes: [...new Set(item.notes)].sort(),
            sha256,
        });
    const later = { size: document("0".repeat(HASH)).length, later: async () => document(await hash()) };
    return archive([[`content.${item.extension}`, content], ["item.json", later]], paddedSize);
}

/** An item as the manifest lists it; hash (hexadecimal) and size are those of its age file. */
export interface Listed {
    name: string;
    sha256: string;
    size: number;
}

/** What of a manifest is encrypted. */
export function manifestPlaintext(address: Address, items: readonly Listed[], said: Said): Piece[] {
    const manifest = encode({
        type: "silbo manifest",
        version: 2,
        desk: address.desk,
        desk_id: address.deskId,
        language: said.language,
        channel: "page",
        day: said.day,
        items: items.map((item) => ({ ...item, for: "reviewers" })),
        refused: [],
        answers: said.answers,
        mailbox: said.thread?.mailbox ?? null,
        reply_recipient: said.thread?.replyRecipient ?? null,
        in_reply_to: said.thread?.inReplyTo ?? null,
        withdraws: [...(said.thread?.withdraws ?? [])].sort(),
    });
    return archive([["manifest.json", manifest]], paddedSize);
}

/** Takes the files of a drop, piece by piece and one after the other; the manifest comes last. A piece is gone afterwards. */
export interface Outlet {
    put(name: string, piece: Bytes): Promise<void>;
}

/** Seals all of it. `step` is told how many bytes more are done; of these there are `work(items)`. `ready` gives an item its content. */
export async function sealDrop(
    slots: readonly string[],
    address: Address,
    items: readonly Item[],
    said: Said,
    hands: Hands,
    outlet: Outlet,
    step: (bytes: number) => void,
    ready: (item: Item) => Promise<Item>,
): Promise<{ items: Listed[]; manifest: Listed }> {
    const listed: Listed[] = [];
    const put = async (name: string, plaintext: Piece[]): Promise<Listed> => {
        const hasher = await Hasher.of(sealedSize(slots, plaintext.reduce((sum, piece) => sum + sizeOf(piece), 0)), SEALED_AT_ONCE);
        let size = 0;
        for await (const piece of seal(slots, plaintext, hands)) {
            hasher.update(piece);
            size += piece.length;
            await outlet.put(name, piece);
            step(piece.length);
            letGo(piece);
        }
        return { name, sha256: hex(await hasher.digest()), size };
    };
    for (const given of items) {
        const item = await ready(given);
        const name = `${String(listed.length + 1).padStart(4, "0")}.age`;
        listed.push(await put(name, await itemPlaintext(item, said.day)));
        if (item !== given && item.content instanceof Uint8Array) letGo(item.content);
    }
    return { items: listed, manifest: await put("manifest.age", manifestPlaintext(address, listed, said)) };
}

/** Whether these are the same, to the last byte of what they hold. */
export async function alike(some: readonly Item[], others: readonly Item[]): Promise<boolean> {
    const said = (items: readonly Item[]): string => JSON.stringify(items.map(({ content, ...rest }) => [sizeOf(content), Object.entries(rest).sort()]));
    if (said(some) !== said(others)) return false;
    for (const [at, { content }] of some.entries()) {
        const [one, other] = [new Blob([content]), new Blob([others[at]!.content])];
        for (let from = 0; from < one.size; from += ALIKE) {
            const [a, b] = await Promise.all([one, other].map(async (blob) => new Uint8Array(await blob.slice(from, from + ALIKE).arrayBuffer())));
            if (!same(a!, b!)) return false;
        }
    }
    return true;
}

/** About how many bytes are encrypted for these. */
export function work(items: readonly Item[]): number {
    return items.reduce((sum, item) => sum + paddedSize(sizeOf(item.content)), 0);
}

/** The files of a drop as blobs: ciphertext, which the browser may put where it likes. */
export class Kept implements Outlet {
    private readonly files = new Map<string, Blob[]>();

    put(name: string, piece: Bytes): Promise<void> {
        this.files.set(name, [...(this.files.get(name) ?? []), new Blob([piece])]);
        return Promise.resolve();
    }

    /** The drop's file, as it stands on a stick. */
    drop(): Blob {
        const names = [...this.files.keys()].sort();
        const members = ["manifest.age", ...names.filter((name) => name !== "manifest.age")];
        const pieces = archive(members.map((name) => [name, new Blob(this.files.get(name))]), (size) => size);
        return new Blob(pieces.map((piece) => ("zeros" in piece ? new Uint8Array(piece.zeros) : (piece as Blob))));
    }
}

export const newId = (): string => hex(random(16));
