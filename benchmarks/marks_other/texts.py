"""Words that name their reader: a foot line, a header, a login in the text, as a plain text or an e-mail; and
the same with letters that only look alike.
"""

import random

from benchmarks.marks_other.pages import WORDS

_FEET = (
    "This copy was prepared for {name}.",
    "Printed by {login} on 12/03/2026 14:22:07",
    "CONFIDENTIAL - downloaded by {mail}",
    "Preparado para {name} - no distribuir",
    "Impreso por: {login}",
    "Imprimé par {name} le 12/03/2026 à 14:22:07",
    "Employee ID: {number}",
    "Workstation {host}, user {login}, IP {address}",
    "Licensed to {name}",
    "Inihanda para kay {name}",
    "{name} के लिए तैयार किया गया",
    "Përgatitur për {name}",
)
_ALIKE = str.maketrans("aeopcxy", "\u0430\u0435\u043e\u0440\u0441\u0445\u0443")


def marked_text(kind: str, seed: int) -> bytes:
    """UTF-8; `kind`: words or alike."""
    chance = random.Random(f"other {kind} {seed}")
    first = chance.choice(("Maria", "Arben", "Aisha", "Jun"))
    last = chance.choice(("Lopez", "Hoxha", "Khan", "Cruz"))
    name, login = f"{first} {last}", f"{first[0]}{last}{chance.randrange(100)}".lower()
    foot = chance.choice(_FEET).format(
        name=name,
        login=login,
        mail=f"{login}@bpo-example.com",
        number=chance.randrange(100000, 999999),
        host=f"WS-{chance.choice(('BOG', 'TIR', 'MNL'))}-{chance.randrange(1000, 9999)}",
        address=f"10.20.{chance.randrange(256)}.{chance.randrange(1, 255)}",
    )
    lines = [" ".join(chance.choice(WORDS) for _ in range(12)).capitalize() + "." for _ in range(30)]
    if kind == "words":
        lines.insert(chance.choice((0, len(lines))), foot)
        return ("\n".join(lines) + "\n").encode()
    coded = [
        word.translate(_ALIKE) if chance.random() < 0.5 else word
        for line in lines
        for word in line.split(" ")
    ]
    return (" ".join(coded) + "\n").encode()
