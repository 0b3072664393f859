"""The words of the papers and of the page that tells how to check them. English, as messages of
`admin.words`.
"""

from admin.words import mark

TITLE = mark("Dossier")
CONTENTS = mark("Contents")
RUNNING = mark("made on {day}, signed with key {key}")
COVER = (
    mark(
        "{exhibits}, out of {drops} received by an anonymous desk. The people who sent them are not "
        "named in it, "
        "and nothing in it tells who they are: the desk does not know it."
    ),
    mark(
        "This document is a part of a signed folder. By itself it proves nothing: check the folder as "
        "the last "
        "pages say, or as the file data/how-to-check.txt in it says."
    ),
)
VOLUMES = mark("Volumes")
VOLUMES_LINES = mark(
    "The exhibits are in volumes of their own, each with where its exhibits come from. What is said of all "
    "of them is in this one."
)
VOLUMES_HEAD = (mark("Volume"), mark("File"), mark("Exhibits"))
SPAN = mark("{first} to {last}")
VOLUME_COVER = (
    mark("Volume {volume}: exhibits {first} to {last}."),
    mark(
        "This document is a part of a signed folder. By itself it proves nothing: volume 1, the file "
        "data/dossier.pdf in that folder, says how all of it is checked."
    ),
)
FACTS = {
    "made": mark("Made on"),
    "by": mark("Made by"),
    "key": mark("Reviewer's key"),
    "words": mark("Its ten words"),
    "server": mark("Server's key"),
}
EXHIBIT = mark("{label}  {kind}")
KINDS = {"text": mark("testimony"), "file": mark("file")}
EXHIBIT_FACTS = {
    "file": mark("File"),
    "sha256": mark("SHA-256"),
    "size": mark("Size"),
    "sent": mark("Sent on"),
    "cleaned": mark("Cleaning"),
    "removed": mark("Was removed"),
    "changed": mark("Was changed"),
    "remains": mark("May identify"),
    "drop": mark("Sending"),
    "item": mark("Item of it"),
    "batch": mark("Batch"),
    "proof": mark("Proof"),
    "imported": mark("Imported on"),
    "statement": mark("Statement"),
}
CLEANED = {
    "text": mark(
        "as it was written; its lines are broken and numbered here, and bars that its writer drew are named "
        "in brackets"
    ),
    "clean": mark("made anew from what it showed, and checked again, before it was sealed on the server"),
    "parcel": mark("as it was written, bars named in brackets; sealed by the source's own device"),
}
NOTHING_REMOVED = mark("nothing had to be")
WHY_REMOVED = mark(
    "What was removed can identify who made or sent a file; it was taken out before anybody at the desk "
    "saw it."
)
SIZE = mark("{size} bytes")
SENDING = mark("{id}, its sealed file has the SHA-256 {sha256}")
BATCH = mark("{number}, signed by the server on {day}")
PROOF = mark(
    "this sending is number {place} of {count} in that batch, in the order of their ids; {hashes} "
    "hashes lead to its root"
)
NO_PROOF = mark("left out: the list of this batch, which is of Silbo 0.1, names other sendings")
IMPORTED = mark("{day} (the day of the file on the reviewer's machine)")
REDACTIONS = mark("Redactions")
REDACTION_HEAD = (mark("Covered"), mark("Why"))
PAGE, LINE = mark("Page"), mark("Line")
COVERED = {"words": mark("words"), "area": mark("an area")}
TEXT = mark("Text")
NOT_PRINTED = mark("Its text is too long to be printed here: read the file.")
LEFT_OUT = mark("What is not here")
LEFT_OUT_LINES = mark("Items of the same sendings that are no exhibits, and why:")
LEFT_OUT_HEAD = (mark("Items"), mark("Why"))
CUSTODY = mark("Chain of custody")
CUSTODY_LINES = (
    mark(
        "Each file was cleaned on the desk's server, sealed there at once to keys that the server does "
        "not have, and handed "
        "over in a batch that the server signed. It was carried to a machine without a network, checked "
        "to its last byte, "
        "and opened there by the reviewer who signs this dossier."
    ),
    mark(
        "For every exhibit the reviewer has signed a statement: which item of which sending it is, with "
        "the SHA-256 of the file "
        "and the proof that the sending is in the batch. The proof names no other sending. That the "
        "file is what the item "
        "holds, and what was covered in it, is the reviewer's word; the rest can be computed."
    ),
)
CUSTODY_HEAD = (
    mark("Exhibit"),
    mark("Batch"),
    mark("Batch of"),
    mark("Imported"),
    mark("Sending (its first signs)"),
)
CHECK = mark("How to check this")
COUNTS = mark("Counts")
COUNTS_LINES = (
    mark(
        "Over everything that this desk can open, not the exhibits alone. A number under five is left "
        "out, and so are "
        "others, so that it can't be worked out from the sums."
    ),
)

BY_PLACE = mark("Sendings by workplace and month")
BY_KIND = mark("Sendings that hold a kind of thing, by month")
OTHER_PLACES = mark("other, or not said")
SUM = mark("all")
HIDDEN = "-"

HOW_TO = mark("""How to check this dossier
=========================

You need: sha256sum (any Linux, macOS: shasum -a 256), minisign (jedisct1.github.io/minisign, or your
distribution's package) and a terminal in the folder that holds bagit.txt. Nothing of the makers' is needed.

1. Whose is it?  The folder says that it was signed with this key:

       {reviewer}
       {words}

   The key proves nothing as long as it comes from the folder alone. Ask the organisation for it in another
   way (its web page, a paper, by telephone: the ten words are for reading aloud) and compare. The same
   goes for the key of the server:

{servers}

2. Is the list as it was signed?

       minisign -Vm tagmanifest-sha256.txt -P {reviewer}

   It must say "Signature and comment signature verified".

3. Is every file as it was signed?

       sha256sum -c tagmanifest-sha256.txt
       sha256sum -c manifest-sha256.txt

   Every line must end in OK.

4. Is there a file too many?  (Tools for BagIt do not all look.)

       find data ! -type d | LC_ALL=C sort | diff - <(cut -c67- manifest-sha256.txt)          (in bash)

   It must print nothing. Beside the folder data there are the four files whose names begin with bag or end
   in manifest-sha256.txt, one .minisig, and perhaps files that begin with time-stamp. Nothing else belongs
   to it.

5. What does the reviewer say of an exhibit?

       minisign -Vm data/custody/A-001.json -P {reviewer}

   In data/custody/A-001.json, "content" has the SHA-256 that stands for data/exhibits/A-001 in
   manifest-sha256.txt; "drop" and "item" say which part of which sending it is.

6. Was that sending really received, in a batch that the server signed?

       sha256sum data/batches/*.json        (one of them is "digest" under "batch" in the statement)
       minisign -Vm data/batches/NAME.json -p data/keys/server.pub

   Whether the sending is one of those that the batch's "root" stands for takes arithmetic (RFC 9162,
   2.1.3.2). These lines do it with Python alone:

       python3 - data/custody/A-001.json data/batches/NAME.json <<'END'
       import base64, hashlib, json, sys
       c, b = (json.load(open(name)) for name in sys.argv[1:])
       h = lambda data: hashlib.sha256(data).digest()
       d, p = c["drop"], base64.b64decode(c["proof"]["path"])
       node = h(b"\\0" + bytes.fromhex(d["id"] + d["sha256"]) + d["size"].to_bytes(8, "big"))
       at, last = c["proof"]["index"], b["count"] - 1
       for i in range(0, len(p), 32):
           if at % 2 or at == last:
               node = h(b"\\1" + p[i:i + 32] + node)
               while at and at % 2 == 0: at, last = at // 2, last // 2
           else:
               node = h(b"\\1" + node + p[i:i + 32])
           at, last = at // 2, last // 2
       print("in the batch" if last == 0 and node.hex() == b["root"] else "NOT IN THE BATCH")
       END

7. When was it made?  The day is the reviewer's word. If there are files that begin with time-stamp, somebody
   else saw a hash of the signature at some time:

       sha256sum time-stamp.salted          (must be what time-stamp.txt says)
       tail -n 4 time-stamp.salted | cmp - tagmanifest-sha256.txt.minisig
       ots verify time-stamp.txt.ots        (OpenTimestamps)
       openssl ts -verify -in time-stamp.tsr -queryfile time-stamp.tsq -CAfile AUTHORITY.pem      (RFC 3161)

Whoever has Silbo does all of it but the last by:  silbo-admin verify-dossier FOLDER
""")
