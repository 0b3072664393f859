// Ten words for a public key, to be read aloud and compared (docs/protocol.md, "Fingerprint").

import { joined, sha256, utf8 } from "../format/bytes";
import { publicKey } from "./minisign";

const WORDS = 10;
const BITS = 11n;

/** `list` are the 2048 words of the English BIP39 list. */
export async function fingerprint(root: string, list: readonly string[]): Promise<string[]> {
    const digest = await sha256(joined(utf8("silbo/v1 fingerprint\0"), await publicKey(root)));
    let bits = digest.reduce((value, byte) => (value << 8n) | BigInt(byte), 0n) >> (256n - BITS * BigInt(WORDS));
    const words = [];
    for (let place = 0; place < WORDS; place++) {
        words.unshift(list[Number(bits & 2047n)]!);
        bits >>= BITS;
    }
    return words;
}
