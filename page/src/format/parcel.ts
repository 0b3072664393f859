// A drop cut into parts that a bot can fetch, each an age file of its own (docs/protocol.md, "Source parcels").

import { type Bytes, hex, sha256 } from "./bytes";
import { encode } from "./canonical";
import { seal } from "./envelope";
import { paddedSize } from "./padding";
import { archive } from "./tar";

export const SLICE = 16773120;
const MOST_PARTS = 1000;

export const partsOf = (size: number): number => Math.ceil(size / SLICE);

/** What of a part is encrypted; `sha256` (hexadecimal) is that of the whole drop. */
export function partPlaintext(id: string, number: number, drop: Bytes, sha256: string): Bytes {
    const document = encode({
        type: "silbo source part",
        version: 1,
        id,
        number,
        parts: partsOf(drop.length),
        size: drop.length,
        sha256,
    });
    const slice = drop.subarray((number - 1) * SLICE, number * SLICE);
    return archive([["part.json", document], ["slice", slice]], paddedSize);
}

/** The files of all parts, one after the other: a caller that lets go of each holds one at a time. */
export async function* sealParts(slots: readonly string[], id: string, drop: Bytes): AsyncGenerator<Uint8Array> {
    const parts = partsOf(drop.length);
    if (parts > MOST_PARTS) throw new Error("a drop that is too large");
    const digest = hex(await sha256(drop));
    for (let number = 1; number <= parts; number++) {
        const label = ["silbo-part", id, String(number).padStart(4, "0")];
        yield await seal(slots, partPlaintext(id, number, drop, digest), label);
    }
}
