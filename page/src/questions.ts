// What the page asks its worker, and what comes back.

import type { Typed } from "./codename/codename";
import type { Verdict } from "./clean/index";
import type { Painting } from "./clean/paint";
import type { Desk, UntrustedDesk } from "./desks";
import type { Door } from "./door/client";
import type { Opened, Sent, Unanswered, Unsure } from "./door/thread";
import type { Item, Said } from "./format/drop";
import type { Saved } from "./format/saved";

/** What a person says beside the items. */
export type Telling = Omit<Said, "thread" | "day"> & { inReplyTo: number | null; withdraws: string[] };

export type Question =
    | { kind: "desks"; desks: UntrustedDesk[]; list: string[]; today: string }
    | { kind: "clean"; file: Blob }
    | { kind: "server"; file: Blob }
    | { kind: "exact" }
    | { kind: "paint"; file: Blob; painting: Painting }
    | { kind: "seal"; desk: Desk; items: Item[]; said: Said }
    | { kind: "door"; base: string }
    | { kind: "codename"; typed: string | null; language: string; lists: { [language: string]: string }; unsure: Unsure | null }
    | { kind: "send"; door: Door; desk: Desk; items: Item[]; said: Telling }
    | { kind: "mail"; desk: Desk; today: string }
    | { kind: "read"; desk: Desk; reply: string; token: string }
    | { kind: "withdraw"; upload: string }
    | { kind: "save"; saved: Saved; language: string; lists: { [language: string]: string } }
    | { kind: "restore"; file: Blob; typed: string; language: string; lists: { [language: string]: string } }
    | { kind: "forget" };

/** What is no question: workers that share the work of one, and whether one is alive. */
export type Crew = { mates: MessagePort[] } | { mate: MessagePort } | { died: true } | { ping: true };

/** What is no answer: that others should help, that the worker is alive, that the line is down, and what commit waits for its answer. */
export type Call = { call: "mates" | "here" | "waiting" } | { call: "unsure"; made: Unanswered | null };

export type Answer = { id: number } & (
    | { desks: (Desk | null)[] }
    | { verdict: Verdict }
    | { exact: boolean }
    | { name: string; parts: Blob[] }
    | { door: Door | null }
    | { codename: string }
    | { wrong: Typed }
    | { saved: Blob; codename: string }
    | { restored: Saved | null }
    | { sent: true }
    | { replies: Opened[]; closed: number; drops: Sent[] }
    | { state: string; dropId: string }
    | { done: number }
    | { failed: true; code: string }
);
