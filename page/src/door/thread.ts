// What a codename is good for at a desk: sending under it, reading answers, taking back (docs/protocol.md, "The page's door").

import { type Mailbox, dropId, mailbox, uploadId, withdrawalTag } from "../codename/root";
import type { Desk } from "../desks";
import { type Bytes, hex, joined, sha256 } from "../format/bytes";
import { type Item, type Listed, type Said, alike, itemSize, manifestPlaintext, sealDrop, work } from "../format/drop";
import { sealedSize, slots } from "../format/envelope";
import type { Hands } from "../format/hands";
import { sizeOf } from "../format/pieces";
import { type Reply, openReply } from "../format/reply";
import { type Client, type Door, Refused } from "./client";
import { Upload } from "./upload";

const [DAYS, DAILY] = [64, 8];
const [MOST_BLOCKS, MOST_REPLIES] = [200, 500];
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

/** A commit without an answer: the drop may be there. `of` is what was said beside the items. */
export interface Unanswered {
    upload: string;
    body: { [key: string]: unknown };
    of: string;
}

/** The same, with the items as they came. */
export interface Unsure extends Unanswered {
    items: readonly Item[];
}

export class Thread {
    private readonly boxes = new Map<string, Mailbox>();

    /** `note` is told of a commit before it goes out, and when its answer is there: whoever goes on after a worker that died gives it back as `unsure`. */
    constructor(
        private readonly client: Client,
        private readonly root: Bytes,
        private readonly note: (made: Unanswered | null) => void,
        private unsure: Unsure | null,
    ) {}

    /** Seals and sends; what may have arrived without an answer is not sent twice. `fresh`: nobody ever sent under this codename. Rejects with Refused. */
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
        const of = JSON.stringify([desk.id, said.inReplyTo, said.withdraws]);
        const before = this.unsure;
        if (before && before.of === of && (await alike(before.items, items)) && (await this.arrived(before))) return;
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
        const body = await outlet.whole(sealed.items, sealed.manifest, withdrawalTag(this.root, dropId(upload)));
        await this.commit({ upload, body, items, of });
        // Of what was changed meanwhile, the reviewers shall not have what it was before.
        if (before) await this.withdraw(before.upload).catch(() => {});
    }

    private async commit(made: Unsure): Promise<void> {
        this.unsure = made;
        const { items: _, ...unanswered } = made;
        this.note(unanswered);
        await this.client.commit(made.upload, made.body).catch((why: unknown) => {
            if (!(why instanceof Refused && ["lost", "later"].includes(why.code))) this.answered();
            throw why;
        });
        this.answered();
    }

    private answered(): void {
        this.unsure = null;
        this.note(null);
    }

    /** Whether what had no answer is a drop, now at the latest. False: it has to be sent anew. */
    private async arrived(made: Unsure): Promise<boolean> {
        const state = await this.client.states([made.upload]);
        if (state !== "1") {
            this.answered();
            return state === "2" || state === "3";
        }
        return await this.commit(made).then(
            () => true,
            (why: unknown) => {
                if (this.unsure) throw why;
                return false;
            },
        );
    }

    /** All that was not read yet, and what could not be opened, counted. */
    async replies(desk: Desk): Promise<{ replies: Opened[]; closed: number }> {
        const box = await this.box(desk);
        const roots = Object.keys(desk.authors);
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

    /** Lets go of what the codename opens. */
    forget(): void {
        this.root.fill(0);
        this.boxes.clear();
        this.unsure = null;
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
        const pieces = new Map<string, { whole: number; has: number; bytes: Bytes[] }>();
        let [reply, from]: [string | null, number] = [null, 0];
        for (let blocks = 0; blocks < MOST_BLOCKS; blocks++) {
            const block = await this.client.block(box.id, reply, from);
            const length = new DataView(block.buffer).getUint32(0);
            const told = toldIn(block.subarray(4, 4 + length));
            if (blocks === 0) for (const { sha256, size } of told.replies) pieces.set(sha256, { whole: size, has: 0, bytes: [] });
            let [at, more] = [4 + length, false];
            for (const piece of told.pieces) {
                const own = pieces.get(piece.sha256);
                const bytes = block.slice(at, (at += piece.size));
                if (!own || own.has !== piece.from || bytes.length !== piece.size || own.has + bytes.length > own.whole) continue; // not asked for, or once more
                own.bytes.push(bytes);
                own.has += bytes.length;
                more = true;
            }
            const next = [...pieces].find(([, { whole, has }]) => has < whole);
            if (!next || !more) break;
            [reply, from] = [next[0], next[1].has];
        }
        return new Map([...pieces].map(([digest, { bytes }]) => [digest, joined(...bytes)]));
    }
}

interface Told {
    replies: { sha256: string; size: number }[];
    pieces: { sha256: string; from: number; size: number }[];
}

/** What a block says is in it. Throws for anything else. */
function toldIn(untrusted: Uint8Array): Told {
    const { replies, pieces } = JSON.parse(new TextDecoder().decode(untrusted)) as Told;
    const sized = ({ sha256, size }: { sha256: string; size: number }): boolean => typeof sha256 === "string" && Number.isSafeInteger(size) && size > 0;
    const sound = replies.length <= MOST_REPLIES && replies.every(sized) && pieces.every(sized);
    if (!sound) throw new Refused("malformed");
    return { replies, pieces };
}

const listed = (at: number, size: number): Listed => ({ name: `${String(at + 1).padStart(4, "0")}.age`, sha256: "0".repeat(64), size });
