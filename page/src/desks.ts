// The desks that the server has put into this page, with the key lists of their reviewers, judged here.

import { utf8 } from "./format/bytes";
import { fingerprint } from "./keys/fingerprint";
import { keyList, periodFor } from "./keys/keylist";

/** As it stands in the page: nothing of it is believed before a signature was checked. */
export interface UntrustedDesk {
    short: string;
    name: string;
    id: string | null;
    reviewers: { root: string; keys: string; signature: string }[];
    questions?: Asked[];
}

/** A question of a desk: ready-made, or in its own words, a language each. */
export interface Asked {
    id: string;
    ask: { [language: string]: string };
    choices: { [language: string]: string }[];
}

/** Whether two lists of one desk name the same reviewers: a server that gives others later is not believed. */
export function sameRoots(one: UntrustedDesk, other: UntrustedDesk): boolean {
    const roots = (desk: UntrustedDesk): string => desk.reviewers.map((each) => each.root).sort().join();
    return one.id === other.id && roots(one) === roots(other);
}

export interface Reader {
    root: string;
    label: string;
    words: string[];
    until: string;
}

/** A desk, who reads it, and the recipients that are valid today: empty where none is. */
export interface Desk {
    short: string;
    name: string;
    id: string | null;
    readers: Reader[];
    recipients: string[];
}

/** Throws if one list of a desk has no signature by its root: then nothing is sealed to that desk. */
export async function judged(untrusted: UntrustedDesk, list: readonly string[], today: string): Promise<Desk> {
    const { short, name, id } = untrusted;
    if (!/^[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?$/.test(short) || (id !== null && !/^[0-9a-f]{32}$/.test(id))) {
        throw new Error("no desk");
    }
    const desk: Desk = { short, name, id, readers: [], recipients: [] };
    const roots = new Set(untrusted.reviewers.map((reviewer) => reviewer.root));
    if (roots.size !== untrusted.reviewers.length) throw new Error("a reviewer who is there twice");
    for (const { root, keys, signature } of untrusted.reviewers) {
        const listed = await keyList(root, utf8(keys), signature, today);
        const period = periodFor(listed, today);
        if (!period) continue;
        desk.recipients.push(period.recipient);
        desk.readers.push({ root, label: listed.label, words: await fingerprint(root, list), until: listed.periods.at(-1)!.until });
    }
    return desk;
}
