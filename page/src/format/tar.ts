// USTAR with every field fixed but name, size and checksum (docs/protocol.md, "Tar").

import { type Bytes, utf8 } from "./bytes";
import { type Piece, sizeOf } from "./pieces";

export const BLOCK = 512;
export const END = 1024;

const octal = (value: number, digits: number): string => value.toString(8).padStart(digits, "0");

/** The header of a plain file: 512 bytes. */
export function header(name: string, size: number): Bytes {
    const block = new Uint8Array(BLOCK);
    const put = (text: string, at: number): void => block.set(utf8(text), at);
    put(name, 0);
    put("0000600\0" + "0000000\0" + "0000000\0", 100);
    put(`${octal(size, 11)}\0${octal(0, 11)}\0        0`, 124);
    put("ustar\0" + "00", 257);
    put(`${octal(block.reduce((sum, byte) => sum + byte, 0), 6)}\0 `, 148);
    return block;
}

/** How many zeros stand behind a content of this size. */
export function gap(size: number): number {
    return (BLOCK - (size % BLOCK)) % BLOCK;
}

/** The members one after the other, and zeros up to `total(size so far)` bytes. */
export function archive(members: [name: string, content: Piece][], total: (size: number) => number): Piece[] {
    const pieces = members.flatMap(([name, content]) => {
        const size = sizeOf(content);
        return [header(name, size), content, { zeros: gap(size) }];
    });
    const used = pieces.reduce((sum, piece) => sum + sizeOf(piece), END);
    return [...pieces, { zeros: total(used) - used + END }];
}
