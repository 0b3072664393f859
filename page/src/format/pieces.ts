// Content that is never whole in memory: pieces in a row, read in buffers of one size.

import { type Bytes, letGo } from "./bytes";

/** Bytes, a file of the device, either of them and who is told what was read, zeros, or what is known only when all before it was read. */
export type Piece = Bytes | Blob | { size: number; content: Bytes | Blob; seen: (bytes: Bytes) => void } | { zeros: number } | { size: number; later: () => Promise<Bytes> };

export function sizeOf(piece: Piece): number {
    if (piece instanceof Uint8Array) return piece.length;
    return "zeros" in piece ? piece.zeros : piece.size;
}

/** The pieces in buffers of `step` bytes, each its own or a `spare` one; the last one has the rest, and is empty only if all is. */
export async function* inSteps(pieces: readonly Piece[], step: number, spare: Bytes[] = []): AsyncGenerator<Bytes> {
    const total = pieces.reduce((sum, piece) => sum + sizeOf(piece), 0);
    const fresh = (size: number): Bytes => (size < step ? undefined : spare.pop()) ?? new Uint8Array(size);
    let buffer = fresh(Math.min(step, total));
    let filled = 0;
    let left = total;
    if (total === 0) yield buffer;
    for (const piece of pieces) {
        const size = sizeOf(piece);
        const known = "later" in piece ? await piece.later() : "content" in piece ? piece.content : piece;
        const seen = "content" in piece ? piece.seen : undefined;
        if (sizeOf(known) !== size) throw new Error("a piece of another size than was said");
        for (let at = 0; at < size; ) {
            const taken = Math.min(size - at, buffer.length - filled);
            const bytes = known instanceof Uint8Array ? known.subarray(at, at + taken) : known instanceof Blob ? await read(known, at, taken) : null;
            if (bytes) {
                seen?.(bytes);
                buffer.set(bytes, filled);
                if (known instanceof Blob) letGo(bytes);
            } else buffer.fill(0, filled, filled + taken);
            at += taken;
            filled += taken;
            left -= taken;
            if (filled < buffer.length) continue;
            yield buffer;
            buffer = fresh(Math.min(step, left));
            filled = 0;
        }
    }
}

/** So many bytes of a file from there on. Rejects if it is another by now. */
export async function read(file: Blob, at: number, size: number): Promise<Bytes> {
    const bytes = new Uint8Array(await file.slice(at, at + size).arrayBuffer());
    if (bytes.length !== size) throw new Error("a file that has become shorter");
    return bytes;
}

/** All of it at once. */
export async function whole(pieces: readonly Piece[]): Promise<Bytes> {
    const all = inSteps(pieces, pieces.reduce((sum, piece) => sum + sizeOf(piece), 0));
    return (await all.next()).value as Bytes;
}
