"""The words in six languages that stand before a reader's name, number, telephone, login or computer.

All in small letters without accents, as `plainly` makes them of a text. A row is a few beginnings of words
and the expression of what may follow them. `scrub.marks.hints` looks for the beginnings, `scrub.marks.words`
for the whole.
"""

import re
import unicodedata

EVERYBODYS = frozenset(
    re.findall(
        r"[\w-]+",
        "info contact contacto kontakt support soporte help ayuda hr rrhh office oficina sales ventas admin "
        "press prensa legal compliance privacy noreply no-reply service servicio jobs empleo contactus hello",
    )
)
"""Names of mailboxes that are nobody's own."""

NOBODY = frozenset(
    re.findall(
        r"\S+",
        "the a an all any each every this that these those your our their its his her use us you review "
        "internal la el los las un una unos unas todo todos cada su sus este esta esa ese uso le les une des "
        "l tous chaque ce cette votre notre t\u00eb te nj\u00eb nje ang mga lahat bawat which who whom what "
        "hand mail post email default distribution training reference comment approval information both many "
        "quien persona toda todas toute toutes gjithe sa ng others everybody sir ma'am madam "
        "human resources recursos humanos talento gerencia gerente direccion direction directeur department "
        "departamento departement service services area management company empresa entreprise societe "
        "kompania kumpanya staff personnel personal employees employee empleados salaries office team equipo "
        "banco bank ministry ministerio ministere ministria general national nacional microsoft adobe oracle "
        "sap google form formulario formulaire annex anexo annexe appendix contract contrato contrat law ley "
        "loi article articulo signature firma date fecha cargo position title titulo central call center "
        "\u0938\u092d\u0940 \u0938\u092c \u0938\u092c\u0915\u0947 \u0915\u0902\u092a\u0928\u0940 "
        "\u0915\u093e\u0930\u094d\u092f\u093e\u0932\u092f \u092a\u094d\u0930\u092c\u0902\u0927\u0928",
    )
)
"""Who is no person behind such words: articles, offices, what a form has."""

_BY = (
    "printed downloaded viewed accessed exported requested opened generated saved",
    r"(?: \w{3,12}ly)?(?: on [\d/.: -]{4,24})? by",
)
_READERS = (
    _BY,
    (
        "prepared printed issued generated created exported produced made intended reserved watermarked "
        "downloaded registered personalised personalized",
        r"(?: \w{3,12}ly)? for",
    ),
    ("licensed licenced issued assigned delivered addressed", r"(?: \w{3,12}ly)? to"),
    ("licensed licenced", r" copy(?: (?:of|for|to))?(?: -)?"),
    ("copy", r" (?:for|of)"),
    ("eyes", r" of"),
    ("exclusive sole personal", r" use of"),
    ("property", r" of (?:agent|employee|user)"),
    (
        "preparad impres elaborad generad emitid expedid entregad asignad licenciad cread destinad reservad",
        r"[oa] (?:\w{3,14}mente )?(?:(?:a nombre de|para|a)(?=[\s:]))",
    ),
    (
        "impres descargad consultad exportad visualizad vist accedid abiert solicitad generad guardad",
        r"[oa] (?:\w{3,14}mente )?(?:el [\d/.: -]{4,24})?por",
    ),
    ("copia", r" (?:(?:personal|controlada|exclusiva|asignada) )?(?:de|para|a(?=[\s:]))"),
    ("exclusivo intransferible", r" de"),
    ("nombre", r" de(?= [^\W\d_]+ [^\W\d_])"),
    (
        "prepar imprim telecharg genere export consult etabli edite ouvert demande sauvegard",
        r"(?:ee?s?|es?)? (?:\w{3,14}ment )?(?:le [\d/.: a-]{4,24})?(?:pour|par|depuis)",
    ),
    ("delivr remis attribu adress reserv destin envoy", r"(?:ee?|e?s|e)? (?:\w{3,14}ment )?a(?=[\s:])"),
    ("exemplaire copie", r" (?:personnelle? )?(?:de|pour)"),
    ("exclusif", r" de"),
    (
        "pergatitur leshuar krijuar gjeneruar derguar printuar eksportuar",
        r" (?:vetem )?per",
    ),
    (
        "printuar shtypur shkarkuar eksportuar gjeneruar kerkuar hapur shikuar lexuar ruajtur",
        r"(?: me [\d/.: -]{4,24})? nga",
    ),
    ("kopj", r"[ae] (?:per|e)"),
    (
        "inihanda ginawa ipinadala inilaan inilabas inilimbag ipinrint nilimbag dinownload hiniling binuksan "
        "tiningnan na-print naprint na-download na-export in-export i-print iprint",
        r"(?: noong [\d/.: -]{4,24})?(?: para)? ?(?:kay|sa|ni|para)(?: kay)?",
    ),
    ("kopya", r" (?:ni|para kay)"),
    ("pag-aari", r" ni"),
)
_ROLE = (
    r"(?:(?:(?:the|el|la|le|al)\s++|l')?(?:mr|mrs|ms|mme|mlle|sra?|srta|senora?|don|user|usuari[oa]|utilisateur"
    r"|employee|agent|agente|emplead[oa]|asesora?|colaborador[a]?|perdoruesi[tn]?|punonjesi[tn]?)\b\.?\s*+:?\s*+)?"
)
"""What may stand between "prepared for" and the name."""

_BEFORE_NAME = rf"(?=[\s:])\s*+:?\s*+(?i:{_ROLE})"

_USERS = (
    ("user", r"[ _-]?(?:name|id)?"),
    ("log", r"(?:ged|ed)[ -]?in as|(?<=log)in"),
    ("sign", "ed in as"),
    ("usuari", r"[oa](?: de red| del sistema| de dominio)?"),
    ("utilisateur identifiant perdoruesi identifikuesi gumagamit", ""),
    (
        "\u0909\u092a\u092f\u094b\u0917\u0915\u0930\u094d\u0924\u093e \u092f\u0942\u091c\u0930 "
        "\u092f\u0942\u095b\u0930 \u092f\u0942\u091c\u093c\u0930",
        "(?: \u0906\u0908\u0921\u0940)?",
    ),
    ("host", " ?(?:name)?"),
    ("computer", "(?: name)?"),
)
_COMPUTERS = (
    ("workstation terminal equipo poste ordinateur ordenador kompjuteri kompyuter dispositivo", ""),
    ("computer device", "(?: name| id)?"),
    ("estacion", "(?: de trabajo)?"),
    ("\u0915\u0902\u092a\u094d\u092f\u0942\u091f\u0930", ""),
)
_SESSIONS = (
    ("logged signed", " in as"),
    ("iniciada", " como"),
    ("conectad", "[oa] como"),
    ("connecte", "e? en tant que"),
)
_STAFF = (
    ("employee staff agent badge worker personnel emp payroll", ""),
    (
        "emplead agente trabajador legajo nomina colaborador asesor funcionari operador ficha",
        "(?:[oa]|as?)?",
    ),
    ("matricule matricula salarie employe", ""),
    ("punonj empleyado manggagawa", "(?:esit)?"),
    ("\u0915\u0930\u094d\u092e\u091a\u093e\u0930\u0940", ""),
)
_PAPERS = (
    ("cedula", "(?: de ciudadania)?"),
    ("c.c c. dni nie curp rut cuil nss ssn sss umid tin nir", r"\.?\s?(?:c\.?)?"),
    ("documento", " de identidad"),
    ("identificacion pasaporte passport passeport aadhaar leternjoftim philhealth pag-ibig", ""),
    ("national", " id"),
    ("social", " security"),
    ("securite", " sociale"),
    ("numri", " personal"),
    ("\u0906\u0927\u093e\u0930", ""),
)
_COPIES = (
    ("copy copia ejemplar exemplaire copie kopja kopje kopya", r"(?: \w{5,12})?"),
    ("\u092a\u094d\u0930\u0924\u093f", ""),
)
_PHONES = (
    ("tel phone mobile movil celular cell cel portable whatsapp fono gsm", r"(?:phone|efon\w{0,4}|epono)?"),
    ("telephone telefon telepono", r"\w?"),
    (
        "\u092b\u094b\u0928 \u092b\u093c\u094b\u0928 \u095e\u094b\u0928 \u092e\u094b\u092c\u093e\u0907\u0932",
        "",
    ),
    ("\u0926\u0942\u0930\u092d\u093e\u0937", ""),
)
LABELS = (
    "recipient|reader|holder|employee|agent|advisor|name|distribution list|to|for"
    "|destinatari[oa]|lector|titular|emplead[oa]|trabajador[a]?|colaborador[a]?|asesora?|agente|para"
    "|nombres?(?: y apellidos?| completos?| del? \\w{5,12})?|usuari[oa]"
    "|nom(?: et prenom)?|salariee?|destinataire|titulaire|lecteur|pour"
    "|emri(?: i \\w+)?|punonjesi|marresi|titullari|per|pangalan|empleyado|tumanggap|para kay"
)
"""Before a colon and two words with capitals."""

LABELS_OF_HINDI = (
    "\u092a\u094d\u0930\u093e\u092a\u094d\u0924\u0915\u0930\u094d\u0924\u093e|\u0928\u093e\u092e"
    "|\u0915\u0930\u094d\u092e\u091a\u093e\u0930\u0940"
    "|\u0915\u0947 \u0932\u093f\u090f \u0924\u0948\u092f\u093e\u0930"
    "|\u0926\u094d\u0935\u093e\u0930\u093e \u092e\u0941\u0926\u094d\u0930\u093f\u0924"
)

Row = tuple[str, str]
ROWS: dict[str, tuple[Row, ...]] = {
    "reader": _READERS,
    "user": _USERS,
    "computer": _COMPUTERS,
    "session": _SESSIONS,
    "staff": _STAFF,
    "papers": _PAPERS,
    "copy": _COPIES,
    "phone": _PHONES,
}
_NO = r"(?:number|numero|numer|num|no|nr|n|blg|\u0938\u0902\u0916\u094d\u092f\u093e)"
_BEHIND = {
    "reader": _BEFORE_NAME + r"(\S++)(?:\s++(\S++))?",
    "user": r"\s*+[:#=]\s*+([\w.@\\-]{3,40})",
    "computer": r"\s*+(?:[:#=]\s*+)?(?=[\w.-]{0,39}\d)(?=\w{0,39}[A-Z]|\w{0,39}[_-])([\w.-]{4,40})",
    "session": r"\s*+:?\s*+([\w.@\\-]{3,40})(?=[ \t]*+(?:\n|\Z|[|,;)(\]\u00b7\u2013\u2014-]|\d))",
    "staff": r"\D{0,18}?[\s:#.\u00ba\u00b0]\s*+([A-Za-z]{0,3}-?\d[\d-]{3,11})\b",
    "papers": r"\D{0,14}?(?<![\d.,])([A-Z]{0,4}(?:\d[. -]?){5,17}\d[A-Z0-9]{0,9})\b",
    "copy": rf"(?i:\s*+{_NO}\.?\s?[o\u00ba\u00b0]?\.?\s*+:?\s*+#?\s*+\d{{1,7}}\b|\s*+#\s*+\d{{1,7}}\b"
    r"|\s*+\d{1,5} (?:of|de|sur|nga|ng) \d{1,5}\b)",
    "phone": r"[^\w+(]{0,4}(?:[^\W\d]{2,9}[^\w+(]{1,3})?"
    r"(?!\d{4}-\d\d-\d\d|\d\d?[./-]\d\d?[./-]\d{2,4}\b(?![./-]\d))"
    r"(?!0?1?[ -]?[89]00)(\+?\(?\d(?:[\s().-]{0,2}\d){6,14})(?![\w,])",
}
"""What stands behind a row's words."""


def behind(kind: str, row: Row) -> re.Pattern[str]:
    """What follows a beginning of a row in a plain text. Capitals are looked for as such."""
    return re.compile(f"(?i:{row[1]})(?:{_BEHIND[kind]})")


def expression_of(kind: str) -> re.Pattern[str]:
    """All rows of a kind, in a plain line."""
    begun = (f"(?:{'|'.join(map(re.escape, _longest_first(stems)))})(?:{rest})" for stems, rest in ROWS[kind])
    return re.compile(f"(?<![^\\W_])(?i:{'|'.join(begun)})(?:{_BEHIND[kind]})")


def _longest_first(stems: str) -> list[str]:
    return sorted(stems.split(), key=len, reverse=True)


_SOME = re.compile("[\u00c0-\u017f]")
_PLAIN = {
    code: base
    for code in range(0xC0, 0x180)
    if (base := unicodedata.normalize("NFD", chr(code))[0]).isascii() and base.isalpha()
} | {
    ord(letter): plain
    for letter, plain in zip("\u0141\u0142\u00d8\u00f8\u0110\u0111\u0131\u2019", "LlOoDdi'", strict=True)
}
_BYTES = bytes(ord(_PLAIN.get(code, chr(code))) for code in range(256))


def plainly(text: str) -> str:
    """The same letters without accents, as many as there were."""
    if text.isascii():
        return text
    try:
        return text.encode("latin-1").translate(_BYTES).decode("latin-1")
    except UnicodeEncodeError:
        return _SOME.sub(lambda found: _PLAIN.get(ord(found[0]), found[0]), text).replace("\u2019", "'")
