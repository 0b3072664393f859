// Eight stanzas on every file, so that nobody counts or names the reviewers (docs/protocol.md, "Envelope").
//
// What is encrypted, and how, is age's: here is only which recipients in which order.

import { Encrypter, type Recipient, Stanza, generateHybridIdentity, generateX25519Identity, identityToRecipient } from "age-encryption";
import { type Bytes, random } from "./bytes";

const SLOTS = 8;
const HYBRID = "age1pq1";

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

/** An age file, its stanzas in an order drawn anew; a `label` stands in front of them and opens nothing. */
export async function seal(slots: readonly string[], plaintext: Bytes, label?: readonly string[]): Promise<Uint8Array> {
    const encrypter = new Encrypter();
    if (label) encrypter.addRecipient(new Label(label));
    for (const recipient of shuffled(slots)) encrypter.addRecipient(recipient);
    return await encrypter.encrypt(plaintext);
}

class Label implements Recipient {
    constructor(private readonly args: readonly string[]) {}

    wrapFileKey(): Stanza[] {
        return [new Stanza([...this.args], new Uint8Array(0))];
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
