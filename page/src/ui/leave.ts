// The quick exit: everything on the page goes, and a harmless page takes its place in the history.

const HARMLESS = "https://www.wikipedia.org/";
const TWICE_MS = 1500;

/** `clear` lets go of all that was written, and stops what is being sent. */
export function leaving(clear: () => void): () => void {
    const leave = (): void => {
        document.documentElement.hidden = true;
        clear();
        document.body.replaceChildren();
        document.title = "";
        location.replace(HARMLESS);
    };
    let last = -Infinity;
    addEventListener("keydown", (event) => {
        if (event.key !== "Escape") return;
        if (event.timeStamp - last < TWICE_MS) leave();
        last = event.timeStamp;
    });
    return leave;
}
