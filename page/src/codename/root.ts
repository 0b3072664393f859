// What a codename opens: its root, and from that a mailbox at each desk (docs/protocol.md, "Mailboxes").

import { identityToRecipient } from "age-encryption";
import { argon2idAsync } from "@noble/hashes/argon2.js";
import { expand } from "@noble/hashes/hkdf.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { bech32 } from "@scure/base";
import { type Bytes, hex, joined, unhex, utf8 } from "../format/bytes";

const SALT = "silbo-codename-1";
const COST = { t: 3, m: 65536, p: 1, version: 0x13, dkLen: 32 };

/** 32 bytes. Takes some seconds and 64 MiB; `progress` is told how much is done, from 0 to 1. */
export async function rootOf(secret: string, progress: (done: number) => void): Promise<Bytes> {
    return (await argon2idAsync(utf8(secret), utf8(SALT), { ...COST, onProgress: progress })) as Bytes;
}

/** The mailbox of a codename at a desk (32 hex digits), and the identity that opens its replies. */
export interface Mailbox {
    id: string;
    identity: string;
    recipient: string;
}

export async function mailbox(root: Bytes, deskId: string): Promise<Mailbox> {
    const id = derived(root, "silbo/v1 mailbox", unhex(deskId), 16);
    const seed = derived(root, "silbo/v1 reply identity", unhex(deskId), 32);
    const identity = bech32.encode("age-secret-key-pq-", bech32.toWords(seed), false).toUpperCase();
    return { id: hex(id), identity, recipient: await identityToRecipient(identity) };
}

/** What withdraws the drop of this id (32 hex digits). */
export function withdrawalTag(root: Bytes, dropId: string): string {
    return hex(derived(root, "silbo/v1 withdraw", unhex(dropId), 32));
}

/** The `k`th upload of a day (`YYYY-MM-DD`) at a desk: whoever has the codename finds it again. */
export function uploadId(root: Bytes, deskId: string, day: string, k: number): string {
    return hex(derived(root, "silbo/v1 upload", joined(unhex(deskId), utf8(day), new Uint8Array([k])), 16));
}

/** The drop that an upload becomes. */
export function dropId(upload: string): string {
    return hex(sha256(joined(utf8("silbo/v1 drop"), unhex(upload)))).slice(0, 32);
}

function derived(root: Bytes, label: string, of: Uint8Array, size: number): Bytes {
    return expand(sha256, root, joined(utf8(label), of), size) as Bytes;
}
