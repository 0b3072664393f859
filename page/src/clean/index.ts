// One file from the source: cleaned and judged, or told what it may reveal. Nothing passes in silence.

import type { Bytes } from "../format/bytes";
import { holdsOnlyAPicture } from "../verify/picture";
import { cleanJpeg } from "./jpeg";
import { type Cleaned, type Family, familyOf } from "./picture";
import { cleanPng } from "./png";
import { cleanWebp } from "./webp";

export type Verdict = { clean: Cleaned } | { family: Family };

/** The clean copy of a picture that the second reader agrees to; for all else what kind of file it is. */
export async function clean(untrusted: Bytes): Promise<Verdict> {
    const family = familyOf(untrusted);
    for (const cleaner of [cleanJpeg, cleanPng, cleanWebp]) {
        try {
            const copy = await cleaner(untrusted);
            if (await holdsOnlyAPicture(copy.content, copy.mediaType)) return { clean: copy };
        } catch {
            // another kind, or damaged: it is not cleaned here
        }
    }
    return { family };
}
