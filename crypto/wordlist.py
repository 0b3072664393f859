"""The word lists: BIP39 English, Spanish and French as `mnemonic` has them, without offensive words.

Each has 2048 words (11 bits a word) of 3 to 9 letters whose first four letters, accents aside, belong to one
word only. BIP39 keeps the lists simple rather than polite: all were read through for this, and the words
that insult, name sex, disease or a violent death, or could frighten somebody who is threatened, are replaced
at their place (57 in Spanish, 22 in English, 106 in French; docs/adr/0011-word-lists.md). A fingerprint is
read by reviewers to each other and uses the English list as it is. Only the text files are read, the
package's code is never run; their hash is fixed, because a list that changed would take every codename with
it.
"""

from __future__ import annotations

import hashlib
import importlib.resources
import importlib.util
import unicodedata
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from crypto.errors import FormatError

SIZE = 2048
BITS = 11

_FILES = {
    "en": ("english.txt", "2f5eed53a4727b4bf8880d8f3f199efc90e58503646d9ff8eff3a2ed3b24dbda"),
    "es": ("spanish.txt", "46846a5a0139d1e3cb77293e521c2865f7bcdb82c44e8d0a06a2cd0ecba48c0b"),
    "fr": ("french.txt", "ebc3959ab7801a1df6bac4fa7d970652f1df76b683cd2f4003c941c63d517e59"),
}
LANGUAGES = tuple(_FILES)
"""Those that have a list; other languages get digits."""

# fmt: off
REPLACED = {
    "en": {
        "abuse": "acorn", "assault": "biscuit", "crazy": "bonfire", "cruel": "cedar", "disease": "clover",
        "dumb": "cobalt", "dwarf": "daisy", "evil": "falcon", "fat": "fern", "gun": "fiddle",
        "insane": "harp", "liar": "hazel", "nasty": "igloo", "orphan": "lantern", "pistol": "lavender",
        "poverty": "linen", "prison": "nectar", "rifle": "nutmeg", "trash": "otter", "ugly": "parsley",
        "virus": "pebble", "weapon": "puffin",
    },
    "es": {
        "aborto": "abeto", "acoso": "acordeón", "adicto": "acuarela", "asno": "alpaca", "bestia": "arcilla",
        "bozal": "arepa", "bruja": "ballena", "bruto": "bizcocho", "burro": "boceto", "cadáver": "brújula",
        "cáncer": "cachorro", "cárcel": "cebra", "cerdo": "ceja", "chupar": "cepillo", "ciego": "chaqueta",
        "cochino": "chocolate", "coger": "cigüeña", "desnudo": "cilantro", "droga": "cobija",
        "ebrio": "corteza", "enano": "delta", "etnia": "desierto", "feo": "enebro", "gordo": "estrella",
        "hembra": "flamenco", "herir": "garbanzo", "infiel": "guacamayo", "ladrón": "guayaba",
        "loco": "helecho", "locura": "hortensia", "maldad": "jilguero", "manco": "jirafa", "matar": "kayak",
        "miseria": "loro", "moreno": "maracuyá", "morir": "membrillo", "muerte": "mermelada",
        "mula": "molusco", "necio": "nogal", "negro": "nopal", "obeso": "orégano", "orgía": "pingüino",
        "piojo": "quena", "pobre": "retama", "preso": "ruiseñor", "rabo": "sauce", "rapto": "sésamo",
        "rehén": "tejón", "satán": "tomillo", "secta": "tucán", "sexo": "tulipán", "sordo": "yuca",
        "tonto": "zafra", "tumba": "zaguán", "tumor": "zanahoria", "víctima": "zapote", "vulgar": "zorzal",
    },
    "fr": {
        "affreux": "agneau", "angoisse": "amande", "armement": "ananas", "arsenic": "anchois",
        "assaut": "aneth", "asservir": "anis", "atroce": "azalée", "attaque": "banane",
        "bafouer": "basilic", "blessant": "bégonia", "brutal": "betterave", "calvaire": "bleuet",
        "carabine": "brugnon", "carnage": "cacao", "censurer": "cactus", "crainte": "calamar",
        "cribler": "camomille", "cruel": "cannelle", "cupide": "carpe", "cynique": "cèdre",
        "danger": "cerfeuil", "dénuder": "ciboule", "désastre": "colza", "détester": "coquille",
        "détresse": "coriandre", "diable": "corolle", "duperie": "cresson", "effrayer": "crocus",
        "embryon": "cumin", "enfermer": "cygne", "enlever": "cyprès", "ennemi": "dahlia",
        "épidémie": "datte", "épier": "dorade", "épitaphe": "églantine", "ethnie": "érable",
        "excitant": "faisan", "exécuter": "fauvette", "fatal": "fenouil", "fautif": "framboise",
        "féconder": "freesia", "filou": "fuchsia", "fléau": "gaufre", "folie": "gingembre",
        "frapper": "girofle", "frayeur": "glycine", "fugitif": "goéland", "fuite": "goyave",
        "gruger": "groseille", "guerrier": "hamster", "hématome": "hêtre", "honteux": "hibiscus",
        "horrible": "hortensia", "hurler": "houx", "illicite": "huître", "infliger": "huppe",
        "injure": "hyacinthe", "insulter": "ibis", "ivresse": "iris", "jouissif": "jacinthe",
        "lacérer": "jasmin", "ligoter": "jonquille", "lugubre": "koala", "maigre": "lentille",
        "maléfice": "lilas", "malheur": "linotte", "matraque": "lotus", "maudire": "lupin",
        "méchant": "mangue", "menacer": "marmotte", "mensonge": "mélèze", "missile": "mésange",
        "monstre": "mimosa", "munition": "morille", "nuire": "mouette", "nuisible": "muguet",
        "opprimer": "myosotis", "paresse": "narcisse", "phobie": "navet", "policier": "nénuphar",
        "prison": "noix", "psychose": "oignon", "punaise": "orchidée", "punitif": "origan",
        "raideur": "oseille", "ravager": "pervenche", "saboter": "pétunia", "sanction": "piment",
        "scélérat": "pinson", "séduire": "quinoa", "séminal": "raquette", "sévir": "rhubarbe",
        "sinistre": "rossignol", "sorcier": "safran", "sottise": "sapin", "suiveur": "saule",
        "suspect": "soja", "terrible": "sorbet", "torpille": "sureau", "tragique": "thym",
        "tyran": "tilleul", "vagabond": "truffe", "vampire": "truite", "venger": "verveine",
        "vilain": "yaourt", "virus": "zinnia",
    },
}
# fmt: on


def fold(untrusted_word: str) -> str:
    """A word without case and accents: NFKD, combining marks dropped, lower case. `Ñandú` becomes `nandu`."""
    decomposed = unicodedata.normalize("NFKD", untrusted_word.lower())
    return "".join(character for character in decomposed if not unicodedata.combining(character))


def bip39(language: str) -> tuple[str, ...]:
    """The BIP39 list of `language` (en, es, fr), 2048 words in NFC, unchanged.

    Raises FormatError if the language has no list, or the installed list is not the one that Silbo was
    written for.
    """
    if language not in _FILES:
        raise FormatError("There is no word list in this language.")
    name, expected = _FILES[language]
    spec = importlib.util.find_spec("mnemonic")
    if spec is None:
        raise FormatError("The package with the word lists is not installed.")
    package = importlib.util.module_from_spec(spec)  # not executed: only its files are wanted
    data = importlib.resources.files(package).joinpath("wordlist", name).read_bytes()
    if hashlib.sha256(data).hexdigest() != expected:
        raise FormatError("The installed word list is not the one that codenames were made with.")
    return tuple(unicodedata.normalize("NFC", data.decode()).split())


def polite(language: str) -> tuple[str, ...]:
    """The list of `language` for a source: 2048 words, replaced ones in place. Raises FormatError."""
    replaced = REPLACED.get(language, {})
    return tuple(replaced.get(word, word) for word in bip39(language))


@cache
def folded(language: str) -> Mapping[str, str]:
    """The words of `polite` by their folded form. Made once a language: a codename is looked up in all of
    them, and to make them takes as long as to seal a message. Raises FormatError.
    """
    return MappingProxyType({fold(word): word for word in polite(language)})
