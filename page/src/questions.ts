// What the page asks its worker, and what comes back.

import type { Verdict } from "./clean/index";
import type { Desk, UntrustedDesk } from "./desks";
import type { Item, Said } from "./format/drop";

export type Question =
    | { kind: "desks"; desks: UntrustedDesk[]; list: string[]; today: string }
    | { kind: "clean"; file: Blob }
    | { kind: "seal"; desk: Desk; items: Item[]; said: Said };

/** What is no question: workers that share the work of one. */
export type Crew = { mates: MessagePort[] } | { mate: MessagePort };

export type Answer = { id: number } & (
    | { desks: (Desk | null)[] }
    | { verdict: Verdict }
    | { name: string; parts: Blob[] }
    | { done: number }
    | { failed: true }
);
