"""The words by which people say who they are, in six languages, and Hindi also in Latin letters.

Introductions are read in any case and with their accents ("me llamó" is no "me llamo"); all else as
`bot.intake.numbers.plain` writes it: in capitals, without accents but the tilde.
"""

INTRODUCTIONS = (
    # Spanish
    r"me llamo|mi nombre(?: completo| real| de pila)? ?(?:es|:)"
    r"|(?:el|la) (?:suscrit[oa]|abajo firmante),?|mis? apellidos? (?:es|son|:)",
    # English
    r"my (?:full |real |first |last |given |legal |true )?(?:sur)?name(?: is|'s| ?:| =)",
    r"(?:i am|i'm) (?:called|named)|i,? the undersigned,?",
    # French
    r"je m'appell?e|je me (?:nomme|pr[ée]nomme)|mon (?:vrai )?(?:nom|pr[ée]nom)(?: complet| de famille)? ?"
    r"(?:est|:|, c'est|c'est)|je,? soussign[ée]e?,?",
    # Albanian
    r"(?:un[ëe] )?quhem|(?:emri|mbiemri) im(?: i plot[ëe]| i v[ëe]rtet[ëe])? ?(?:[ëe]sht[ëe]|:)"
    r"|[ei] n[ëe]nshkruar(?:i|a),?",
    # Filipino
    r"(?:ang )?(?:tunay na |buong )?(?:pangalan|apelyido) ko(?: po)?(?: ay(?: si)?|:| si| is)?",
    r"(?:ang )?(?:aking|tunay kong|buong) pangalan(?: ko)?(?: po)?(?: ay(?: si)?|:| si| is)?",
    r"ako(?: po)?(?: ay)?,? si|ako(?: po)?'y si|(?:pangalan|full name) ko(?: po)? ?:|si ako",
    r"(?:ito|eto)(?: po)?(?: ay)? si",
    # Hindi
    r"mer[ae] (?:p[ou]+ra |asli |)na+m|मेरा (?:पूरा |असली |)नाम|मेरे नाम",
)
"""What a name comes behind, in any case."""

CAPITAL_INTRODUCTIONS = (
    r"(?:yo )?soy|[lto][leo]?s? (?:habla|escribe|saluda)"
    r"|quien (?:les |le )?(?:escribe|habla|suscribe)(?: es)?,?",
    r"i am|i'm|(?<![^\W\d_] )im|(?:hi|hello|hey),? (?:im|it's)|it'?s me,?",
    r"je suis|moi,? c'est",
    r"(?:un[ëe] )?jam|ju (?:shkruan|flet)",
    r"मैं|main|mai",
)
"""What a name comes behind where it is written as one: "I am tired" is none, "i'm john" is."""

NICKNAMES = (
    r"me (?:dicen|conocen como)|mis (?:amigos|compañeros) me dicen",
    r"call me|i go by|(?:people|they|everyone|everybody|friends|all) (?:all )?(?:know me as|call me)",
    r"(?:on|tout le monde) m'appelle|on me conna[îi]t (?:sous le nom de|comme)",
    r"m[ëe] (?:quajn[ëe]|th[ëe]rrasin|njohin si)",
    r"kilala (?:po )?ako bilang|(?:ang )?tawag (?:nila )?sa akin(?: ay)?|tinatawag (?:nila )?akong"
    r"|tawagin (?:niyo|nyo|ninyo|mo) (?:na lang )?akong",
    r"मुझे (?:लोग|सब|सभी|दोस्त|सब लोग)|mujhe (?:log|sab|dost)",
)
"""What one word in capitals or a common name alone comes behind, whatever goes on."""

TWO_CAPITALS = (
    r"this is|aqu[ií]|habla|ici|k[ëe]tu [ëe]sht[ëe]|c'est|(?:my|full) name,|mi nombre,|mon nom,|emrin tim,"
    r"|pangalan ko,|(?<![^\W\d_] )(?:yo|i|un[ëe]|moi),",
)
"""The same, where one word alone is more often something else."""

FORMS = (
    r"nombres?(?: y apellidos?| completos?)?|apellidos?|(?:my )?(?:full )?name|att[en]?\.?"
    r"|nom(?: et pr[ée]nom)?|pr[ée]nom"
    r"|emri(?: dhe mbiemri)?|(?:buong )?pangalan|firma(?:do)?(?: por)?|signed(?: by)?|sign[ée] ?(?:par)?"
    r"|n[ëe]nshkruar(?: nga)?",
    r"lagda(?: ni)?|n[ëe]nshkrimi|नाम|पूरा नाम|हस्ताक्षर|na+m",
)
"""What stands before a name at the beginning of a line, with a colon."""

CLOSINGS = (
    r"firma(?:do)?(?: por)?|signed(?: by)?|sign[ée]e?(?: par)?|n[ëe]nshkruar(?: nga)?|lagda(?: ni)?",
    r"(?:muchas |mil )?gracias(?: por (?:todo|su ayuda|leer(?:me)?|escuchar(?:me)?|su tiempo))?|(?:un "
    r")?saludos?"
    r"(?: cordiales)?|(?:un )?cordial saludo|(?:un )?abrazos?|con cariño|se despide"
    r"|atentamente|atte\.?|cordialmente|respetuosamente",
    r"(?:many )?thanks(?: a lot| again| for (?:reading|listening|your help|your time))?|thank you(?: so "
    r"much| very "
    r"much| for (?:reading|listening|your help|your time))?|(?:best |kind |warm )?regards|sincerely(?: "
    r"yours)?|yours "
    r"(?:truly|sincerely|faithfully)|cheers|best wishes|best|respectfully",
    r"(?:bien )?cordialement|merci(?: beaucoup| d'avance)?|salutations|bien à vous|sinc[èe]rement"
    r"|respectueusement",
    r"faleminderit(?: shum[ëe])?|me respekt|p[ëe]rsh[ëe]ndetje|t[ëe] fala|sinqerisht",
    r"(?:maraming )?salamat(?: po)?|lubos na gumagalang|gumagalang|nagmamahal",
    r"धन्यवाद|शुक्रिया|सादर|भवदीय|भवदीया|आपका|आपकी|आपका विश्वासी|आपकी विश्वासी|dhanyava+d|shukriya",
)
"""What ends a letter, before the name of who wrote it."""

SURNAMES = (
    "कुमार कुमारी शर्मा सिंह देवी वर्मा यादव गुप्ता पटेल खान मिश्रा मिश्र पांडे पाण्डेय पांडेय तिवारी "
    "जोशी रेड्डी नायर अय्यर दास राव "
    "चौधरी चौहान ठाकुर राजपूत मेहता शाह बेगम अंसारी शेख कौर गिल दुबे त्रिपाठी श्रीवास्तव सक्सेना अग्रवाल "
    "जैन बिष्ट रावत नेगी"
)
"""By which a name is known in a script without capitals."""

NO_NAMES = frozenset(
    " ".join(
        (
            # Spanish
            "a abogada abogado agente ahora al algo amigos analista ante anónimo aparece aparecía "
            "aquí argentina argentino asesor asesora así atención ayer aún bendiciones bilingüe "
            "boliviana boliviano cada casada casado católica católico chilena chileno claro "
            "colombiana colombiano como con confidencial conocido coordinador coordinadora cristiana "
            "cristiano cuando de del desde después dios donde dos ecuatoriana ecuatoriano el ella "
            "empleada empleado empleados en enfermera enfermero entonces entre equipo era es esa ese "
            "eso español española estaba este esto estudiante está están falso figura formador "
            "formadora fue fulano gordo gritando ha han hasta hombre hondureña hondureño hoy "
            "importante ingeniera ingeniero instructor jefa jefe la las le les lider lo los líder "
            "madre maestra maestro mal mamá mentiroso mexicana mexicano mi miembro mientras mis "
            "moderador moderadora movistar mucho mujer muy médica médico nada nadie ni no nomás nos "
            "nueva nuevo o operador operadora otra otro padre papá para parte pero peruana peruano "
            "por porque prefiero profesor profesora pública público que queda quedó quien real "
            "reservada reservado sale salió se secreto ser señor señora señoras señores si sin "
            "sindicalista sindicato sobre solo soltera soltero su subcontratada subcontratado "
            "supervisor supervisora sus también te testigo todo trabajador trabajadora trabajadoras "
            "trabajadores tres tu técnica técnico un una unión uno va varias veces venezolana "
            "venezolano verdadero viene y ya yo zot",
            # English
            "about above account advisor afraid african after again agent agents albanian all alone "
            "alorica also always am amazon american an analyst and anonymous another any are around "
            "as asian associate at atento available away back be because been before being below "
            "between bless boss both british buddhist but by bye can't cannot catholic chinese "
            "christian colombian company concentrix confidential congolese content contract "
            "contractor could csr customer day department desk did do doctor does don't done down "
            "driver during each egyptian either else employee engineer english ethiopian european "
            "even ever every everybody everyone facebook fake false father few filipina filipino "
            "finance fine first floor for foundever freelancer french friday friends from genpact "
            "german getting ghanaian god going gone good google greek guard guys had has have having "
            "he her here hidden him hindu his how hr human i if important in indian inside into "
            "irrelevant is isn't it italian its jewish junior just kenyan known konecta kosovar later "
            "lawyer lead leader legal legend less like listed ma'am madam manager many married maybe "
            "me member mentioned meta mexican missing moderator moderators monday more moroccan most "
            "mother much muslim must my near never new newsroom next nigerian night nobody none not "
            "nothing now nurse of off office ok okay om on one only operations operator or other our "
            "out over own parent part people peruvian pinay pinoy please policy portuguese pregnant "
            "private probably protected public published qa quality rather ready remote removed "
            "representative resources romanian rwandan safe said same saturday scared secret seen "
            "senior service she shift shown sikh silbo single sir sitel so somali some something "
            "sorry spanish spartacus specialist spelled staff still student such sunday supervisor "
            "support sure taken tanzanian taskus teacher team teamlead technical telegram "
            "teleperformance temp that the their them then there there's these they this those "
            "through thursday tiktok tired tl to today tomorrow too tp trainer training tuesday "
            "tunisian turkish two ugandan under union unknown unsafe until up us used vendor "
            "venezuelan very vietnamese visible was we wednesday were what whatsapp when where which "
            "while who whom whose why will wipro with withheld without worker workforce worried would "
            "written wrong yes yesterday yet you your",
            # French
            "musulman musulmane chrétien chrétienne catholique juif juive athée "
            "affiché affichée ai algérien algérienne au aussi aux avec belge bien béninois béninoise "
            "cadre camerounais camerounaise canadien canadienne car ce ces cette chacun charlie chez "
            "comme congolais congolaise connu connue conseiller conseillère dans depuis des deux dieu "
            "dit donc du délégué déléguée elle employé employée en encore est et eux faux formateur "
            "formatrice français française ici il ils important infirmier infirmière inscrit "
            "intérimaire ivoirien ivoirienne jamais je leur leurs là ma madame mais mal malgache "
            "malien malienne maman marocain marocaine mes mesdames messieurs modérateur modératrice "
            "moi mon monsieur même ne ni notre nous on opérateur opératrice ou où papa par pas plus "
            "pour qu quand qui quoi québécois québécoise responsable sa salarié salariée sans ses si "
            "son sont sous souvent suisse superviseur superviseure sur syndiqué syndiquée sénégalais "
            "sénégalaise technicien technicienne togolais togolaise toujours tous tout toute toutes "
            "très tu tunisien tunisienne téléconseiller téléconseillère une vos votre vous vrai être",
            # Albanian
            "agjent agjente anonim aty baba dembele dhe do drejtues e edhe eshte fshehtë gati "
            "gjithmonë i ishte jo ka katolik katolike kjo kosovar kosovare ku kur kush ky këtu lodhur "
            "me mjek moderator moderatore mos musliman muslimane më mësuese ndryshe gjithashtu ne nga nuk në "
            "nënë operator operatore ose pa per po por punonjës punonjëse për qe që s'ka sekret sepse "
            "shqiptar shqiptare shumë si ta te tek të vetë vetëm zot çfarë çka është",
            # Filipino
            "alam ang at ate ay ba binura bisaya boss dahil daw din dito doon empleyado hindi ilokano "
            "inalis isa isang isinama ito iyon kapag kasama katoliko kay kaya kilala kung kuya lahat "
            "lamang lang lihim ma'am manggagawa may mayroon meron mga mismo na nakalagay nakalista "
            "nakasulat namin nanay nandito nandoon nang nasa natin ng nila niya pa pang para pilipina "
            "pilipino pinay po raw rin sa sir tago tatay tinanggal wala walang yan yun",
            # Hindi
            "aur bata batana batao bhi diya galat gaya gupt hai hain hata hi hoon hu ka kaat kaun ke "
            "ki kisi ko koi kya likh likha liya mat me mein nahi nahin nai ne par pata pe sab sabko "
            "sahi se tha thi toh wahan ya yahan अकेला अकेली अनजान आप आया इस्तेमाल ईसाई एक एजेंट और कट "
            "कर्मचारी कहीं का काट किसी की कुछ के को कोई कौन क्या खुश गया गलत गुप्त छिपा छुपा छुपाया "
            "ज़ाहिर जान जी जो टीम तो थका थकी था थी थे दिया दोस्तों धन्यवाद न नहीं ना नाम ने पता पर "
            "बता बताएं बताना बताया बहुत भी मत मालूम मुझे मुसलमान में मैं मैडम मॉडरेटर यह यहाँ या ये "
            "लिख लिखा लिया लिस्ट वह वहाँ वो शुक्रिया सब सबको सर सही सार्वजनिक सूची से हटा हम हर हिंदू "
            "हिन्दू ही हूँ हूं है हैं हो",
        )
    ).split()
)
"""Words that are nobody's name, in lower case: of a sentence, what people are, do and work for."""

ENDS = ("ed", "ado", "ada", "ido", "ida", "uar", "ing")
"""How what was done to a name ends, where it is written without a capital: "my name is printed"."""

AND = frozenset(["y", "e", "and", "et", "dhe", "at", "aur", "और"])

PAPERS = (
    # Said alike in several languages: passport, national identity, tax, social security
    r"PASSPORT|PASAPORTE?|PASSEPORT|PASAPORTA|NUMRI (?:IM )?I PASAPORTES(?: SIME)?|PASHAPORTA|पासपोर्ट",
    r"DNI|NIE|CURP|RFC|CUIL|CPF|CEDULA(?: DE (?:CIUDADANIA|IDENTIDAD|EXTRANJERIA))?|(?:CREDENCIAL DEL "
    r")?INE|CLAVE DE ELECTOR",
    r"(?:NATIONAL |VOTER(?:'?S)? )ID|(?:ID|IDENTITY) CARD|DRIVER'?S? LICEN[CS]E|DRIVING LICEN[CS]E|TAX "
    r"(?:ID|NUMBER)",
    r"SSN|SOCIAL SECURITY|NATIONAL INSURANCE|SEGURO SOCIAL|SEGURIDAD SOCIAL|NSS|NUSS|IMSS",
    r"LICENCIA DE (?:CONDUCIR|CONDUCCION|MANEJO)|TARJETA DE IDENTIDAD|DOCUMENTO DE IDENTIDAD",
    r"CARTE (?:NATIONALE )?D'IDENTITE|CNI|CIN|SECURITE SOCIALE|SECU|NIR|NUMERO FISCAL|TITRE DE SEJOUR"
    r"|PERMIS DE CONDUIRE",
    r"KART(?:A|E|EN) (?:IME )?(?:E )?(?:TE )?IDENTITETIT|LETERNJOFTIM\w*|NUMRI (?:IM )?PERSONAL|NID"
    r"|PATENT(?:A|E|EN)",
    r"SIGURIMEVE SHOQERORE|LEJ(?:A|E|EN) (?:E )?(?:IME )?(?:E )?DREJTIMIT|NUMRI (?:IM )?TATIMOR",
    r"PHILSYS(?: ID)?|PHILID|UMID|SSS|GSIS|PHILHEALTH|PAG-?IBIG|TIN|LISENSYA",
    r"AADHA?AR(?: CARD)?|PAN(?: CARD)?|UAN|ESIC?|EPIC|RATION CARD",
    r"आधार(?: कार्ड)?|पैन(?: कार्ड)?|वोटर (?:आईडी|कार्ड)|मतदाता पहचान पत्र|पहचान पत्र|ड्राइविंग लाइसेंस"
    r"|राशन कार्ड",
)
"""What a number of five digits and more is a person's behind."""

LABELS_OF_NUMBERS = (
    r"BADGE|EMPLOYEE|STAFF ID|CARNET?|LEGAJO|FICHA|GAFETE|CODIGO|MATRICULE|IDENTIFIANT|KODI|बैज"
    r"|KARTELA(?: IME)?(?: NUMER)?|ID E PUNES",
    r"(?:CARNET?|FICHA|GAFETE|LEGAJO|BADGE|ID) (?:NUMERO|NUMBER|NO|NR|N|#)",
)
"""What stands before a worker's number at the beginning of a line or of a clause."""

BADGES = (
    r"(?:EMPLOYEE|EMP|STAFF|BADGE|AGENT|WORKER|PAYROLL|PERSONNEL) (?:ID|NUMBER|NO|CODE)|MY (?:WORK |STAFF "
    r"|COMPANY "
    r"|AGENT |EMPLOYEE |EMP )?(?:ID|BADGE|CODE|LOGIN|NUMBER|USER ?(?:ID|NAME)?)",
    r"(?:CODIGO|NUMERO|ID|CARNET?|GAFETE|FICHA|USUARIO) (?:DE|DEL) (?:EMPLEAD[OA]|AGENTE|TRABAJADORA?"
    r"|OPERADORA?)"
    r"|MI (?:CODIGO|NUMERO|ID|CARNET?|GAFETE|FICHA|USUARIO|LEGAJO|NOMINA|MATRICULA|LOGIN)(?: DE (?:LA "
    r"EMPRESA|NOMINA))?",
    r"(?:NUMERO|CODE|IDENTIFIANT) (?:D'EMPLOYEE?|D'AGENT|DE SALARIEE?|DE BADGE)|(?:MON )?MATRICULE|MON "
    r"(?:BADGE"
    r"|IDENTIFIANT|CODE|NUMERO|LOGIN)(?: (?:D'EMPLOYEE?|D'AGENT|DE SALARIEE?|DE BADGE))?",
    r"(?:NUMRI|KODI|ID) (?:IM )?(?:I )?(?:PUNONJESIT|PUNONJESES|AGJENTIT|OPERATORIT|PUNES)|(?:NUMRI|KODI"
    r"|BADGE|ID-?JA"
    r"|LOGIN) IM[E]?(?: I PUNES)?",
    r"(?:EMPLOYEE |BADGE |AGENT )?(?:ID|BADGE|NUMERO|NUMBER|CODE)(?: NUMBER| NO)? KO|(?:AKING|ANG AKING) "
    r"(?:EMPLOYEE |AGENT )?"
    r"(?:ID|BADGE|NUMERO|CODE)(?: NUMBER)?",
    r"(?:कर्मचारी|एम्प्लॉई|एम्प्लॉयी|एजेंट) (?:आईडी|कोड|नंबर)|मेर[ाी] (?:कर्मचारी |एजेंट |)(?:आईडी|कोड"
    r"|नंबर|बैज|संख्या)(?: नंबर)?",
    r"MER[AI] (?:EMPLOYEE |)(?:ID|CODE|NUMBER|BADGE)(?: NUMBER)?",
)
"""What a number of four digits and more is a worker's behind."""

CONTACTS = (
    r"MY (?:OWN |PERSONAL |CELL |MOBILE |PHONE |CONTACT |WHATSAPP |TELEGRAM |HOME )*(?:CELL|CELLPHONE"
    r"|MOBILE|PHONE"
    r"|TELEPHONE|WHATSAPP|NUMBER|CONTACT|E-?MAIL|GMAIL|MAIL|TELEGRAM|INSTAGRAM|FACEBOOK|SIGNAL|USERNAME"
    r"|ADDRESS)(?: (?:NUMBER|ADDRESS|ID|NO))?",
    r"(?:CALL|TEXT|WHATSAPP|MESSAGE|PHONE|REACH|CONTACT|E-?MAIL|MAIL|RING|WRITE)(?: TO)? ME|JOIGNABLE",
    r"MI (?:NUMERO|CELULAR|CEL|TELEFONO|TEL|MOVIL|WHATSAPP|WASAP|WSP|CORREO|E-?MAIL|GMAIL|MAIL|CONTACTO"
    r"|TELEGRAM|INSTAGRAM"
    r"|FACEBOOK|USUARIO|DIRECCION)(?: (?:DE|ELECTRONIC[OA]|PERSONAL|TELEFONO|CELULAR|CONTACTO|WHATSAPP"
    r"|CORREO))*",
    r"(?:LLAMA|LLAME|LLAMEN|ESCRIBA|ESCRIBE|ESCRIBAN|CONTACTA|CONTACTE|CONTACTEN)(?:ME|NME)|ME PUEDEN? "
    r"(?:LLAMAR"
    r"|ESCRIBIR|CONTACTAR)|PUEDEN? (?:LLAMAR|ESCRIBIR|CONTACTAR)ME",
    r"MON (?:NUMERO|TEL|TELEPHONE|PORTABLE|MOBILE|MAIL|E-?MAIL|GMAIL|COURRIEL|WHATSAPP|TELEGRAM"
    r"|CONTACT)(?: (?:DE|TELEPHONE"
    r"|PORTABLE|WHATSAPP))*|MON ADRESSE(?: (?:E-?MAIL|MAIL|COURRIEL|ELECTRONIQUE))?",
    r"(?:APPELEZ|APPELLE|APPELER|ECRIVEZ|ECRIS|CONTACTEZ|CONTACTE|JOIGNEZ)-MOI|ME (?:JOINDRE|CONTACTER"
    r"|APPELER|ECRIRE)",
    r"(?:NUMRI|TELEFONI|CELULARI|EMAIL-?I|E-?MAIL-?I|WHATSAPP-?I|KONTAKTI|ADRESA) IME?(?: (?:I|E"
    r"|TELEFONIT|CELULARIT"
    r"|EMAILIT))*|TELEGRAMI IM"
    r"|VIBER-?I IM|ME (?:TELEFONO|TELEFONONI|SHKRUANI|SHKRUAJ|KONTAKTO|KONTAKTONI|MERRNI|MERR|GJENI)",
    r"(?:NUMERO|CELLPHONE|CP|TELEPONO|E-?MAIL|GMAIL|NUMBER|WHATSAPP|TELEGRAM|FB)(?: NUMBER| ADDRESS)? KO"
    r"|AKING (?:NUMERO"
    r"|TELEPONO|CELLPHONE|CP|E-?MAIL|NUMBER|WHATSAPP)(?: NUMBER| ADDRESS| SA)*|(?:TAWAGAN|KONTAKIN|SULATAN"
    r"|I?-?TEXT|I?-?E-?MAIL|I?-?MESSAGE) (?:NIYO|NYO|NINYO|MO)(?: PO)? (?:A?KO)",
    r"(?:CEL|CELULAR|TEL|TELEFONO|WHATSAPP|WSP|CELLPHONE|PORTABLE) ?:",
    r"मेर[ाीे] (?:फ\u093c?ोन|मोबाइल|मोबाईल|व्हाट्सएप|व्हाट्सऐप|टेलीग्राम|ईमेल|ई-मेल|जीमेल|संपर्क|नंबर|नम्बर|पता)(?: "
    r"(?:नंबर|नम्बर|आईडी|पता))*"
    r"|मुझे|मुझसे|MER[AI] (?:PHONE|MOBILE|WHATSAPP|E-?MAIL|NUMBER|CONTACT)(?: (?:NUMBER|ID|NO))*|MUJHE"
    r"|MUJHSE",
)
"""What a telephone or an address is one's own behind."""

LABELS = (
    r"WHATS?APP|WASAP|WSP|WA|VIBER|SIGNAL|TELEGRAM|IMO|MESSENGER",
    r"E-?MAIL|MAIL|GMAIL|CORREO(?: ELECTRONICO)?|COURRIEL",
    r"(?:CEL|CELL|CELULAR|MOVIL|MOBILE|TEL|TELEFONO|TELEPHONE|TELEFONI|CELULARI|PHONE|PORTABLE|CP|CELLPHONE|NUMRI"
    r"|CONTACT|CONTACTO|KONTAKT)(?: (?:NUMBER|NO|NUMERO))?",
    r"फ\u093c?ोन|मोबाइल|मोबाईल|व्हाट्स[एऐ]प|ईमेल|ई-मेल|जीमेल|टेलीग्राम|संपर्क",
)
"""What stands before a telephone or an address at the beginning of a line or of a clause."""

OFFICES = frozenset(
    " ".join(
        (
            "alerte alertes careers complaints compliance denuncias empleos ethics ethique etica etika",
            "helpline hotline integridad integrity line linea newsroom quejas reclutamiento recruitment",
            "recrutement redaccion redaction sindicato speakup syndicat team tips union whistleblower",
        )
    ).split()
)
"""Names of mailboxes that are an office's, besides those of `scrub.marks.labels`."""

BETWEEN = (
    "TE NUMERIN NUMER ADRESA ADRESSE ADDRESS "
    "IS ES EST SON NUMBER NO NUM NUMERO NRO NR N ID AT ON IN AL A AU EN AY PO NE SUR THE TO DE DU DEL "
    "SA DITO LANG NAMAN ESHTE JANE NUMRIN NUMRI TELEFON TELEFONO CELULAR WHATSAPP EMAIL MAIL CORREO "
    "PERSONAL KO NG HAI C'EST MY MI MON CARD IME LE LA OF BY POR ON THIS FOLLOWING SIM YE YEH I IM E "
    "है हैं नंबर नम्बर संख्या पर यह ये"
).replace(" ", "|")
"""What may stand between such words and the number."""
