// Telegram opens a Mini App with words in the address that can name a person: they go before anything else happens.

/** Whether it was a Mini App; nothing of what was told is kept. */
export const launched: boolean = (() => {
    const inTelegram = /tgWebApp/.test(location.hash) || "TelegramWebviewProxy" in window;
    window.name = "";
    try {
        if (location.hash || location.search) history.replaceState(null, "", location.pathname);
    } catch {
        location.hash = ""; // a saved page in a browser that changes no address of a file
    }
    return inTelegram;
})();
