"""What an attacker wrote without a look at the words of `bot.intake.own_words`, a line each.

`n` tells a name, `d` a number, `c` a telephone or an address, `o` is ordinary; `|` ends a line of it. All of
it is made up.
"""

LINES = {
    "es": """
o Soy moderadora de contenido desde hace dos años.
o Soy de Bogotá y trabajo de noche.
o soy madre soltera y no puedo dejar este trabajo
o Soy Team Leader y tampoco nos pagan las extras.
o Soy colombiano, no me dan contrato.
o soy uno de los que firmaron la carta
o Soy parte del equipo de violencia.
o soy diego's compañera, a él lo echaron
o Mi jefe se llama Andrés Cárdenas y grita a todos.
o La supervisora Marcela nos quita los descansos.
o Me llamaron de recursos humanos para firmar.
o Me llaman la atención por ir al baño.
o Me llamo la atención que nadie dijera nada.
o No quiero dar mi nombre.
o Mi nombre está en la lista de despidos.
o Mi nombre no lo pongo por miedo.
o Vimos 12000 videos en una semana, 400 por turno.
o Nos pagan 1.300.000 pesos al mes.
o El 14 de marzo de 2026 a las 22:30 se desmayaron dos.
o El teléfono de la línea ética es 018000 123 456 y graba.
o Pueden quejarse en etica@empresa.com, no hacen nada.
o El caso 4482913 era el del niño.
o Whatsapp está prohibido en el piso.
o correo de la empresa lo leen ellos
o El correo dice que desde el lunes no hay bonos.
o soy testigo de lo que pasó con Laura
o Soy Claro y Tigo me tercerizó, no, mentira, soy de Teleperformance.
o soy nueva, llegué en enero con otras 30
o Firmado: los trabajadores de la noche
o Gracias por leer
o Saludos desde Medellín
o Atentamente, un trabajador cansado
o Ella me dijo: "Soy Patricia de la central y usted firma o se va".
o En mi carné no sale el cargo real.
o mi turno 2041 siempre lo cambian
o mi usuario lo bloquean si paro 5 minutos
o mi número de videos por día es 1500
o Aquí Teleperformance no respeta nada.
o En mi celular instalaron un programa.
n soy diego restrepo, trabajo en el turno de la noche
n Soy Diego del equipo de violencia
n soy juan
n me llamo ana
n Mi nombre es Luz Marina Ospina
n mi nombre completo: carlos alberto gil
n me dicen La Mona Sánchez
n me conocen como Pipe
n hola, habla Camila, del piso 3
n hola les escribe jorge andrés muñoz
n Aquí Valentina, moderadora.
n nombre: pedro páramo
n Atentamente, Rosa Quispe
n Gracias,|lucía
n Saludos, Iván Duarte
n att: yesenia torres
n firma: Héctor Gómez C.
n Pueden usar mi nombre, Paola Rincón
n Yo, Juan Carlos Mejía, declaro que no me pagaron.
n Quien escribe es Mónica Vélez, exempleada.
d mi cédula es 1020304050
d C.C. 52.345.678
d cc 1032456789 de bogotá
d mi dni 45678912
d pasaporte AB123456
d carnet número 30219
d mi código de empleado es 48213
d mi número de identificación 79456123
d mi usuario es TP48213
d legajo 10233
c whatsapp +57 300 123 4567
c correo: ana.perez@gmail.com
c mi correo es juanp@hotmail.com
c mi número es 300 123 4567
c me pueden llamar al 3001234567
c mi cel 311 555 0102
c escríbame al 320-555-0199
c mi telegram es @pipe_gomez
c tel. (601) 555 0123
c contáctenme en luz.m@proton.me
n soy yuliana y trabajo en moderación
n les habla cristian, de soporte
n mi nombre es yeimy
n me dicen Chucho
n Con cariño,|Marlon
n Yo soy Nubia Castaño
n Soy Wilmer, agente
n Se despide,|Kelly Johanna Ruiz
n firma: jhon fredy lópez
n mi apellido es Cuesta
o soy la única que habla
o Soy fan de Shakira pero ese video no
o Aquí nadie habla
o Yo, como todos, firmé
o me dicen que no vuelva
o soy paciente psiquiátrica desde 2021
o correo interno 2024-11-30
o Gracias a Laura dormí
o habla con Marcos y verás
o les habla como a niños
o El carné 2 se rompió
o cel en el casillero 1234567
o firma: obligatoria
o nombre: no
o soy Testigo de Jehová
""",
    "en": """
o I'm tired of watching these videos every night.
o i'm scared they will find out who told
o I am Kenyan and I work nights.
o I'm not the only one. Maria also cries after her shift.
o I'm from Nairobi and I moved here for the job.
o I'm in the Meta queue since January.
o i am a content moderator at the site in Accra
o I'm on shift now, will write later.
o I'm leaving in March 2026.
o My manager is called Robert Haines and he shouts at us.
o Our team lead John said that breaks are not paid.
o They call me lazy when I go to the toilet.
o Call HR and nobody picks up.
o The hotline is +1 800 555 0199 but it is recorded.
o You can complain at ethics@bigfirm.com, they do nothing.
o We moderated 12000 clips in one week, 400 each.
o They pay 2.20 USD an hour, 176 hours a month.
o On 14/03/2026 at 22:30 two people fainted.
o My contract says 48 hours, I do 60.
o Ticket 4482913 was the one with the child.
o i'm john's colleague and he was fired
o I'm Christian and they made me watch it on Sunday.
o I'm Muslim. They give no time to pray.
o I'm Team Lead now but I still see the videos
o I'm QA for the hate speech queue
o my name is on the list of people who will be let go
o My name badge has a chip that counts my steps.
o Don't use my name please.
o I won't give my name.
o I am done. Thank you for reading.
o Thanks, and please help us.
o Best regards
o Yours, a worker who can't sleep
o Signed: all of us on the night shift
o He told me "I'm David from headquarters, you have to sign".
o my number of clips is 1500 a day
o my phone is taken away at the door, locker 2041
o email is read by them, also whatsapp
o Phone: not allowed. Paper: not allowed.
o I'm sure Google and TikTok know this.
n i'm john from the night team
n I'm Sarah Mbeki, moderator in Nairobi
n hi my name's peter and i work at the call center
n my name is Wanjiru
n This is Daniel Otieno writing, from Accra.
n it's me, Grace, from the second floor
n they all call me Big Tony
n people know me as Kwame Boateng
n I go by Chris at work
n Name: fatima hassan
n Kind regards, Lucy
n thanks,|joseph
n Yours sincerely|Mary W. Kamau
n i am james mwangi, employee since 2019
n - Amina
n Signed, Brian Ochieng
n Im Linda and I need help
n hello, john here, i work in the violence queue
n My full name is Abdul Rahman Sesay and I was fired.
n you may use my name, Esther Njeri
d my employee number is 48213
d Employee ID: KE-20931
d passport no. A1234567
d My ID number is 29384756
d badge 77120, night shift
d my social security number is 078-05-1120
d SSN 219-09-9999
d national id 31224567
d my staff id is 00412
d driver's license D1234567
c my number is +254 712 345 678
c call me on 0712 345 678
c whatsapp +254 712345678
c text me at (555) 010-4477
c email: grace.o@gmail.com
c you can reach me at john.m@proton.me
c my telegram is @johnny_moder
c signal: +44 7700 900123
c write me to wanjiru88 at gmail dot com
c my phone: 0700112233
n i'm mercy from the gore queue
n hey it's kevin again
n my name - Doreen
n yours faithfully,|Blessing
n I, Patrick Ouma, was fired in May
n i am robert
n you can call me Shiku
n regards|hassan
n Name = Thandi Nkosi
o I'm nobody special, just tired
o I told Sarah and she told HR
o This is Facebook's rule
o My name will be on the letter if I talk
o Thanks for everything
o i'm mark-to-market lol
o The badge reader logs 2 minutes
o call me when it's over
o I'm in Nairobi and Anna is in Accra
o email them 200 times a day
o Whatsapp group 3 has 256 people
o phone: taken at 08:00
o I, too, saw the video
o James here is the worst supervisor
o Sarah here never stops
""",
    "fr": """
o Je suis fatiguée de regarder ces vidéos.
o Je suis de Lyon et je travaille la nuit.
o je suis modératrice depuis deux ans
o Je suis mère de deux enfants.
o Je suis Team Leader et on ne paie pas mes heures.
o Je suis Malgache, on me paie moins que les Français.
o Je suis Musulman et il n'y a pas de pause.
o je suis l'une de celles qui ont signé
o je suis en arrêt depuis mars
o Notre chef s'appelle Robert Marchand et il crie.
o La superviseuse Claire nous retire les pauses.
o On m'appelle pour signer.
o On m'appelle paresseuse quand je vais aux toilettes.
o Je ne veux pas donner mon nom.
o Mon nom est sur la liste des départs.
o Mon nom ne doit pas sortir.
o On a vu 12000 vidéos en une semaine, 400 par poste.
o On est payé 1.300 euros par mois, 151 heures.
o Le 14 mars 2026 à 22h30 deux personnes se sont évanouies.
o Le numéro vert est le 0 800 123 456 et il enregistre.
o On peut se plaindre à ethique@entreprise.fr, rien ne se passe.
o Le ticket 4482913 était celui de l'enfant.
o Whatsapp est interdit sur le plateau.
o mail de la boîte lu par eux
o je suis témoin de ce qui est arrivé à Laure
o Je suis nouvelle, arrivée en janvier.
o Merci de m'avoir lue
o Cordialement
o Cordialement, une salariée épuisée
o Signé : tous ceux de la nuit
o Elle m'a dit : « Je suis Patricia du siège, vous signez. »
o Sur mon badge le poste est faux.
o mon téléphone reste au casier 2041
o mon nombre de vidéos par jour est 1500
o Ici Teleperformance ne respecte rien.
o Je suis là depuis 2019.
o je suis seul et j'ai peur
o Je suis prêt à parler.
o Je m'appelle pas, je ne dirai rien
n je suis jean du service de nuit
n Je suis Awa Diop, modératrice à Dakar
n je m'appelle sophie
n moi c'est Karim
n Mon nom est Hery Rakoto
n mon nom complet : marie claire ndiaye
n mon prénom est Léa
n on m'appelle Titi au boulot
n ici Fatou, du deuxième étage
n c'est Thomas Leroy qui vous écrit
n nom : pierre dupont
n Nom et prénom : Koffi Mensah
n Cordialement, Nadia
n Merci,|julien
n Bien à vous|Claire M. Petit
n Signé : Omar Bensaïd
n Je soussigné Paul Girard déclare ne pas avoir été payé.
n Je soussignée, Inès Martin, atteste
n vous pouvez utiliser mon nom, Mamadou Ba
n je me nomme Rivo Andriana
d mon numéro de sécu est 2 85 05 78 006 084 36
d passeport 12AB34567
d ma carte d'identité 880692310285
d matricule 48213
d mon matricule est le FR-20931
d numéro d'employé : 77120
d mon badge 30219
d permis de conduire 123456789012
d titre de séjour 7512345678
d CIN 101 234 567 890
c mon numéro est le 06 12 34 56 78
c appelez-moi au 06.12.34.56.78
c whatsapp +221 77 123 45 67
c mail : awa.d@gmail.com
c mon mail c'est karim@hotmail.fr
c écrivez-moi à lea88@proton.me
c mon telegram @hery_r
c tél : 01 23 45 67 89
c mon portable 07 11 22 33 44
c joignable au 0033 6 12 34 56 78
n je suis aminata
n Moi c'est Fanja
n je m’appelle ndeye
n Ici Moussa du plateau 2
n Cordialement,|hery
n on me connaît comme Bébé
n Je suis Bintou et je travaille de nuit
n Je me nomme Tsiry
n c'est khadija
n nom: Rasoa
o je suis la seule
o C'est Claire qui décide, pas moi
o on m'appelle à 3h
o Moi, j'ai vu
o Je suis Chef d'équipe et j'obéis
o merci à Sophie
o Je suis sous Xanax
""",
    "sq": """
o Jam i lodhur nga këto video.
o Unë jam nga Tirana dhe punoj natën.
o jam punëtore në call center prej tre vjetësh
o Jam nënë e dy fëmijëve.
o Jam shqiptar dhe më paguajnë më pak se italianët.
o jam një nga ata që firmosën letrën
o Jam në turnin e natës.
o Jam Team Leader dhe nuk flas dot.
o Shefi im quhet Arben Hoxha dhe na bërtet.
o Mbikëqyrësja Elira na heq pushimet.
o Më thonë që jam dembel.
o Më thirrën nga burimet njerëzore.
o Nuk dua të jap emrin tim.
o Emri im është në listën e pushimeve nga puna.
o Emri im nuk duhet të dalë.
o Pamë 12000 video në një javë, 400 për turn.
o Na paguajnë 45000 lekë në muaj.
o Më 14 mars 2026 në orën 22:30 ranë dy vetë.
o Numri i linjës është 0800 5555 dhe regjistrohet.
o Mund të ankohesh te etika@firma.al, nuk bëjnë gjë.
o Rasti 4482913 ishte ai me fëmijën.
o Whatsapp është i ndaluar në sallë.
o emailin e lexojnë ata
o jam dëshmitar i asaj që ndodhi me Lauren
o Jam e re këtu, erdha në janar.
o Faleminderit që lexoni
o Me respekt, një punëtore e lodhur
o Të fala nga Durrësi
o Firmosur: punëtorët e natës
o Ajo më tha: "Jam Mirela nga drejtoria, firmos ose ik".
o Në kartën time nuk shkruan detyra e vërtetë.
o numri im i videove në ditë është 1500
o telefoni im mbyllet në dollap 2041
o telefoni im përgjohet nga ata
o Këtu Teleperformance nuk respekton asgjë.
o Jam Musliman dhe nuk kam kohë të falem.
o Unë jam këtu që nga viti 2019.
o Jam gati të flas.
o jam vetëm dhe kam frikë
o Jam Gjithmonë me ankth kur hyj në punë.
n jam besa
n Jam Ardit Kola, moderator në Tiranë
n unë jam ilir dhe punoj natën
n quhem Drita
n quhem agim hoxha
n emri im është Blerta Gjoni
n më quajnë Beni
n më thërrasin Landi
n Këtu është Mimoza nga kati i dytë.
n ju shkruan Fatmir Leka
n emri: arta dervishi
n Me respekt, Gentiana
n Faleminderit,|Sokol
n Përshëndetje, Erjon Muka
n Nënshkrimi: Vjollca Prifti
n mund ta përdorni emrin tim, Klodian Bega
n Unë, Petrit Shehu, deklaroj se nuk më paguan.
n Jam Elda nga ekipi i dhunës
n jam marku nga turni i dytë
n emri dhe mbiemri: Luan Çela
d numri im personal është J12345678K
d pasaporta BA1234567
d karta ime e identitetit 028374655
d NID I90201234A
d numri i punonjësit 48213
d kartela ime numër 30219
d ID e punës: 77120
d leja e drejtimit 123456789
d nr. i letërnjoftimit 987654321
d kodi im i punës është AL-20931
c numri im është +355 69 123 4567
c më telefononi në 069 123 4567
c whatsapp +355 68 222 3344
c emaili im: drita.k@gmail.com
c email: agim@yahoo.com
c më shkruani te arta88@gmail.com
c telegrami im është @ilir_k
c tel: 0672233445
c celulari im 068 44 55 667
c më gjeni në numrin 0691112223
n jam valbona
n Jam Shpend nga Prizreni
n quhem rrezarta
n emri im: klea
n Me respekt|Dafina
n unë jam Orges
n Jam Bora dhe punoj në moderim
n emri im eshte genta
o jam mirë
o Jam Gjithashtu e lodhur
o Këtu Telekomi vendos
o më thonë budallaqe
o jam me pushim
o Më quajnë në zyrë çdo ditë
o jam në Prishtinë
o faleminderit shumë
o numri i tyre 044 123 456
o jam zhgënjyer
""",
    "fil": """
o Ako ay pagod na sa mga video na ito.
o Ako po ay taga-Cebu at nagtatrabaho sa gabi.
o ako ay isang content moderator sa Makati
o Ako si... ayoko sabihin ang pangalan ko.
o ako yung isa sa mga pumirma ng sulat
o Nanay ako ng dalawa at hindi ko kayang umalis.
o Team Leader ako pero hindi rin bayad ang OT.
o Ang boss namin ay si Robert Cruz at sumisigaw siya.
o Si Maria na supervisor ang nagbabawas ng break.
o Tinawag ako ng HR para pumirma.
o Tinatawag nila akong tamad.
o Ayaw kong ibigay ang pangalan ko.
o Ang pangalan ko ay nasa listahan ng tatanggalin.
o Huwag ninyong isulat ang pangalan ko.
o Nakakita kami ng 12000 na video sa isang linggo, 400 bawat shift.
o Ang sahod ay 18000 pesos kada buwan.
o Noong Marso 14, 2026, 22:30, dalawa ang hinimatay.
o Ang hotline ay 1800 1888 0199 pero nirerekord.
o Pwede kang magreklamo sa ethics@kumpanya.com, walang nangyayari.
o Yung ticket 4482913 ang may bata.
o Bawal ang whatsapp at viber sa floor.
o email binabasa nila
o saksi ako sa nangyari kay Laura
o bago pa lang ako dito, dumating noong Enero
o Salamat sa pagbasa
o Lubos na gumagalang, isang pagod na manggagawa
o Salamat po
o Mula sa mga manggagawa ng gabi
o Sabi niya: "Ako si Patricia ng head office, pumirma ka."
o Nasa ID ko mali ang posisyon.
o ang numero ko ng video kada araw ay 1500
o ang cellphone ko nasa locker 2041
o Dito sa Accenture walang respeto.
o Katoliko ako at pinapapasok kami ng Linggo.
o Pilipino ako at mas mababa ang sahod namin.
o ako lang mag-isa at natatakot
o Nandito ako mula 2019.
o ako na po ang magsasabi ng totoo
o Ako at si Jun ay tinanggal.
o ako rin ay umiiyak pagkatapos ng shift
n ako si juan
n Ako po si Maria Clara Santos
n ako si jun dela cruz, moderator sa pasig
n ang pangalan ko ay rosa
n pangalan ko po Mark Anthony Reyes
n tawagin nyo akong Boyet
n ang tawag sa akin ay Inday
n si liza po ito, taga night shift
n Si Paolo Garcia ito ng violence queue.
n ito po si Analyn
n pangalan: jose rizalino
n Lubos na gumagalang, Carmela Bautista
n Salamat po,|Jenny
n Nagmamahal, Tess
n Ako, si Ramon Villanueva, ay nagpapahayag.
n Pwede ninyong gamitin ang pangalan ko, Grace Dizon
n kilala ako bilang Kuya Bong
n my name is joy and i work in BGC
n Lagda: Dante Ilagan
n full name ko: Angelica Mae Tan
d ang passport ko ay P1234567A
d SSS ko 34-1234567-8
d employee number ko ay 48213
d Employee ID: PH-20931
d TIN 123-456-789
d ang ID number ko ay 29384756
d PhilHealth 12-345678901-2
d lisensya N01-12-345678
d badge 77120
d UMID 0111-1234567-8
c tawagan nyo ako sa 0917 123 4567
c ang number ko ay 09171234567
c viber +63 917 123 4567
c email ko: rosa.s@gmail.com
c email: juan@yahoo.com
c text nyo ko sa 0918-555-0199
c telegram ko @jun_dc
c cp number 0927 111 2233
c i-message nyo ako sa analyn88@gmail.com
c whatsapp ko +63 905 222 3344
n ako si rodel
n Ako po si Maricar, QA
n pangalan ko ay ligaya
n tawagin mo akong Nene
n Salamat,|Kristel
n my name is Jhun
n Ako si Bong at dito ako nagtatrabaho
n si joel po ito
n Name: Aljon Mendoza
o ako ay natatakot
o si Juan ito ang nambully
o Ito si boss sumisigaw
o tinatawag nila akong mahina
o Salamat sa inyong lahat
o ako ang nagreport
o email: bawal
o ito ang si sir
o cp bawal sa 3rd floor
""",
    "hi": """
o मैं इन वीडियो से थक गया हूँ।
o मैं दिल्ली से हूँ और रात में काम करती हूँ।
o मैं कंटेंट मॉडरेटर हूँ, दो साल से
o मैं दो बच्चों की माँ हूँ।
o मैं टीम लीडर हूँ और मुझे भी ओवरटाइम नहीं मिलता।
o मैं मुसलमान हूँ और नमाज़ का समय नहीं देते।
o मैं उनमें से एक हूँ जिन्होंने चिट्ठी पर दस्तख़त किए
o हमारे मैनेजर का नाम राजेश वर्मा है और वह चिल्लाता है।
o सुपरवाइज़र सुनीता हमारी छुट्टी काटती है।
o मुझे एचआर ने बुलाया।
o मुझे कामचोर कहते हैं।
o मैं अपना नाम नहीं देना चाहता।
o मेरा नाम निकाले जाने वालों की सूची में है।
o मेरा नाम मत लिखना।
o मेरा नाम किसी को मत बताना
o हमने एक हफ़्ते में 12000 वीडियो देखे, हर पाली में 400।
o वेतन १८००० रुपये महीना है।
o 14 मार्च 2026 को रात 22:30 बजे दो लोग बेहोश हो गए।
o हेल्पलाइन 1800 11 4000 है पर वह रिकॉर्ड होती है।
o शिकायत ethics@company.com पर कर सकते हैं, कुछ नहीं होता।
o टिकट 4482913 वही था जिसमें बच्चा था।
o व्हाट्सऐप मना है।
o ईमेल वे पढ़ते हैं
o मैं उस दिन गवाह था
o मैं यहाँ नई हूँ, जनवरी में आई
o पढ़ने के लिए धन्यवाद
o धन्यवाद
o भवदीय, एक थका हुआ कर्मचारी
o हम सब रात की पाली वाले
o उसने कहा: "मैं प्रिया बोल रही हूँ हेड ऑफिस से, दस्तख़त करो।"
o मेरे कार्ड पर पद ग़लत लिखा है।
o मेरा फ़ोन लॉकर 2041 में बंद रहता है
o मेरे वीडियो की संख्या रोज़ 1500 है
o mera naam list mein hai
o main thak gaya hoon
o main delhi se hoon aur raat ko kaam karta hoon
o main team leader hoon
o मैं अकेला हूँ और डर लगता है
o मैं २०१९ से यहाँ हूँ।
o मैं तैयार हूँ बोलने के लिए
n मेरा नाम सुनीता है
n मेरा नाम राहुल कुमार शर्मा है और मैं नोएडा में काम करता हूँ
n मैं राहुल शर्मा हूँ
n मैं प्रिया बोल रही हूँ
n मैं अमित लिख रहा हूँ
n मैं राजू हूँ, रात की पाली से
n mera naam rahul hai
n main rahul hoon night shift se
n mai sunita devi bol rahi hu
n मुझे लोग पप्पू कहते हैं
n मुझे सब गुड्डू बुलाते हैं
n नाम: अनिल यादव
n नाम - मोहन लाल
n भवदीय, सुरेश गुप्ता
n आपका, विकास
n धन्यवाद,|रेखा
n मेरा पूरा नाम मोहम्मद इमरान ख़ान है
n हस्ताक्षर: कमला देवी
n My name is Deepak and I work in Gurgaon
d मेरा आधार नंबर 2345 6789 0124 है
d आधार २३४५ ६७८९ ०१२४
d पासपोर्ट नंबर K1234567
d मेरी कर्मचारी संख्या 48213 है
d कर्मचारी आईडी: ४८२१३
d Employee ID 20931
d वोटर आईडी ABC1234567
d मेरा बैज नंबर 77120
d ड्राइविंग लाइसेंस DL-0420110149646
c मेरा नंबर 98765 43210 है
c मुझे ९८७६५ ४३२१० पर फ़ोन करें
c व्हाट्सऐप +91 98765 43210
c मेरा ईमेल rahul.s@gmail.com है
c ईमेल: sunita@yahoo.com
c मुझे priya88@gmail.com पर लिखें
c मेरा टेलीग्राम @rahul_k है
c फ़ोन: 011 2345 6789
c mera number 9876543210 hai
c मोबाइल नंबर +९१ ९८७६५ ४३२१०
n मैं संदीप हूँ
n मेरा नाम फ़रज़ाना है
n main pooja bol rahi hoon
n mera naam shabnam hai
n धन्यवाद,|मंजू
n मैं विजय लिख रहा हूँ
n नाम: तबस्सुम
n मेरा नाम जॉन है
n mai arjun hu
n मैं आरती शर्मा बोल रही हूँ
o मैं बोल रहा हूँ कि यह ग़लत है
o मैं सच बोल रही हूँ
o मुझे सब पागल कहते हैं
o मैं हिंदी बोल रहा हूँ
o मैं भारत से हूँ
o मेरा नाम वहाँ है
o main sach bol raha hoon
o main hindu hoon
o mai roz rota hu
o मैं आशा करती हूँ
o मैं संतोष से नहीं
o main raja nahi hoon
""",
}
