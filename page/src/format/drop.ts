// Items, the manifest over them, the drop that holds all of it (docs/protocol.md, "Item", "Manifest", "Drop").

import { type Bytes, hex, random, sha256 } from "./bytes";
import { encode } from "./canonical";
import { seal } from "./envelope";
import { paddedSize } from "./padding";
import { archive } from "./tar";

export type Cleaning = "text" | "clean" | "uncleaned";

/** One message or file. `removed` are codes of what was taken out, `notes` of what remains. */
export interface Item {
    content: Bytes;
    extension: string;
    mediaType: string;
    cleaning: Cleaning;
    removed: readonly string[];
    notes: readonly string[];
}

/** Whom a drop is for: the desk, and the recipients of its reviewers that are valid today. */
export interface Address {
    desk: string;
    deskId: string | null;
    recipients: readonly string[];
}

/** What of an item is encrypted. */
export async function itemPlaintext(item: Item, day: string): Promise<Bytes> {
    const document = encode({
        type: "silbo item",
        version: 2,
        kind: item.cleaning === "text" ? "text" : "file",
        media_type: item.mediaType,
        day,
        cleaning: item.cleaning,
        removed: [...new Set(item.removed)].sort(),
        notes: [...new Set(item.notes)].sort(),
        sha256: hex(await sha256(item.content)),
    });
    return archive([[`content.${item.extension}`, item.content], ["item.json", document]], paddedSize);
}

/** An item as the manifest lists it; hash (hexadecimal) and size are those of its age file. */
export interface Listed {
    name: string;
    sha256: string;
    size: number;
}

/** What of a manifest is encrypted. */
export function manifestPlaintext(address: Address, items: readonly Listed[], language: string, day: string): Bytes {
    const manifest = encode({
        type: "silbo manifest",
        version: 2,
        desk: address.desk,
        desk_id: address.deskId,
        language,
        channel: "page",
        day,
        items: items.map((item) => ({ ...item, for: "reviewers" })),
        refused: [],
        answers: {},
        mailbox: null,
        reply_recipient: null,
        in_reply_to: null,
        withdraws: [],
    });
    return archive([["manifest.json", manifest]], paddedSize);
}

/** The file of a drop, as it stands on a stick. `step` is told of every item that is done. */
export async function sealDrop(
    slots: readonly string[],
    address: Address,
    items: readonly Item[],
    language: string,
    day: string,
    step: () => void,
): Promise<Bytes> {
    const members: [string, Uint8Array][] = [];
    const listed: Listed[] = [];
    for (const item of items) {
        const file = await seal(slots, await itemPlaintext(item, day));
        const name = `${String(members.length + 1).padStart(4, "0")}.age`;
        members.push([name, file]);
        listed.push({ name, sha256: hex(await sha256(file as Bytes)), size: file.length });
        step();
    }
    const sealed = await seal(slots, manifestPlaintext(address, listed, language, day));
    return archive([["manifest.age", sealed], ...members], (size) => size);
}

export const newId = (): string => hex(random(16));
