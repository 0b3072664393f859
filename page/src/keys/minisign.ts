// Signatures in minisign's format, prehashed only (docs/protocol.md, "Signatures").

import { ed25519 } from "@noble/curves/ed25519.js";
import { blake2b } from "@noble/hashes/blake2.js";
import { type Bytes, joined, same, sha256, unbase64, utf8 } from "../format/bytes";

const UNTRUSTED = "untrusted comment: ";
const TRUSTED = "trusted comment: ";

/** The Ed25519 key (32 bytes) in a public key's text. Throws unless the text is the one that this key has. */
export async function publicKey(untrusted: string): Promise<Bytes> {
    const raw = unbase64(untrusted, 42);
    const key = raw.slice(10);
    if (!same(raw.slice(0, 10), joined(utf8("Ed"), (await sha256(key)).slice(0, 8)))) throw new Error("no public key");
    return key;
}

/** Returns if `untrustedSignature`, a file's text, is `root`'s over the message. Throws for all else. */
export async function verify(root: string, untrustedMessage: Uint8Array, untrustedSignature: string): Promise<void> {
    const key = await publicKey(root);
    const lines = untrustedSignature.split("\n");
    if (untrustedSignature.length > 2048 || lines.length !== 5 || lines[4] !== "") throw new Error("no signature");
    if (!lines[0]!.startsWith(UNTRUSTED) || !lines[2]!.startsWith(TRUSTED)) throw new Error("no signature");
    const first = unbase64(lines[1]!, 74);
    const second = unbase64(lines[3]!, 64);
    if (!same(first.slice(0, 10), joined(utf8("ED"), (await sha256(key)).slice(0, 8)))) throw new Error("another key");
    check(key, blake2b(untrustedMessage, { dkLen: 64 }), first.slice(10));
    check(key, joined(first.slice(10), utf8(lines[2]!.slice(TRUSTED.length))), second);
}

/** As libsodium does: S is reduced, the key is canonical, and neither it nor R is of small order. */
function check(key: Bytes, message: Uint8Array, signature: Bytes): void {
    const r = ed25519.Point.fromBytes(signature.slice(0, 32), false);
    if (r.isSmallOrder() || !ed25519.verify(signature, message, key, { zip215: false })) throw new Error("it does not fit");
}
