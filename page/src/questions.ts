// What the page asks its worker, and what comes back.

import type { Verdict } from "./clean/index";
import type { Desk, UntrustedDesk } from "./desks";
import type { Bytes } from "./format/bytes";
import type { Item } from "./format/drop";

export type Question =
    | { kind: "desks"; desks: UntrustedDesk[]; list: string[]; today: string }
    | { kind: "clean"; content: Bytes }
    | { kind: "seal"; desk: Desk; items: Item[]; language: string; today: string };

export type Answer = { id: number } & (
    | { desks: (Desk | null)[] }
    | { verdict: Verdict }
    | { name: string; parts: Bytes[] }
    | { done: number }
    | { failed: true }
);
