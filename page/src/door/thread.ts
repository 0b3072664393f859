// What a codename is good for at a desk: sending under it, reading answers, taking back (docs/protocol.md, "The page's door").

import { type Mailbox, dropId, mailbox, uploadId, withdrawalTag } from "../codename/root";
import type { Desk } from "../desks";
import { type Bytes, hex, joined, sha256 } from "../format/bytes";
import { type Item, type Listed, type Said, itemSize, manifestPlaintext, sealDrop, work } from "../format/drop";
import { sealedSize, slots } from "../format/envelope";
import type { Hands } from "../format/hands";
import { sizeOf } from "../format/pieces";
import { type Reply, openReply } from "../format/reply";
import { type Client, type Door, Refused } from "./client";
import { Upload } from "./upload";

const [DAYS, DAILY] = [64, 8];
const MOST_BLOCKS = 200;
const DAY_MS = 86_400_000;

/** A drop of this codename: `state` is "1" to "4" as the server says it. */
export interface Sent {
    upload: string;
    day: string;
    state: string;
}

export interface Opened extends Reply {
    sha256: string;
}

export class Thread {
    private readonly boxes = new Map<string, Mailbox>();

    constructor(
        private readonly client: Client,
        private readonly root: Bytes,
    ) {}

    /** Seals and sends. `fresh`: nobody ever sent under this codename. Rejects with Refused. */
    async send(
        door: Door,
        desk: Desk,
        items: readonly Item[],
        said: Omit<Said, "thread" | "day"> & { inReplyTo: number | null; withdraws: readonly string[] },
        fresh: boolean,
        hands: Hands,
        ready: (item: Item) => Promise<Item>,
        progress: (done: number) => void,
    ): Promise<void> {
        const box = await this.box(desk);
        const thread = { mailbox: box.id, replyRecipient: box.recipient, inReplyTo: said.inReplyTo, withdraws: said.withdraws };
        const words = { language: said.language, answers: said.answers, day: door.day, thread };
        const address = { desk: desk.short, deskId: desk.id, recipients: desk.recipients };
        const keys = await slots(desk.recipients);
        const upload = await this.free(desk, door.day, fresh);
        const sizes = items.map((item, at) => listed(at, sealedSize(keys, itemSize(item, door.day))));
        const manifest = manifestPlaintext(address, sizes, words);
        const all = [...sizes, listed(-1, sealedSize(keys, manifest.reduce((sum, piece) => sum + sizeOf(piece), 0)))];
        await this.client.open(upload, desk.id!, all.reduce((sum, { size }) => sum + size, 0), door.work);
        const outlet = new Upload(this.client, upload);
        let done = 0;
        const step = (bytes: number): void => progress(Math.min(0.99, (done += bytes) / (work(items) + 1)));
        const sealed = await sealDrop(keys, address, items, words, hands, outlet, step, ready);
        await outlet.commit(sealed.items, sealed.manifest, withdrawalTag(this.root, dropId(upload)));
    }

    /** All that was not read yet, and what could not be opened, counted. */
    async replies(desk: Desk): Promise<{ replies: Opened[]; closed: number }> {
        const box = await this.box(desk);
        const roots = desk.readers.map((reader) => reader.root);
        const replies: Opened[] = [];
        let closed = 0;
        for (const [digest, file] of await this.mail(box)) {
            try {
                if (hex(await sha256(file)) !== digest) throw new Error("another file");
                replies.push({ ...(await openReply(file, box, roots)), sha256: digest });
            } catch {
                closed++;
            }
        }
        return { replies: replies.sort((a, b) => a.number - b.number), closed };
    }

    async read(desk: Desk, reply: string, token: string): Promise<void> {
        await this.client.read(desk.id!, (await this.box(desk)).id, reply, token);
    }

    /** What was sent in the last 64 days, the newest first. */
    async sent(desk: Desk, today: string): Promise<Sent[]> {
        const first = Date.parse(`${today}T00:00:00Z`);
        const days = Array.from({ length: DAYS }, (_, back) => new Date(first - back * DAY_MS).toISOString().slice(0, 10));
        const all = days.flatMap((day) => Array.from({ length: DAILY }, (_, k) => ({ day, upload: uploadId(this.root, desk.id!, day, DAILY - 1 - k) })));
        const states = await this.client.states(all.map((each) => each.upload));
        return all.map((each, at) => ({ ...each, state: states[at]! })).filter((each) => each.state !== "0" && each.state !== "1");
    }

    /** The state afterwards: "4" is gone, "3" that the reviewers have it. */
    async withdraw(upload: string): Promise<string> {
        return await this.client.withdraw(upload, withdrawalTag(this.root, dropId(upload)));
    }

    private async box(desk: Desk): Promise<Mailbox> {
        if (!desk.id) throw new Refused("gone");
        const box = this.boxes.get(desk.id) ?? (await mailbox(this.root, desk.id));
        this.boxes.set(desk.id, box);
        return box;
    }

    private async free(desk: Desk, day: string, fresh: boolean): Promise<string> {
        const uploads = Array.from({ length: DAILY }, (_, k) => uploadId(this.root, desk.id!, day, k));
        const at = fresh ? 0 : (await this.client.states(uploads)).indexOf("0");
        if (at < 0) throw new Refused("often");
        return uploads[at]!;
    }

    /** The sealed replies by their hashes. */
    private async mail(box: Mailbox): Promise<Map<string, Bytes>> {
        const pieces = new Map<string, Bytes[]>();
        let sizes: { sha256: string; size: number }[] = [];
        let [reply, from]: [string | null, number] = [null, 0];
        for (let blocks = 0; blocks < MOST_BLOCKS; blocks++) {
            const block = await this.client.block(box.id, reply, from);
            const length = new DataView(block.buffer).getUint32(0);
            const told = JSON.parse(new TextDecoder().decode(block.subarray(4, 4 + length))) as Told;
            if (reply === null) sizes = told.replies;
            let at = 4 + length;
            for (const piece of told.pieces) {
                pieces.set(piece.sha256, [...(pieces.get(piece.sha256) ?? []), block.slice(at, at + piece.size)]);
                at += piece.size;
            }
            const has = (digest: string): number => (pieces.get(digest) ?? []).reduce((sum, piece) => sum + piece.length, 0);
            const next = sizes.find(({ sha256, size }) => has(sha256) < size);
            if (!next || told.pieces.length === 0) break;
            [reply, from] = [next.sha256, has(next.sha256)];
        }
        return new Map([...pieces].map(([digest, all]) => [digest, joined(...all)]));
    }
}

interface Told {
    replies: { sha256: string; size: number }[];
    pieces: { sha256: string; from: number; size: number }[];
}

const listed = (at: number, size: number): Listed => ({ name: `${String(at + 1).padStart(4, "0")}.age`, sha256: "0".repeat(64), size });
