"""First questions to a source, in plain words of the source's language: data, one place for each question.

Source: issue 13, item 2. The key is the name under which the answer stands in the manifest of a drop.
"""

from __future__ import annotations

TEMPLATES: dict[str, dict[str, str]] = {
    "danger": {
        "en": "Is anybody in danger now: you, or somebody else? Is there something that we should not do?",
        "es": "¿Alguien corre peligro ahora: tú u otra persona? ¿Hay algo que no debamos hacer?",
    },
    "how": {
        "en": "How do you know this: did you see it, did somebody tell you, or is it written somewhere?",
        "es": "¿Cómo lo sabes: lo viste, te lo contaron o está escrito en alguna parte?",
    },
    "others": {
        "en": "Who else can know this, and how many are they? Would somebody think of you? Write no names.",
        "es": "¿Quién más puede saber esto, y cuántos son? ¿Alguien pensaría en ti? No escribas nombres.",
    },
    "more": {
        "en": "May we ask you more? If yes, look here again in a week, with your codename.",
        "es": "¿Podemos preguntarte más? Si quieres, mira aquí otra vez en una semana, con tu nombre clave.",
    },
}
"""By name, the question by language."""
