// Eight stanzas on every file, so that nobody counts or names the reviewers (docs/protocol.md, "Envelope").
//
// The header is typage's. The payload's chunks are encrypted here, several at a time (docs/adr/0247).

import { Encrypter, type Recipient, Stanza, generateHybridIdentity, generateX25519Identity, identityToRecipient } from "age-encryption";
import { hkdf } from "@noble/hashes/hkdf.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { type Bytes, joined, letGo, random, utf8 } from "./bytes";
import { CHUNK, type Hands, STEP } from "./hands";
import { type Piece, inSteps, sizeOf } from "./pieces";

const SLOTS = 8;
const HYBRID = "age1pq1";
const NONCE = 16;
const EMPTY = 16;

/** The reviewers' recipients among discarded ones of the same type: 8, or the next multiple of it. */
export async function slots(reviewers: readonly string[]): Promise<string[]> {
    const hybrid = reviewers.filter((recipient) => recipient.startsWith(HYBRID)).length;
    if (reviewers.length === 0 || ![0, reviewers.length].includes(hybrid)) throw new Error("no keys of one type");
    const all = [...reviewers];
    while (all.length % SLOTS) {
        const discarded = await (hybrid ? generateHybridIdentity() : generateX25519Identity());
        all.push(await identityToRecipient(discarded));
    }
    return all;
}

/** An age file in pieces, its stanzas in an order drawn anew; a `label` stands in front and opens nothing. */
export async function* seal(
    slots: readonly string[],
    plaintext: readonly Piece[],
    hands: Hands,
    label?: readonly string[],
): AsyncGenerator<Bytes> {
    const { header, fileKey } = await begun(slots, label);
    const nonce = random(NONCE);
    const key = hkdf(sha256, fileKey, nonce, utf8("payload"), 32) as Bytes;
    yield joined(header, nonce);
    const total = plaintext.reduce((sum, piece) => sum + sizeOf(piece), 0);
    const [waiting, spare]: [Promise<Bytes>[], Bytes[]] = [[], []];
    let at = 0;
    for await (const plain of inSteps(plaintext, STEP, spare)) {
        const [first, end] = [at / CHUNK, at + plain.length];
        if (!Number.isInteger(first) || (end === at && total > 0)) throw new Error("a chunk's number would come twice");
        at = end;
        const sealed = hands.do({ key, first, plain, last: end === total }).finally(() => void (plain.length === STEP ? spare.push(plain) : letGo(plain)));
        sealed.catch(() => {}); // it is told where its turn comes
        waiting.push(sealed);
        if (waiting.length > hands.width) yield await waiting.shift()!;
    }
    for (const piece of waiting) yield await piece;
    spare.forEach(letGo);
}

/** How many bytes a file without a label has, by its plaintext's. */
export function sealedSize(slots: readonly string[], size: number): number {
    const stanza = slots[0]!.startsWith(HYBRID) ? 1557 : 98;
    return 22 + slots.length * stanza + 48 + NONCE + size + 16 * Math.max(1, Math.ceil(size / CHUNK));
}

/** A header as typage writes it, and the file key that its stanzas hold. */
async function begun(slots: readonly string[], label?: readonly string[]): Promise<{ header: Bytes; fileKey: Bytes }> {
    const encrypter = new Encrypter();
    const own = new Label(label ?? null);
    encrypter.addRecipient(own);
    for (const recipient of shuffled(slots)) encrypter.addRecipient(recipient);
    const empty = await encrypter.encrypt(new Uint8Array(0));
    return { header: empty.slice(0, -NONCE - EMPTY), fileKey: own.fileKey };
}

/** A stanza that opens nothing, or none: typage tells every recipient the file key. */
class Label implements Recipient {
    fileKey: Bytes = new Uint8Array(0);

    constructor(private readonly args: readonly string[] | null) {}

    wrapFileKey(fileKey: Uint8Array): Stanza[] {
        this.fileKey = fileKey.slice();
        return this.args ? [new Stanza([...this.args], new Uint8Array(0))] : [];
    }
}

function shuffled(all: readonly string[]): string[] {
    const order = [...all];
    for (let last = order.length - 1; last > 0; last--) {
        const other = below(last + 1);
        [order[last], order[other]] = [order[other]!, order[last]!];
    }
    return order;
}

/** A random number from 0 to `bound` - 1 (at most 256), none likelier than another. */
function below(bound: number): number {
    for (;;) {
        const byte = random(1)[0]!;
        if (byte < 256 - (256 % bound)) return byte % bound;
    }
}
