// USTAR with every field fixed but name, size and checksum (docs/protocol.md, "Tar").

import { type Bytes, utf8 } from "./bytes";

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
export function archive(members: [name: string, content: Uint8Array][], total: (size: number) => number): Bytes {
    const used = members.reduce((sum, [, content]) => sum + BLOCK + content.length + gap(content.length), 0);
    const whole = new Uint8Array(total(used + END));
    let at = 0;
    for (const [name, content] of members) {
        whole.set(header(name, content.length), at);
        whole.set(content, at + BLOCK);
        at += BLOCK + content.length + gap(content.length);
    }
    return whole;
}
