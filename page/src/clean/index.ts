// One file from the source: cleaned and judged, or told what it may reveal. Nothing passes in silence.

import { type Bytes, letGo, same } from "../format/bytes";
import { holdsOnlyAPicture } from "../verify/picture";
import { cleanJpeg } from "./jpeg";
import { type Cleaned, type Family, familyOf } from "./picture";
import { cleanPng } from "./png";
import { cleanWebp } from "./webp";

/** `unchanged`: the clean copy is the file, byte for byte; `drawn`: it was made of what the browser shows. */
export type Verdict = { clean: Cleaned; unchanged: boolean; drawn?: true } | { family: Family };

/** A picture is cleaned whole, in memory; none of a camera is bigger. */
const LARGEST = 50_000_000;
const HEAD = 16;

/** The same of a file of the device, of which no more is read than has to be. */
export async function look(file: Blob): Promise<Verdict> {
    const family = familyOf(new Uint8Array(await file.slice(0, HEAD).arrayBuffer()));
    if (family !== "picture" || file.size > LARGEST) return { family };
    const untrusted = new Uint8Array(await file.arrayBuffer());
    const verdict = await clean(untrusted);
    letGo(untrusted);
    return verdict;
}

/** HEIC or AVIF with a still picture; a moving one would lose what moves without a word. */
export async function isHeif(file: Blob): Promise<boolean> {
    const head = String.fromCharCode(...new Uint8Array(await file.slice(4, 12).arrayBuffer()));
    return /^ftyp(heic|heix|mif1|avif)$/.test(head) && file.size <= LARGEST;
}

/** The clean copy of a picture that the second reader agrees to; for all else what kind of file it is. */
export async function clean(untrusted: Bytes): Promise<Verdict> {
    const family = familyOf(untrusted);
    for (const cleaner of [cleanJpeg, cleanPng, cleanWebp]) {
        try {
            const copy = await cleaner(untrusted);
            if (await holdsOnlyAPicture(copy.content, copy.mediaType)) {
                return { clean: copy, unchanged: same(copy.content, untrusted) };
            }
        } catch {
            // another kind, or damaged: it is not cleaned here
        }
    }
    return { family };
}
