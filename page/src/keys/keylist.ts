// Key lists: which recipient of a reviewer is to be used on a day (docs/protocol.md, "Key lists").

import type { Bytes } from "../format/bytes";
import { type Value, decode, members } from "../format/canonical";
import { verify } from "./minisign";

const LIMIT = 524288;
const MOST_PERIODS = 104;
const DAY = 86_400_000;
const LABEL = /^[\p{L}\p{N}](?:[\p{L}\p{N}_ .'-]{0,62}[\p{L}\p{N}_.'-])?$/u;

export interface Period {
    start: string;
    until: string;
    recipient: string;
}

export interface KeyList {
    root: string;
    label: string;
    issued: string;
    periods: Period[];
}

/** A list that `root` has signed, and nothing else. Throws. `today` is the day of this device. */
export async function keyList(root: string, untrusted: Bytes, untrustedSignature: string, today: string): Promise<KeyList> {
    await verify(root, untrusted, untrustedSignature);
    const list = decode(untrusted, LIMIT, ["type", "version", "root", "serial", "issued", "label", "periods"]);
    if (list["type"] !== "silbo key list" || list["version"] !== 1 || list["root"] !== root) throw new Error("no key list");
    const { issued, label, periods } = list;
    if (time(issued) > time(today) + DAY) throw new Error("a list of the future");
    if (typeof label !== "string" || !LABEL.test(label)) throw new Error("no label");
    if (!Array.isArray(periods) || periods.length < 1 || periods.length > MOST_PERIODS) throw new Error("no periods");
    return { root, label, issued: issued as string, periods: checked(periods.map(period)) };
}

/** The newest period with start <= day < until; null if there is none. */
export function periodFor(list: KeyList, day: string): Period | null {
    return list.periods.filter((each) => each.start <= day && day < each.until).at(-1) ?? null;
}

function period(untrusted: Value): Period {
    const { start, until, recipient } = members(untrusted, ["start", "until", "recipient"]);
    if (new Date(time(start)).getUTCDay() !== 1 || time(until) !== time(start) + 14 * DAY) throw new Error("no period");
    if (typeof recipient !== "string" || !/^age1(?:[a-z0-9]{58}|pq1[a-z0-9]{1952})$/.test(recipient)) throw new Error("no recipient");
    return { start: start as string, until: until as string, recipient };
}

function checked(periods: Period[]): Period[] {
    const ascending = periods.every((each, at) => at === 0 || periods[at - 1]!.start < each.start);
    const recipients = new Set(periods.map((each) => each.recipient));
    const types = new Set(periods.map((each) => each.recipient.length));
    if (!ascending || recipients.size !== periods.length || types.size !== 1) throw new Error("periods that can't be");
    return periods;
}

/** Milliseconds of the day's beginning in UTC. Throws unless it is a day of the calendar. */
export function time(day: unknown): number {
    if (typeof day !== "string" || !/^[0-9]{4}-[0-9]{2}-[0-9]{2}$/.test(day)) throw new Error("no day");
    const at = new Date(`${day}T00:00:00Z`);
    if (!(at.getTime() === at.getTime()) || at.toISOString().slice(0, 10) !== day) throw new Error("no day");
    return at.getTime();
}
