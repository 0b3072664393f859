"""Lines in which somebody says who they are, and lines of ordinary testimony in which nobody does.

The names and numbers are made up.
"""

NAMES = {
    "es": [
        "me llamo Ana Pérez",
        "Hola, me llamo ana perez y trabajo en Bogotá",
        "Mi nombre es Juan de la Cruz, llevo tres años",
        "mi nombre es maria",
        "MI NOMBRE ES CARLOS RUIZ",
        "Soy Ana Pérez, agente del turno de noche",
        "Soy Ana, trabajo con cámaras",
        "Les escribe Luz Marina Gómez de Medellín",
        "Nos graban todo el día.\nGracias,\nAna Pérez",
        "Nos graban todo el día. Saludos, Ana",
        "Nos graban.\n— Pedro Gómez",
        "Nombre: Ana Pérez",
        "Mis apellidos son Pérez Gómez",
    ],
    "en": [
        "My name is Ana Perez",
        "my name's john smith and i work nights",
        "Hello, I'm John Smith from the Manila site",
        "I am Ana, and I have proof",
        "This is Maria Santos from the night shift",
        "My full name is Rajesh Kumar",
        "They record us.\n\nThank you,\nJohn Smith",
        "They record us. Regards, Ana",
        "They record us.\n- John S.",
        "Name: John Smith",
        "MY NAME IS JOHN SMITH",
        "Signed: Mary O'Neil",
    ],
    "fr": [
        "je m'appelle Fatima Benali",
        "Je m’appelle fatima",
        "Bonjour, mon nom est Jean Dupont",
        "Mon prénom c'est Claire",
        "Je suis Jean Dupont, conseiller",
        "Je suis Claire, je travaille à Casablanca",
        "Moi c'est Karim Alaoui",
        "On nous filme.\nCordialement,\nJean Dupont",
        "On nous filme. Merci, Claire",
        "Nom : Dupont",
    ],
    "sq": [
        "Unë quhem Arben Hoxha",
        "quhem arben dhe punoj natën",
        "Emri im është Elira Krasniqi",
        "Më quajnë Besa",
        "Jam Arben Hoxha nga Tirana",
        "Emri im: Elira",
        "Na filmojnë.\nFaleminderit,\nElira Krasniqi",
        "Na filmojnë. Me respekt, Arben",
        "Emri: Arben Hoxha",
    ],
    "fil": [
        "Ang pangalan ko ay Juan Dela Cruz",
        "ako si maria santos",
        "Ako po si Maria, ahente sa gabi",
        "Ang aking pangalan ay Jose Reyes",
        "Pangalan: Jose Reyes",
        "Kinukunan kami ng video.\nSalamat po,\nJose Reyes",
        "Kinukunan kami. Maraming salamat, Maria",
        "I'm Jose Reyes, taga-Cebu",
    ],
    "hi": [
        "मेरा नाम राजेश कुमार है",
        "नमस्ते, मेरा नाम सुनीता है और मैं रात में काम करती हूँ",
        "मेरा पूरा नाम अमित शर्मा है।",
        "मैं राजेश कुमार बोल रहा हूँ",
        "मैं सुनीता शर्मा हूँ",
        "mera naam rajesh hai",
        "Mera naam Sunita Sharma hai aur main Gurgaon se hun",
        "नाम: राजेश कुमार",
        "वे हमें देखते हैं।\nधन्यवाद\nराजेश कुमार",
        "वे हमें देखते हैं। सादर, सुनीता शर्मा",
    ],
}

NUMBERS = {
    "es": [
        "mi DNI 12345678Z",
        "Mi pasaporte es AR123456",
        "pasaporte número XDA123456",
        "mi cédula es 52.345.678",
        "mi número de seguro social: 12 34 56 7890 1",
        "mi código de empleado es 45123",
        "Mi legajo: 10234",
        "licencia de conducir 79345678",
        "mi RFC es PEGA800101AB1",
    ],
    "en": [
        "my passport is AB1234567",
        "My passport number is P1234567A",
        "passport no. 123456789",
        "my SSN is 123-45-6789",
        "Social security number 123 45 6789",
        "employee ID: 450912",
        "my badge number is 10234",
        "My agent id is TP-45012",
        "my driver's license is D1234567",
        "tax id 123456789",
    ],
    "fr": [
        "mon passeport est 12AB34567",
        "Passeport n° 12AB34567",
        "mon numéro de sécurité sociale est 1 85 05 78 006 084 91",
        "Carte d’identité : 880692310285",
        "mon matricule est 45012",
        "mon numéro d'employé : 10234",
        "numéro fiscal 1234567890123",
        "CIN AB123456",
    ],
    "sq": [
        "numri i pasaportës BA1234567",
        "pasaporta ime është BA1234567",
        "numri im personal është J50615123A",
        "kartën e identitetit 034567812",
        "numri im i punës është 45012",
        "kodi im: 10234",
        "letërnjoftimi: 034567812",
    ],
    "fil": [
        "aking pasaporte P1234567A",
        "Ang pasaporte ko ay P1234567A",
        "ang SSS ko ay 34-1234567-8",
        "PhilHealth 12-345678901-2",
        "ang TIN ko: 123 456 789",
        "ang employee ID ko ay 45012",
        "aking ID number ay 10234",
        "lisensya: N01-12-123456",
    ],
    "hi": [
        "मेरा पासपोर्ट नंबर A1234567 है",
        "पासपोर्ट A1234567",
        "मेरा आधार नंबर 2341 2341 2346 है",
        "मेरा पैन कार्ड ABCPE1234F",
        "मेरी आईडी 45012 है",
        "कर्मचारी आईडी ४५०१२",
        "ड्राइविंग लाइसेंस DL-1420110012345",
        "mera employee id 45012 hai",
        "mera passport number A1234567 hai",
    ],
}

CONTACTS = {
    "es": [
        "mi número es 310 123 4567",
        "Mi celular: 3101234567",
        "llámame al 310-123-4567",
        "escríbanme a ana.perez@gmail.com",
        "mi correo electrónico es ana@correo.com.co",
        "mi Telegram es @ana_perez",
        "me pueden llamar al +57 310 123 4567",
        "Nos graban.\nana.perez@gmail.com",
    ],
    "en": [
        "my number is 0917 123 4567",
        "Call me at +1 (555) 010-2030",
        "my e-mail is john.smith@example.org",
        "email me at john@example.org",
        "my personal email address: john@example.org",
        "my telegram is @john_smith",
        "text me on 555 010 2030",
    ],
    "fr": [
        "mon numéro est le 06 12 34 56 78",
        "Appelez-moi au 06.12.34.56.78",
        "mon adresse mail est claire@exemple.fr",
        "écrivez-moi à claire@exemple.fr",
        "mon portable : +33 6 12 34 56 78",
    ],
    "sq": [
        "numri im është 069 123 4567",
        "Numri im i telefonit: +355 69 123 4567",
        "më telefononi në 069 123 4567",
        "emaili im është arben@shembull.al",
        "më shkruani në arben@shembull.al",
    ],
    "fil": [
        "ang number ko ay 0917 123 4567",
        "numero ko: 09171234567",
        "tawagan niyo po ako sa 0917 123 4567",
        "email ko ay jose@halimbawa.ph",
        "i-text mo ako sa 09171234567",
        "aking numero 0917-123-4567",
    ],
    "hi": [
        "मेरा नंबर 98765 43210 है",
        "मेरा मोबाइल नंबर ९८७६५४३२१० है",
        "मुझे 98765 43210 पर कॉल करें",
        "मेरा ईमेल rajesh@udaharan.in है",
        "mera number 9876543210 hai",
        "mujhe 98765 43210 par call karo",
    ],
}

ORDINARY = {
    "es": """Nos piden poner cámaras en la casa desde el 1 de marzo de 2026.
El supervisor me llamó Carlos delante de todos y se rió.
Me llamó mi jefe a las 6:30 y me gritó por llegar 5 minutos tarde.
Me llamo la atención el contrato de ocho páginas.
Soy operadora en Teleperformance y trabajo 48 horas a la semana.
Soy Team Leader, tengo 18 agentes a cargo.
Soy madre soltera, gano 1.300.000 pesos.
Soy colombiana.
Somos 39000 trabajadores en Colombia y 1.200 en el sindicato.
Mi nombre no aparece en la lista de turnos.
Mi nombre está en el contrato pero no quiero que salga.
Mi nombre es lo de menos, lo importante es la cámara.
Mi nombre es público en el sistema.
Nos quitaron el pasaporte a 12 compañeros el 2026-11-30.
Piden la cédula, la firma y una foto del cuarto.
Retuvieron los pasaportes: 120 personas.
El correo de la empresa es info@empresa.com y nadie responde.
La gerente se llama igual que la ciudad.
Mi número de llamadas fue 120 en un día y mi meta 95.
El turno es de 22:00-06:00 y pagan $ 1.023.456.789 entre todos.
Mi jefe dice: firma o te vas.
Me pueden llamar loca, pero la cámara graba a mis hijos.
Gracias a Dios no me despidieron.
Gracias por todo.
Muchas gracias, equipo.
Saludos desde Bogotá.
Escríbanme por aquí, no por teléfono.
Mi correo lo revisa la empresa cada 3 días.
Código del agente: de conducta 2026, página 14.
Aquí nadie dice nada y el código de empleado se usa para marcar el baño.
- Cámara en el cuarto
- Multa de 50.000 pesos
El contrato dice: «Nombre de la empresa: Teleperformance».""",
    "en": """They ask us to put cameras in our bedrooms since March 2026.
I am a customer service agent on the night shift.
I am Filipino, and I work for an American account.
I'm tired of this.
I'm Team Leader of 18 people.
I am Catholic.
This is Teleperformance policy since 2024.
This is wrong.
My name is on the list of people they want to fire.
My name is not to be used.
My name is known to HR.
My name is secret.
Please do not publish my name. My name is written on the screen.
They called me names in front of the team.
They keep the passports of 1200 workers in a safe.
They took my passport on 2026-11-30 and did not give it back.
They want my passport, 120000 workers have signed.
My ID is with HR since 2023.
I lost my badge 3 times in 2026 and paid 15 dollars.
The number of employees: 39000.
My number of calls was 120 a day.
The agents have no 2026 contract.
Write to info@company.com, they never answer.
Call me crazy, but the camera films my children.
Call me back later.
Thanks.
Thank you, God bless.
Thank you for reading.
My supervisor's name is in the file that I send.
We work 22:00-06:00, 6 days, 480 dollars a month.
My manager said: sign or leave.
The employee code of conduct 2026-11 says so on page 14.
- Camera in the bedroom
- No breaks""",
    "fr": """On nous demande de mettre des caméras à la maison depuis mars 2026.
Je suis téléconseiller de nuit depuis trois ans.
Je suis Français, et je travaille à Rabat.
Je suis fatiguée.
Je m'appelle pas comme ça dans le système.
Mon nom est affiché sur l'écran.
Mon nom est connu de la direction.
Mon nom ne doit pas paraître.
Ils ont pris mon passeport le 30/11/2026.
Ils gardent les passeports de 1200 salariés.
Le numéro du service est 3939 et personne ne répond.
Mon numéro d'appels était 120 par jour.
Nous sommes 39000 et 1200 au syndicat.
Le contrat compte 8 pages, article 12.3.4.
On gagne 1 300,00 euros par mois.
La direction : rh@entreprise.fr ne répond jamais.
Mon chef dit : signe ou pars.
Appelez-moi folle, mais la caméra filme mes enfants.
Merci beaucoup.
Merci d'avance.
Merci à tous.
Merci, Madame.
Cordialement.
C'est important, mon matricule est sur le badge.
Le badge coûte 15 euros et je l'ai perdu 3 fois.
Ils demandent la carte d'identité et une photo de la chambre.
La pause dure 10 minutes, de 10:00 à 10:10.
Je suis Responsable Qualité.
Je suis syndiquée.
Moi c'est pareil, on me filme.
Ici, Personne ne parle.
Mon adresse est connue de la direction depuis 2019.""",
    "sq": """Na kërkojnë të vendosim kamera në shtëpi që nga marsi 2026.
Jam operatore në një qendër thirrjesh.
Jam shqiptare.
Jam e lodhur.
Jam Drejtues Ekipi.
Emri im është në listë.
Emri im nuk duhet të dalë.
Emri im është i fshehtë.
Emri im është shkruar në ekran.
Shefi më quajti budalla para të gjithëve.
Na morën pasaportat më 30.11.2026.
Mbajnë pasaportat e 1200 punonjësve.
Pasaportën e mbajnë që nga 2023.
Numri im i thirrjeve ishte 120 në ditë.
Jemi 39000 punonjës dhe 1200 në sindikatë.
Kontrata ka 8 faqe, neni 12.3.4.
Paga është 45.000 lekë në muaj.
Shkruani te info@kompania.al, nuk përgjigjen.
Shefi tha: firmos ose ik.
Më telefononi më vonë, jo sot.
Më telefonoi shefi në orën 6:30.
Faleminderit.
Faleminderit shumë.
Faleminderit të gjithëve.
Me respekt.
Turni është 22:00-06:00, 6 ditë.
Kartën e identitetit e duan me foto të dhomës.
Kodi im nuk funksionon që nga 2024.
Kamera filmon fëmijët e mi.
Pushimi zgjat 10 minuta.
Nuk dua që të dihet se kush jam.
Unë, si të gjithë, kam frikë.""",
    "fil": """Pinapalagyan kami ng kamera sa bahay mula Marso 2026.
Ako ay ahente sa gabi.
Ako si inaanak lang ang turing nila.
Ang pangalan ko sa listahan ay mali.
Ang pangalan ko ay nasa listahan ng tatanggalin.
Ang pangalan ko ay alam ng HR.
Huwag ninyong ilabas ang pangalan ko.
Kinuha nila ang pasaporte ko noong 2026-11-30.
Hawak nila ang pasaporte ng 1200 na empleyado.
Hawak ng HR ang ID ko mula 2023.
Ang numero ko sa pila ay 12.
39000 kami at 1200 sa unyon.
Walong pahina ang kontrata.
Ang sahod ay 18,000 piso kada buwan.
Sabi ng boss: pumirma ka o umalis.
Tawagan niyo ako mamaya, hindi ngayon.
Salamat.
Salamat po sa inyong lahat.
Maraming salamat po.
Salamat, Sir.
I am a Filipino agent.
Ang shift ay 22:00-06:00, 6 na araw.
Kita ng kamera ang mga anak ko.
10 minuto lang ang break.
Hinihingi nila ang SSS at PhilHealth namin.
Ang email ng kompanya ay info@kompanya.ph at walang sumasagot.
Wala pa akong TIN noong 2024.
Nawala ang badge ko nang 3 beses.
Ayokong malaman nila kung sino ako.
Ang pangalan ng boss ko ay nasa file na ipinadala ko.
Ako ang nanay ng dalawang bata.
Ang target ko ay 120 tawag sa isang araw.""",
    "hi": """मार्च 2026 से घर में कैमरे लगाने को कहते हैं।
मैं रात की पाली में एजेंट हूँ।
मैं सच बोल रहा हूँ।
मैं हिंदी में लिख रही हूँ।
मेरा नाम सूची में है।
मेरा नाम गुप्त है।
मेरा नाम किसी को मत बताना।
मेरा नाम काट दिया गया है।
मेरा नाम स्क्रीन पर लिखा है।
उन्होंने मेरा पासपोर्ट 30/11/2026 को ले लिया।
वे 1200 लोगों के पासपोर्ट रखते हैं।
हम 39000 कर्मचारी हैं।
कर्मचारी संख्या 39000 है।
अनुबंध आठ पन्नों का है।
वेतन 18,000 रुपये महीना है।
बॉस ने कहा: साइन करो या जाओ।
मुझे 3 बार डाँटा गया।
मुझे 2023 से छुट्टी नहीं मिली।
मुझे 12000 रुपये काटे गए।
धन्यवाद।
आपका धन्यवाद।
बहुत धन्यवाद
मैडम ने 120 कॉल का लक्ष्य दिया।
पाली 22:00-06:00 की है।
कैमरा मेरे बच्चों को देखता है।
मेरी आईडी 2023 से बंद है।
mera naam list mein hai
mera naam kisi ko mat batana
mujhe 12000 rupaye kam mile
हमसे आधार और पैन कार्ड माँगते हैं।
ब्रेक केवल 10 मिनट का है।
मैं नहीं चाहती कि कोई जाने कि मैं कौन हूँ।""",
}
