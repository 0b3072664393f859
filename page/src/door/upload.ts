// The files of a drop on their way to the server, in parts of 8 MiB, two at once.

import { type Bytes } from "../format/bytes";
import { type Listed, type Outlet, newId } from "../format/drop";
import type { Client } from "./client";

const PART = 8388608;
const AT_ONCE = 2;

export class Upload implements Outlet {
    private readonly ids = new Map<string, string>();
    private readonly flying = new Set<Promise<void>>();
    private name = "";
    private pieces: Blob[] = [];
    private size = 0;
    private number = 0;
    private failed: { why: unknown } | null = null;

    constructor(
        private readonly client: Client,
        private readonly id: string,
    ) {}

    async put(name: string, piece: Bytes): Promise<void> {
        if (name !== this.name) {
            await this.flush();
            this.name = name;
            this.number = 0;
            this.ids.set(name, newId());
        }
        for (let at = 0; at < piece.length; ) {
            const taken = piece.subarray(at, at + PART - this.size);
            this.pieces.push(new Blob([taken]));
            this.size += taken.length;
            at += taken.length;
            if (this.size === PART) await this.flush();
        }
    }

    /** After the last piece: what makes a drop of it, now that all is there. */
    async whole(items: readonly Listed[], manifest: Listed, tag: string): Promise<{ [key: string]: unknown }> {
        await this.flush();
        await Promise.all(this.flying);
        if (this.failed) throw this.failed.why;
        const named = ({ name, size, sha256 }: Listed): object => ({ id: this.ids.get(name)!, size, sha256 });
        return { items: items.map(named), manifest: named(manifest), tag };
    }

    private async flush(): Promise<void> {
        if (this.size === 0) return;
        const content = new Blob(this.pieces);
        const sent = this.client.part(this.id, this.ids.get(this.name)!, this.number++, content).catch((why: unknown) => {
            this.failed ??= { why };
        });
        const flying = sent.finally(() => this.flying.delete(flying));
        this.flying.add(flying);
        this.pieces = [];
        this.size = 0;
        if (this.flying.size >= AT_ONCE) await Promise.race(this.flying);
        if (this.failed) throw this.failed.why;
    }
}
