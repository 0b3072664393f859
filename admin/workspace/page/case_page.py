"""The page of an opened drop, for a reviewer's eyes: the same as `show`, with the files in it.

Nothing here opens or decodes anything. Every word of a source goes through `display`, as in a terminal, and
into the tree as text; between our own labels it stands in a frame that it can't leave.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from admin.case import codes
from admin.case.filenames import extension
from admin.case.opening import Case, Entry
from admin.display import visible, visible_block
from admin.words import tr, trn
from admin.workspace.page.contents import Contents, is_unclean
from admin.workspace.page.markup import data_address, element
from codes.languages import LANGUAGES
from codes.removed import REMOVED
from crypto.item import Item

_LONGEST_TYPE = 36

Show = Callable[[Case, Entry], Contents]


@dataclass(frozen=True, slots=True, repr=False)
class Part:
    """A drop, or a parcel in it: the case, its testimonies by item number, sentences on what is wrong."""

    case: Case
    texts: Mapping[int, str]
    problems: Sequence[str] = ()


@dataclass(frozen=True, slots=True, repr=False)
class Said:
    """One line of the thread, with the words of a reply (None: there are none to show)."""

    line: str
    words: str | None = None
    here: bool = False


def body_of(
    parts: Sequence[Part],
    show: Show,
    traps: Sequence[str],
    thread: Sequence[Said],
    thread_told: Sequence[str],
) -> list[Element]:
    """The body of the page. `parts` are the drop and its parcels; `traps` and `thread_told` are sentences."""
    drop = parts[0]
    sections = [_alarm(tr("Signs of a trap"), traps)] if traps else []
    for part in parts:
        sections += _part(part, show)
    if drop.case.manifest.refused:
        sections.append(_refused(drop.case.manifest.refused))
    if thread:
        sections.append(_thread(thread, thread_told))
    footer = element(
        "footer",
        element(
            "p",
            tr(
                "This page is in the memory of this machine and is gone when silbo-admin ends. "
                "It loads nothing, runs nothing and links nowhere."
            ),
        ),
    )
    return [element("header", *_header(drop)), element("main", *sections), footer]


def _header(part: Part) -> list[Element]:
    case, manifest = part.case, part.case.manifest
    answer = tr("a way to answer") if manifest.mailbox is not None else tr("no way to answer")
    when = tr(", exported {day} in batch {sequence}", day=case.drop.day, sequence=case.drop.sequence)
    return [
        element("h1", tr("Drop {id}", id=case.drop.id)),
        element("p", tr("Sent {day}{when}; {answer}.", day=manifest.day, when=when, answer=answer)),
        element("p", _where(case)),
    ]


def _where(case: Case) -> str:
    manifest = case.manifest
    return tr(
        "Desk {desk}, language {language}, channel {channel}.",
        desk=visible(manifest.desk),
        language=visible(manifest.language),
        channel=visible(case.channel),
    )


def _part(part: Part, show: Show) -> list[Element]:
    case, manifest = part.case, part.case.manifest
    made: list[Element] = []
    if case.parcel:
        title = tr("Parcel {id}, sealed by the source", id=case.drop.id)
        made.append(element("section", element("h2", title), element("p", _where(case))))
    if case.intact:
        whole = trn(
            "{n} item, verified to its last byte against the manifest.",
            "{n} items, each verified to its last byte against the manifest.",
            len(manifest.items),
        )
        made.append(element("p", whole, class_="good"))
    if problems := [*case.problems, *part.problems]:
        made.append(_alarm(tr("What is wrong"), problems))
    if asked := _asked(case):
        made.append(asked)
    if manifest.answers:
        answers = element("dl")
        for question, answered in sorted(manifest.answers.items()):
            answers.append(element("dt", visible(question.replace("_", " ").capitalize())))
            answers.append(element("dd", _words(answered, manifest.language)))
        made.append(element("section", element("h2", tr("Answers to the desk's questions")), answers))
    made += [_item(part, entry, show(case, entry)) for entry in case.entries]
    return made


def _asked(case: Case) -> Element | None:
    """Which reply the source answers, and what it asks to forget."""
    manifest = case.manifest
    lines = []
    if manifest.in_reply_to is not None:
        lines.append(tr("It answers reply {number} to this source.", number=manifest.in_reply_to))
    same = {
        True: tr("from the same codename"),
        False: tr("NOT FROM THIS CODENAME: it does not count"),
        None: tr("not here, or closed: can't be checked"),
    }
    if manifest.withdraws:
        lines.append(tr("The source asks that you forget:"))
    lines += [f"{drop} {same[case.same_source.get(drop)]}" for drop in manifest.withdraws]
    return element("section", *(element("p", line) for line in lines)) if lines else None


def _item(part: Part, entry: Entry, contents: Contents) -> Element:
    case, item = part.case, entry.item
    number = f"{entry.number:04d}"
    if entry.sealed_original:
        whose = tr("Only the custodian of {desk} can open it.", desk=visible(case.manifest.desk))
        of = tr(" of {number}, by its place", number=f"{entry.number - 1:04d}") if entry.number > 1 else ""
        title = tr(
            "{number}  sealed original{of}, {size}", number=number, of=of, size=size_of(entry.expected.size)
        )
        return element("section", element("h2", title), element("p", whose))
    if item is None:
        return element(
            "section", element("h2", f"{number} ", _badge(tr("NOT OPENED"), good=False)), class_="alarm"
        )
    if item.cleaning == "sealed":
        title = tr(
            "{number}  part of a parcel, {size}, {day}  SEALED BY THE SOURCE",
            number=number,
            size=size_of(item.size),
            day=item.day,
        )
        return element("section", element("h2", title))
    kind = _kind(item)
    made = [
        element(
            "h2",
            f"{number} {kind} ",
            _label(item, parcel=case.sealed_by_source, cleaned=contents.cleaned is not None),
        ),
        element("p", f"{size_of(item.size)}, {item.day}", class_="dim"),
    ]
    unclean = is_unclean(item, parcel=case.sealed_by_source)
    if unclean:
        made += _of_unclean(item, contents, parcel=case.sealed_by_source)
    made += _codes(item.removed, item.notes, is_clean=item.cleaning == "clean" and not unclean)
    if item.kind == "text":
        text = part.texts.get(entry.number)
        made.append(
            element("p", tr("(A long text, or one of very many: 'extract' writes it to a file.)"))
            if text is None
            else _words(text, case.manifest.language)
        )
    made += _files(number, contents, case.manifest.language)
    made.append(_hashes(item))
    return element("section", *made, class_="alarm" if unclean and contents.cleaned is None else "")


def _label(item: Item, *, parcel: bool, cleaned: bool) -> Element | None:
    if item.kind == "text":
        return None
    if cleaned:
        return _badge(tr("A COPY, CLEANED HERE"), good=True)
    unclean = {"uncleaned": tr("UNCLEANED"), "original": tr("ORIGINAL"), "clean": tr("UNCHECKED")}
    if is_unclean(item, parcel=parcel):
        return _badge(unclean[item.cleaning], good=False)
    return _badge(tr("CLEAN"), good=True)


def _of_unclean(item: Item, contents: Contents, *, parcel: bool) -> list[Element]:
    told = []
    if item.cleaning == "clean" and parcel:
        told.append(tr("Clean, says the source's own device. Nobody checked it."))
    if contents.cleaned is None:
        told.append(tr("It was not opened, and is not on this page: opening it can reveal or attack."))
        if not contents.told:
            told.append(tr("'view --clean' makes a clean copy of it here and shows that."))
        return [element("p", line, class_="bad") for line in told]
    told.append(
        tr("What is shown is a copy that was cleaned on this machine. The file itself was not opened.")
    )
    return [
        *(element("p", line) for line in told),
        *_codes(contents.cleaned.removed, contents.cleaned.notes, is_clean=True),
    ]


def _codes(removed: Sequence[str], notes: Sequence[str], *, is_clean: bool) -> list[Element]:
    remaining = [note for note in notes if codes.remains(note)]
    changed = [note for note in notes if note not in remaining]
    lines = [
        (tr("Removed: {words}."), codes.in_words(removed, REMOVED), ""),
        (tr("Changed: {words}."), codes.in_words(changed, codes.NOTED), ""),
        (tr("May still identify: {words}."), codes.in_words(remaining, codes.NOTED), "bad"),
    ]
    made = [
        element("p", sentence.replace("{words}", ", ".join(words)), class_=how)
        for sentence, words, how in lines
        if words
    ]
    if is_clean and not removed:
        made.insert(0, element("p", tr("Nothing had to be removed.")))
    return made


def _files(number: str, contents: Contents, language: str) -> list[Element]:
    made = [
        element(
            "img",
            src=data_address(kind, picture),
            alt=tr("Picture {number} of item {item}", number=place, item=number),
        )
        for place, (kind, picture) in enumerate(contents.pictures, start=1)
    ]
    if contents.played is not None:
        kind, content = contents.played
        tag, name = (
            ("audio", tr("Sound of item {item}"))
            if kind.startswith("audio/")
            else ("video", tr("Video of item {item}"))
        )
        made.append(
            element(
                tag,
                controls="",
                preload="metadata",
                src=data_address(kind, content),
                aria_label=name.replace("{item}", number),
            )
        )
    made += [element("p", line, class_="dim") for line in contents.told]
    if contents.words is not None:
        words = _words(contents.words, language)
        words.set("class", "words tall")
        words.set("tabindex", "0")
        words.set("role", "region")
        words.set("aria-label", tr("Words of item {item}", item=number))
        if contents.pictures:
            words = element("details", element("summary", tr("Words")), words)
        made.append(words)
    return made


def _hashes(item: Item) -> Element:
    lines = [
        element("summary", tr("Hashes")),
        element("p", tr("SHA-256:")),
        element("p", item.sha256.hex(), class_="code"),
    ]
    if item.arrived_sha256 is not None:
        lines += [
            element("p", tr("SHA-256 of what arrived:")),
            element("p", item.arrived_sha256.hex(), class_="code"),
        ]
    return element("details", *lines)


def _refused(refused: Sequence[str]) -> Element:
    title = trn(
        "Not taken: {n} file that the source sent", "Not taken: {n} files that the source sent", len(refused)
    )
    reasons = dict.fromkeys(codes.in_words(refused, codes.REFUSED))
    return element("section", element("h2", title), element("ul", *(element("li", why) for why in reasons)))


def _thread(thread: Sequence[Said], told: Sequence[str]) -> Element:
    entries = element("ol")
    for said in thread:
        line = element("strong", said.line) if said.here else said.line
        entries.append(element("li", line, None if said.words is None else _words(said.words, "")))
    return element(
        "section",
        element("h2", tr("All of this codename, by the day")),
        entries,
        *(element("p", line, class_="bad") for line in told),
    )


def _alarm(title: str, lines: Sequence[str]) -> Element:
    return element(
        "section",
        element("h2", title, class_="bad"),
        element("ul", *(element("li", line) for line in lines)),
        class_="alarm",
    )


def _badge(label: str, *, good: bool) -> Element:
    return element("span", label, class_=f"badge {'good' if good else 'bad'}")


def _words(untrusted: str, language: str) -> Element:
    """A source's words. A screen reader is told their language, if it is one of ours."""
    made = element("div", visible_block(untrusted), class_="words", dir="auto")
    if language in LANGUAGES:
        made.set("lang", language)
    return made


def _kind(item: Item) -> str:
    """What an item is, in a word or two: office documents have types of 70 characters."""
    if item.kind == "text":
        return tr("text")
    return visible(item.media_type) if len(item.media_type) <= _LONGEST_TYPE else extension(item)


def size_of(size: int) -> str:
    """A number of bytes for a person."""
    if size < 1000:
        return trn("{n} byte", "{n} bytes", size)
    if size < 1_000_000:
        return f"{size / 1000:.1f} kB"
    return f"{size / 1_000_000:.1f} MB"
