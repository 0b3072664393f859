// A drop cut into parts that a bot can fetch, each an age file of its own (docs/protocol.md, "Source parcels").

import { hex, letGo } from "./bytes";
import { encode } from "./canonical";
import { seal } from "./envelope";
import { type Hands, STEP } from "./hands";
import { Hasher } from "./hasher";
import { paddedSize } from "./padding";
import { type Piece, inSteps } from "./pieces";
import { archive } from "./tar";

export const SLICE = 16773120;
const MOST_PARTS = 1000;

export const partsOf = (size: number): number => Math.ceil(size / SLICE);

/** What of a part is encrypted; `sha256` (hexadecimal) is that of the whole drop. */
export function partPlaintext(id: string, number: number, drop: Blob, sha256: string): Piece[] {
    const document = encode({
        type: "silbo source part",
        version: 1,
        id,
        number,
        parts: partsOf(drop.size),
        size: drop.size,
        sha256,
    });
    const slice = drop.slice((number - 1) * SLICE, number * SLICE);
    return archive([["part.json", document], ["slice", slice]], paddedSize);
}

/** The files of all parts, one after the other. */
export async function* sealParts(slots: readonly string[], id: string, drop: Blob, hands: Hands, step: (bytes: number) => void): AsyncGenerator<Blob> {
    const parts = partsOf(drop.size);
    if (parts > MOST_PARTS) throw new Error("a drop that is too large");
    const hasher = await Hasher.of(drop.size);
    for await (const piece of inSteps([drop], STEP)) {
        hasher.update(piece);
        letGo(piece);
    }
    const digest = hex(await hasher.digest());
    for (let number = 1; number <= parts; number++) {
        const label = ["silbo-part", id, String(number).padStart(4, "0")];
        const pieces: Blob[] = [];
        for await (const piece of seal(slots, partPlaintext(id, number, drop, digest), hands, label)) {
            pieces.push(new Blob([piece]));
            step(piece.length);
            letGo(piece);
        }
        yield new Blob(pieces);
    }
}
