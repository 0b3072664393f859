// Elements, made without HTML: whatever stands in a file's name or a message is text.

type Made<K extends keyof HTMLElementTagNameMap> = HTMLElementTagNameMap[K];

export function make<K extends keyof HTMLElementTagNameMap>(
    tag: K,
    properties: Partial<Made<K>> = {},
    ...children: (Node | string)[]
): Made<K> {
    const element = Object.assign(document.createElement(tag), properties);
    element.append(...children);
    return element;
}

export function button(label: string, pressed: () => void, className = ""): HTMLButtonElement {
    return make("button", { type: "button", textContent: label, className, onclick: pressed });
}

/** An element of the page that is always there. */
export function byId<K extends keyof HTMLElementTagNameMap>(id: string, tag: K): Made<K> {
    const element = document.getElementById(id);
    if (element?.localName !== tag) throw new Error(`no ${tag} ${id}`);
    return element as Made<K>;
}
