// What people read: the messages that the build has taken out of the bot's catalogues.

/** The keys, and for each language its texts in the same order; every language has every message. */
export type Catalogue = { keys: string[]; [language: string]: string[] };

/** How each language calls itself, in the order of the bot's buttons. */
export const NAMES: { [language: string]: string } = {
    en: "English",
    es: "Español",
    sq: "Shqip",
    fil: "Filipino",
    hi: "हिन्दी",
    fr: "Français",
};

export class Words {
    constructor(
        private readonly catalogue: Catalogue,
        public language: string,
    ) {}

    /** The first of the person's languages that there is. */
    static preferred(languages: readonly string[]): string {
        const known = languages.map((tag) => tag.toLowerCase().split("-")[0]!).map((code) => (code === "tl" ? "fil" : code));
        return known.find((code) => code in NAMES) ?? "en";
    }

    /** The message, its places filled in. */
    text(key: string, places: { [name: string]: string | number } = {}): string {
        const message = this.catalogue[this.language]?.[this.catalogue.keys.indexOf(key)] ?? key;
        return message.replace(/\{(\w+)\}/g, (place, name: string) => String(places[name] ?? place));
    }

    has(key: string): boolean {
        return this.catalogue.keys.includes(key);
    }

    list(words: readonly string[]): string {
        return new Intl.ListFormat(this.language).format(words);
    }
}
