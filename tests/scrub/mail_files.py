"""E-mails and archives written by hand, with the word CANARY wherever one can hide."""

import base64
import io
import zipfile

CANARY = b"CANARY"

HEADERS = b"""\
Received: from CANARY (CANARY [192.0.2.7]) by mx.CANARY.example with ESMTPS id CANARY
\tfor <CANARY@example.org>; Tue, 14 Jan 2025 09:31:07 -0500
Return-Path: <CANARY@example.org>
Delivered-To: CANARY@example.org
DKIM-Signature: v=1; d=CANARY.example; b=CANARY
ARC-Seal: i=1; CANARY
Authentication-Results: CANARY
Message-ID: <CANARY@example.org>
In-Reply-To: <CANARY@example.org>
References: <CANARY@example.org>
From: "CANARY" <CANARY@example.org>
Sender: CANARY@example.org
Reply-To: CANARY@example.org
To: CANARY <CANARY@example.org>
Cc: CANARY@example.org
Bcc: CANARY@example.org
List-Unsubscribe: <https://example.org/CANARY>
X-Originating-IP: [CANARY]
X-Mailer: CANARY
Thread-Topic: CANARY
User-Agent: CANARY
Date: Tue, 14 Jan 2025 09:31:07 -0500
"""


def part(kind: bytes, body: bytes, *more: bytes) -> bytes:
    return b"Content-Type: " + kind + b"\n" + b"".join(line + b"\n" for line in more) + b"\n" + body


def packed(kind: bytes, body: bytes, name: bytes = b"CANARY") -> bytes:
    """An attachment in base64."""
    disposition = b'Content-Disposition: attachment; filename="' + name + b'"'
    return part(kind, base64.encodebytes(body), b"Content-Transfer-Encoding: base64", disposition)


def multipart(kind: bytes, *parts: bytes, boundary: bytes = b"CANARY--b", before: bytes = b"") -> bytes:
    """Content-Type and body of a multipart, to put behind other headers or into another."""
    body = b"".join(b"--" + boundary + b"\n" + each + b"\n" for each in parts) + b"--" + boundary + b"--\n"
    head = b"MIME-Version: 1.0\nContent-Type: multipart/" + kind + b'; boundary="' + boundary + b'"\n\n'
    return head + before + body + b"CANARY epilogue\n"


def mail(rest: bytes = b"Content-Type: text/plain\n\nhola\n", subject: bytes = b"Turnos") -> bytes:
    return HEADERS + b"Subject: " + subject + b"\n" + rest


def zipped(*files: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED, comment: bytes = b"") -> bytes:
    """As the standard library packs it: names, in order, with today's date."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, content in files:
            archive.writestr(name, content)
        archive.comment = comment
    return out.getvalue()
