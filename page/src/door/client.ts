// What the page asks of the server that it came from (docs/protocol.md, "The page's door"): nothing that names anybody.

import { sha256 } from "@noble/hashes/sha2.js";
import { type UntrustedDesk, isDesk } from "../desks";
import type { Cleaned } from "../clean/picture";
import { type Bytes, hex, letGo, random, utf8 } from "../format/bytes";
import { paddedSize } from "../format/padding";
import { time } from "../keys/keylist";

const FILLER = 512;
const BLOCK = 262144;
const [TRIES, FIRST_MS, LONGEST_MS] = [9, 500, 20_000];
/** Of what is under way: a line may be down for a quarter of an hour, which is told after a few. */
const [UNDER_WAY, TOLD] = [60, 4];
const KNOCKS = 4;
/** A part takes minutes over Tor. */
const [ANSWER_MS, PART_MS] = [120_000, 1_200_000];
/** The most that is read of an answer, in bytes: of one of ours, and of a proxy's. */
const MOST = { desks: 33_554_432, small: 65_536, clean: 100_000_000 };

/** What a server says of itself; nothing of the desks is believed yet. */
export interface Door {
    day: string;
    limit: number;
    work: { bits: number; challenge: string };
    desks: UntrustedDesk[];
    /** Bytes of the largest file that this server cleans. */
    cleans: number;
}

/** The server's code for why not; "lost" where there was no answer at all. */
export class Refused extends Error {
    constructor(readonly code: string) {
        super(code);
    }
}

type Json = { [key: string]: unknown };
type Body = BodyInit | null;
/** What is said of a clean copy; nothing of it is believed before it was looked at. */
type Copy = { media_type: string; extension: string; size: number; removed: string[]; notes: string[] };

export class Client {
    private work: Door["work"] | null = null;

    /** `base` is the address of the page, up to its last "/"; `waiting` is told when the line is down for a while. */
    constructor(
        private readonly base: string,
        private readonly waiting: () => void = () => {},
    ) {}

    /** What the server says, or null where no server of this kind answers. */
    async desks(): Promise<Door | null> {
        const text = await again(async () => await textOf(await this.fetched("GET", "desks", null), MOST.desks), KNOCKS).catch(() => "");
        try {
            const answer = JSON.parse(text) as Json;
            const { day, limit, work, desks, cleans } = answer as unknown as Door;
            const sound = answer["type"] === "silbo desks" && answer["version"] === 1 && Number.isSafeInteger(limit) && String(work.challenge).length <= 256;
            time(day);
            this.work = { bits: Number(work.bits), challenge: String(work.challenge) };
            return sound && Array.isArray(desks) && desks.every(isDesk) ? { day, limit, work: { bits: Number(work.bits), challenge: String(work.challenge) }, desks, cleans: Number(cleans) || 0 } : null;
        } catch {
            return null;
        }
    }

    async open(upload: string, desk: string, size: number, work: Door["work"]): Promise<void> {
        const nonce = await worked(work, upload);
        await this.json("PUT", upload, JSON.stringify({ desk, size, nonce }));
    }

    async part(upload: string, item: string, number: number, content: Blob): Promise<void> {
        await this.json("PUT", `${upload}/${item}/${number}`, content, UNDER_WAY);
    }

    async commit(upload: string, body: Json): Promise<void> {
        await this.json("POST", upload, JSON.stringify(body), UNDER_WAY);
    }

    /** A character for each of at most 512 uploads, in their order. */
    async states(uploads: readonly string[]): Promise<string> {
        const all = [...uploads, ...Array.from({ length: FILLER - uploads.length }, () => hex(random(16)))];
        const { states } = await this.json("POST", "drops", JSON.stringify({ uploads: all }));
        if (typeof states !== "string" || !/^[0-4]{512}$/.test(states)) throw new Refused("malformed");
        return states.slice(0, uploads.length);
    }

    async withdraw(upload: string, tag: string): Promise<string> {
        return String((await this.json("POST", "withdraw", JSON.stringify({ upload, tag })))["state"]);
    }

    async read(desk: string, mailbox: string, reply: string, token: string): Promise<void> {
        await this.json("POST", "read", JSON.stringify({ desk, mailbox, reply, token }));
    }

    /** One block of a mailbox, from a place in it on. */
    async block(mailbox: string, reply: string | null, from: number): Promise<Bytes> {
        const body = JSON.stringify({ mailbox, reply, from });
        return await again(async () => {
            const answer = await this.fetched("POST", "mailbox", body);
            const bytes = await bytesOf(answer, BLOCK);
            if (answer.ok && bytes.length === BLOCK) return bytes;
            throw new Refused(codeOf(new TextDecoder().decode(bytes)));
        });
    }

    /** A clean copy of a file that the server may read: the person wished that. */
    async clean(file: Blob): Promise<Cleaned> {
        const head = new Uint8Array(4);
        new DataView(head.buffer).setUint32(0, file.size);
        const filler = new Uint8Array(paddedSize(4 + file.size) - 4 - file.size);
        const body = new Blob([head, file, filler]); // its length on the line is a size class
        return await again(async () => {
            const answer = await this.fetched("POST", "clean", body, await this.paid());
            const bytes = await bytesOf(answer, answer.ok ? MOST.clean : MOST.small);
            if (!answer.ok) {
                const code = codeOf(new TextDecoder().decode(bytes));
                if (code === "work") this.work = null; // it is hours old
                throw new Refused(code === "work" ? "later" : code);
            }
            const told = 4 + new DataView(bytes.buffer).getUint32(0);
            const { media_type, extension, size, removed, notes } = JSON.parse(new TextDecoder().decode(bytes.subarray(4, told))) as Copy;
            const named = /^[a-z0-9]{1,8}$/.test(extension) && /^[a-z]+\/[a-z0-9.+-]{1,90}$/.test(media_type);
            const sized = Number.isSafeInteger(size) && size > 0 && told + size <= bytes.length;
            if (!named || !sized || ![...removed, ...notes].every((code) => /^[a-z0-9_]{1,40}$/.test(code))) throw new Refused("malformed");
            const content = bytes.slice(told, told + size);
            letGo(bytes);
            return { content, mediaType: media_type, extension, removed: [...removed], notes: [...notes] };
        });
    }

    /** Work for one file, in a header: the body has the length of a size class. */
    private async paid(): Promise<HeadersInit> {
        if (!this.work) await this.desks();
        if (!this.work?.bits) return {};
        const id = hex(random(16));
        return { "Silbo-Work": `${id}:${await worked(this.work, id)}` };
    }

    private async json(method: string, path: string, body: Body, most = TRIES): Promise<Json> {
        return await again(async () => {
            const text = await textOf(await this.fetched(method, path, body), MOST.small);
            const code = codeOf(text);
            if (code !== "ok") throw new Refused(code);
            return JSON.parse(text) as Json;
        }, most, this.waiting);
    }

    private async fetched(method: string, path: string, body: Body, more: HeadersInit = {}): Promise<Response> {
        const type = body instanceof Blob ? "application/octet-stream" : "application/json";
        const headers: HeadersInit = body === null ? {} : { ...more, "Content-Type": type };
        return await fetch(`${this.base}door/${path}`, {
            method,
            body,
            headers,
            credentials: "omit",
            referrerPolicy: "no-referrer",
            cache: "no-store",
            redirect: "error",
            signal: AbortSignal.timeout(body instanceof Blob ? PART_MS : ANSWER_MS),
        });
    }
}

/** All of an answer. Rejects where it is longer than `most` bytes. */
async function bytesOf(answer: Response, most: number): Promise<Bytes> {
    const pieces: Bytes[] = [];
    let size = 0;
    const reader = answer.body?.getReader();
    for (let piece = await reader?.read(); piece?.value; piece = await reader?.read()) {
        pieces.push(piece.value as Bytes);
        size += piece.value.length;
        if (size <= most) continue;
        await reader?.cancel();
        throw new Refused("lost");
    }
    return new Uint8Array(await new Blob(pieces).arrayBuffer());
}

async function textOf(answer: Response, most: number): Promise<string> {
    return new TextDecoder().decode(await bytesOf(answer, most));
}

function codeOf(untrusted: string): string {
    try {
        return String((JSON.parse(untrusted) as Json)["code"]);
    } catch {
        return "lost"; // of a proxy on the way
    }
}

/** The same request again while nothing answers: each of them changes nothing the second time. */
async function again<T>(ask: () => Promise<T>, most = TRIES, waiting: () => void = () => {}): Promise<T> {
    for (let tries = 1; ; tries++) {
        try {
            return await ask();
        } catch (error) {
            const code = error instanceof Refused ? error.code : "lost";
            if (tries === most || !["lost", "later"].includes(code)) throw new Refused(code);
            if (tries >= TOLD) waiting();
            await new Promise((resolve) => setTimeout(resolve, Math.min(LONGEST_MS, FIRST_MS * 2 ** tries)));
        }
    }
}

/** The nonce that the server asks for, so that nobody opens very many uploads. */
async function worked({ bits, challenge }: Door["work"], upload: string): Promise<string> {
    if (!(bits > 0)) return "";
    if (bits > 26) throw new Refused("work");
    for (let nonce = 0; ; nonce++) {
        const text = nonce.toString(16);
        const view = new DataView(sha256(utf8(`silbo/v1 work:${challenge}:${upload}:${text}`)).buffer);
        if (view.getUint32(0) >>> (32 - bits) === 0) return text;
        if (nonce % 50_000 === 49_999) await new Promise((resolve) => setTimeout(resolve, 0));
    }
}
