"""The page at a real door in Firefox: `python -m tests.page.firefox_door FOLDER FILE...`.

The server runs here, too: in the network namespace of the Firefox, which reaches nothing else. What the page
says of its files and the codename are printed, and how the reviewer finds what was sent.
"""

import asyncio
import json
import sys
from datetime import UTC, datetime
from pathlib import Path

from bot.page import read_built
from crypto.codename import parse, root
from page import build
from tests.page.conftest import page_reviewer
from tests.page.firefox import firefox, given
from tests.page.test_door import drop_of, serving

SEND = """async () => {
    const until = async (done) => { while (!done()) await new Promise((on) => setTimeout(on, 50)); };
    await until(() => !document.querySelector('#send').hidden);
    const text = document.querySelector('#text');
    text.value = WORDS;
    text.dispatchEvent(new Event('input'));
    const given = new DataTransfer();
    for (const [name, data] of FILES)
        given.items.add(new File([Uint8Array.from(atob(data), (c) => c.charCodeAt(0))], name));
    const picker = document.querySelector('#picker');
    picker.files = given.files;
    picker.dispatchEvent(new Event('change'));
    await until(() => document.querySelectorAll('#files li p:not(.looking)').length === FILES.length);
    const said = document.querySelector('#files').innerText;
    const all = () => [...document.querySelectorAll('#files button')];
    const buttons = (word) => all().filter((each) => each.textContent.startsWith(word));
    const paint = buttons('Paint').length;
    for (let each; (each = buttons('Send it as it is')[0]); ) each.click();
    await until(() => !document.querySelector('#send').disabled);
    document.querySelector('#send').click();
    await until(() => document.querySelector('.codename'));
    const codename = document.querySelector('.codename').textContent;
    document.querySelector('#done button').click();
    document.querySelector('#words').value = codename;
    document.querySelector('#enter').click();
    await until(() => document.querySelector('#mail li'));
    return JSON.stringify({ said, paint, codename, before: document.querySelectorAll('#mail li').length });
}"""


def main(folder: Path, files: list[Path]) -> None:
    today = datetime.now(UTC).date()
    reviewer = page_reviewer("Ana", today)

    async def steps(address: str) -> dict[str, str]:
        async with firefox(address) as (run, _):
            return dict(json.loads(await run(given(SEND, files))))

    with serving(read_built(build.BUILT), folder, [reviewer], today) as server:
        found = asyncio.run(steps(server.address))
        drop = drop_of(root(parse(found["codename"], "en")), server.desk_id, today)
        manifest, items = server.opened(drop, reviewer)
    read = [[item.cleaning, content.decode("latin-1")] for item, content in items]
    print(json.dumps(found | {"channel": manifest.channel, "items": read}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), [Path(name) for name in sys.argv[2:]])
