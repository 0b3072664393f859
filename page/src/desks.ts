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

/** Whether it has the shape of a desk; what it asks is not looked at. */
export function isDesk(untrusted: unknown): untrusted is UntrustedDesk {
    const { short, name, id, reviewers } = (untrusted ?? {}) as Partial<UntrustedDesk>;
    if (![short, name, id ?? ""].every((each) => typeof each === "string") || !Array.isArray(reviewers)) return false;
    return reviewers.every((each) => ["root", "keys", "signature"].every((key) => typeof each?.[key as "root"] === "string"));
}

/**
 * The desk with the lists that a server has now. Its name and its questions stay those of the page, so that none is taken for another, and no list
 * is older than the page's. With other reviewers than the page's it has no signatures: nothing is sealed to it.
 */
export function renewed(desk: UntrustedDesk, told: UntrustedDesk): UntrustedDesk {
    const lists = new Map(told.reviewers.map((each) => [each.root, each]));
    const same = desk.id === told.id && told.reviewers.length === desk.reviewers.length && desk.reviewers.every(({ root }) => lists.has(root));
    const now = (own: UntrustedDesk["reviewers"][0]): typeof own => {
        const list = lists.get(own.root);
        if (!same || !list) return { ...own, signature: "" };
        return own.signature && serial(list.keys) < serial(own.keys) ? own : list;
    };
    return { ...desk, reviewers: desk.reviewers.map(now) };
}

/** What a list says is its number; a false one has no signature. */
function serial(untrusted: string): number {
    try {
        return Number((JSON.parse(untrusted) as { serial: unknown }).serial);
    } catch {
        return -1;
    }
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
    /** Whoever may have written an answer, by their root: those whose keys are over today, too. */
    authors: Record<string, string>;
    recipients: string[];
}

/** Throws if one list of a desk has no signature by its root: then nothing is sealed to that desk. */
export async function judged(untrusted: UntrustedDesk, list: readonly string[], today: string): Promise<Desk> {
    const { short, name, id } = untrusted;
    if (!/^[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?$/.test(short) || (id !== null && !/^[0-9a-f]{32}$/.test(id))) {
        throw new Error("no desk");
    }
    const desk: Desk = { short, name, id, readers: [], authors: {}, recipients: [] };
    const roots = new Set(untrusted.reviewers.map((reviewer) => reviewer.root));
    if (roots.size !== untrusted.reviewers.length) throw new Error("a reviewer who is there twice");
    for (const { root, keys, signature } of untrusted.reviewers) {
        const listed = await keyList(root, utf8(keys), signature, today);
        desk.authors[root] = listed.label;
        const period = periodFor(listed, today);
        if (!period) continue;
        desk.recipients.push(period.recipient);
        desk.readers.push({ root, label: listed.label, words: await fingerprint(root, list), until: listed.periods.at(-1)!.until });
    }
    return desk;
}
