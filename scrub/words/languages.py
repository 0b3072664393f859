"""What tells one language's words from another's: its letters beyond a to z, and its most common words. Data.

Languages of the people whom Silbo speaks to, and of those whose old code pages would be taken for theirs. The
words are from everyday frequency lists; a word of two languages counts for both.
"""

# ruff: noqa: RUF001 -- letters of other scripts are what it is about

_CYRILLIC = "абвгдежзийклмнопрстуфхцчшщъыьэюя"

LETTERS = {
    "en": "é",
    "es": "áéíñóúü",
    "pt": "áâãàçéêíóôõúü",
    "fr": "àâæçéèêëîïôœùûüÿ",
    "it": "àèéìíîòóùú",
    "de": "äöüßé",
    "nl": "éèëïóöü",
    "sv": "åäöé",
    "da": "æøåé",
    "sq": "ëç",
    "tr": "çğıöşüâîûi\u0307",
    "pl": "ąćęłńóśźż",
    "cs": "áčďéěíňóřšťúůýž",
    "sk": "áäčďéíĺľňóôŕšťúýž",
    "hu": "áéíóöőúüű",
    "ro": "ăâîşţșț",
    "hr": "čćđšž",
    "lt": "ąčęėįšųūž",
    "lv": "āčēģīķļņšūž",
    "et": "äõöüšž",
    "ru": _CYRILLIC + "ё",
    "uk": _CYRILLIC + "ґєії",
    "bg": _CYRILLIC,
    "sr": _CYRILLIC + "ђјљњћџ",
    "el": "αβγδεζηθικλμνξοπρσςτυφχψωάέήίόύώϊϋΐΰ",
}

WORDS = {
    language: frozenset(words.split())
    for language, words in {
        "en": "the of and to in is that it was for on are with as at this have from by not but what all we "
        "when can there which their said if will each about how they them then some would other has more no",
        "es": "de la que el en y los del se las por un para con no una su al lo como más pero sus le ya este "
        "sí porque esta entre cuando muy sin sobre también hasta hay donde desde todo nos me mi ni qué dijo "
        "está están hoy mañana nada son es fue",
        "pt": "de que do da em um para com não uma os no na por mais as dos como mas foi ao ele das tem seu "
        "sua ou quando muito nos já está também só pelo pela até isso ela entre sem mesmo são",
        "fr": "de la le et les des en un du une que est pour qui dans par plus pas au sur ne se ce il sont "
        "avec ou son nous vous mais même été",
        "it": "di che la il un per non una sono con si da come più ma del nel della anche ho le lo ha gli è",
        "de": "der die und in den von zu das mit sich des auf für ist im dem nicht ein eine als auch es an "
        "werden aus er hat dass sie nach wird bei wir ich kein keine",
        "nl": "de het een en van ik te dat die in je niet zijn is op aan met voor er maar om dan zou wat ook",
        "sv": "och att det som en på är av för med den till inte har de ett om var jag men vi så",
        "da": "og at det er en til på som de med han af for ikke der var den har jeg et vi så men",
        "sq": "të në e i dhe për me që një nuk ka është nga se si do kjo ky por më kemi janë tha nesër edhe",
        "tr": "ve bir bu da de için ile çok daha ne gibi var yok ama en kadar sonra her mi değil olan olarak "
        "diye biz ben yarın",
        "pl": "i w nie na się z do to że jest o jak za od po ale co przez bez dla tym tak są czy był już ma",
        "cs": "a se v na je že to s z do o i za jako po jsou ale nebo bylo byl není pro od tak by co jsme",
        "sk": "a sa v na je že to s z do o i za ako po sú ale alebo bolo bol nie pre od tak by čo sme",
        "hu": "a az és hogy nem is egy van ez meg de csak már mint volt lesz még el nincs ki után",
        "ro": "de şi și în la a cu că nu o pe un din este care se mai pentru ce sunt am fost nici dar",
        "hr": "i u je da se na za od ne su s to kao a o koji bi iz što će sam nema ili ali",
        "lt": "ir kad į iš su yra tai ne buvo bet o kaip už nuo apie jau nėra po prie",
        "lv": "un ir ka no uz ar par bet nav tas kā pie vai to bija arī",
        "et": "ja on ei et see oli ka aga mis kui ma ta oma siis nii või",
        "ru": "и в не на что он с я по это за из от но как все было его к бы так нет же мы у о для март",
        "uk": "і в не на що він з я по це за від але як усе було його до та немає ми у про для й",
        "bg": "и в не на че е с за от да се по но как все беше го няма ще ние у това са без",
        "sr": "и у не на да је се за од али као све било га нема ће ми то са без су",
        "el": "και να το η ο της την του τα με για που από δεν στο είναι τη τον θα οι ότι σε δε τις",
    }.items()
}
