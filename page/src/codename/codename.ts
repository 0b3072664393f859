// Codenames: seven words or 25 digits, made here, and read as they were typed (docs/protocol.md, "Codename").

import { random } from "../format/bytes";

/** The words of each list by their folded form, as the bot has them. */
export type Lists = { [language: string]: Map<string, string> };

/** What is derived from, as it is shown; `wrong` are words in no list. `count` is of words or digits. */
export type Typed = { secret: string; shown: string } | { wrong: string[] } | { count: number; of: "words" | "digits" } | { check: true };

const [WORDS, DIGITS, MOST_TYPED] = [7, 25, 512];
const DAMM = ["0317598642", "7092154863", "4206871359", "1750983426", "6123045978", "3674209581", "5869720134", "8945362017", "9438617205", "2581436790"];

/** Lower case, and without accents. */
export function fold(word: string): string {
    return word.toLowerCase().normalize("NFKD").replace(/\p{Mn}/gu, "");
}

/** Lists from the texts in the page: words with a blank between them. */
export function lists(texts: { [language: string]: string }): Lists {
    const made = (text: string): Map<string, string> => new Map(text.trim().split(/\s+/).map((word) => [fold(word), word.normalize("NFC")]));
    return Object.fromEntries(Object.entries(texts).map(([language, text]) => [language, made(text)]));
}

/** A new one: words of the language's list, or digits where it has none. */
export function generate(all: Lists, language: string): { secret: string; shown: string } {
    const list = all[language];
    if (list) {
        const folded = [...list.keys()];
        const words = Array.from({ length: WORDS }, () => folded[below(folded.length)]!);
        return { secret: words.join(" "), shown: words.map((word) => list.get(word)).join(" ") };
    }
    const digits = Array.from({ length: DIGITS - 1 }, () => below(10)).join("");
    const secret = digits + String(damm(digits));
    return { secret, shown: secret.match(/.{5}/g)!.join(" ") };
}

/** The codename that somebody typed, in any case, spacing and accents, or what is wrong with it. */
export function parse(all: Lists, untrusted: string, language: string): Typed {
    const text = [...untrusted].slice(0, MOST_TYPED).join("");
    if (!/\p{L}/u.test(text.normalize("NFKC"))) return parseDigits(text.normalize("NFKC"));
    const typed = fold(text).match(/\p{L}+/gu) ?? [];
    if (typed.length !== WORDS) return { count: typed.length, of: "words" };
    const order = Object.keys(all).sort((a, b) => Number(b === language) - Number(a === language));
    const readings = order.map((each) => reading(all[each]!, typed));
    const best = readings.reduce((one, other) => (other.wrong.length - one.wrong.length || other.completed - one.completed) < 0 ? other : one);
    if (best.wrong.length) return { wrong: best.wrong };
    return { secret: best.words.join(" "), shown: best.shown.join(" ") };
}

function reading(list: Map<string, string>, typed: readonly string[]): { words: string[]; shown: string[]; wrong: string[]; completed: number } {
    const found = { words: [] as string[], shown: [] as string[], wrong: [] as string[], completed: 0 };
    for (const word of typed) {
        const candidates = list.has(word) ? [word] : [...list.keys()].filter((each) => each.startsWith(word));
        if (!list.has(word)) found.completed++;
        if (candidates.length !== 1) {
            found.wrong.push(word);
            continue;
        }
        found.words.push(candidates[0]!);
        found.shown.push(list.get(candidates[0]!)!);
    }
    return found;
}

function parseDigits(text: string): Typed {
    const digits = (text.match(/\p{Nd}/gu) ?? []).map(digit).join("");
    if (digits.length !== DIGITS) return { count: digits.length, of: "digits" };
    if (damm(digits) !== 0) return { check: true };
    return { secret: digits, shown: digits.match(/.{5}/g)!.join(" ") };
}

/** The value of a decimal digit of any script: those of one stand behind each other. */
function digit(character: string): number {
    const code = character.codePointAt(0)!;
    let value = 0;
    while (value < 9 && /\p{Nd}/u.test(String.fromCodePoint(code - value - 1))) value++;
    return value;
}

/** 0 behind digits whose last one is right; else the one that is missing. */
function damm(digits: string): number {
    return [...digits].reduce((row, each) => Number(DAMM[row]![Number(each)]), 0);
}

/** A random number from 0 to `bound` - 1 (at most 65536), none likelier than another. */
function below(bound: number): number {
    for (;;) {
        const [high, low] = random(2) as unknown as [number, number];
        const value = high * 256 + low;
        if (value < 65536 - (65536 % bound)) return value % bound;
    }
}
