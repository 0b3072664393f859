"""First questions to a source, in plain words of the source's language: data, one place for each question.

Source: issue 13, item 2. No native speaker has read those that are not English (docs/translating.md).
The key is the name under which the answer stands in the manifest of a drop.
"""

from __future__ import annotations

TEMPLATES: dict[str, dict[str, str]] = {
    "danger": {
        "en": ("Is anybody in danger now: you, or somebody else? Is there something that we should not do?"),
        "es": "¿Alguien corre peligro ahora: tú u otra persona? ¿Hay algo que no debamos hacer?",
        "sq": "A është dikush në rrezik tani: ti, apo dikush tjetër? A ka diçka që nuk duhet ta bëjmë?",
        "fil": "May nasa panganib ba ngayon: ikaw, o iba? May bagay ba na hindi namin dapat gawin?",
        "hi": "क्या अभी कोई ख़तरे में है: आप, या कोई और? क्या कुछ ऐसा है जो हमें नहीं करना चाहिए?",
        "fr": (
            "Quelqu'un est-il en danger maintenant : toi, ou quelqu'un d'autre ? "
            "Y a-t-il quelque chose que nous ne devons pas faire ?"
        ),
    },
    "how": {
        "en": ("How do you know this: did you see it, did somebody tell you, or is it written somewhere?"),
        "es": "¿Cómo lo sabes: lo viste, te lo contaron o está escrito en alguna parte?",
        "sq": "Si e di këtë: e pe vetë, ta tha dikush, apo është shkruar diku?",
        "fil": ("Paano mo ito nalaman: nakita mo ba, may nagsabi ba sa iyo, o nakasulat ba ito kung saan?"),
        "hi": "आपको यह कैसे पता है: आपने देखा, किसी ने बताया, या यह कहीं लिखा है?",
        "fr": ("Comment le sais-tu : l'as-tu vu, quelqu'un te l'a-t-il dit, ou est-ce écrit quelque part ?"),
    },
    "others": {
        "en": ("Who else can know this, and how many are they? Would somebody think of you? Write no names."),
        "es": ("¿Quién más puede saber esto, y cuántos son? ¿Alguien pensaría en ti? No escribas nombres."),
        "sq": (
            "Kush tjetër mund ta dijë këtë, dhe sa veta janë? "
            "A do të mendonte dikush për ty? Mos shkruaj emra."
        ),
        "fil": (
            "Sino pa ang puwedeng nakakaalam nito, at ilan sila? "
            "May makakaisip ba na ikaw ito? Huwag magsulat ng mga pangalan."
        ),
        "hi": "यह और कौन जान सकता है, और वे कितने हैं? क्या कोई आपके बारे में सोचेगा? नाम न लिखें।",
        "fr": (
            "Qui d'autre peut savoir cela, et combien sont-ils ? "
            "Quelqu'un penserait-il à toi ? N'écris pas de noms."
        ),
    },
    "more": {
        "en": "May we ask you more? If yes, look here again in a week, with your codename.",
        "es": (
            "¿Podemos preguntarte más? Si quieres, mira aquí otra vez en una semana, con tu nombre clave."
        ),
        "sq": (
            "A mund të të pyesim më shumë? "
            "Nëse po, shiko këtu përsëri pas një jave, me emrin tënd të fshehtë."
        ),
        "fil": (
            "Puwede ka ba naming tanungin pa? "
            "Kung oo, tumingin ulit dito pagkalipas ng isang linggo, gamit ang lihim na pangalan mo."
        ),
        "hi": "क्या हम आपसे और पूछ सकते हैं? अगर हाँ, तो एक हफ़्ते बाद अपने गुप्त नाम के साथ यहाँ फिर देखें।",
        "fr": (
            "Pouvons-nous te demander plus ? "
            "Si oui, regarde ici de nouveau dans une semaine, avec ton nom secret."
        ),
    },
}
"""By name, the question by language."""
