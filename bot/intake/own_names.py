"""Given names that are common where this field's workers live: by them small letters are known.

"i'm john from the night team" has the form of "i'm tired from the night shift": only the name tells. A name
that is also what people say of themselves (claire, linda, rich, christian, khush) is left out.
"""

GIVEN = frozenset(
    " ".join(
        (
            # Spanish
            "adriana alejandra alejandro alfonso alfredo alicia álvaro amparo ana andrea andrés ángela "
            "angélica antonio armando arturo beatriz bernardo camila camilo carlos carmen carolina "
            "catalina cecilia césar claudia cristian cristina daniela diana diego edgar eduardo elena "
            "enrique ernesto esteban esther fabián felipe fernanda fernando francisco gabriela germán "
            "giovanni gloria gonzalo guadalupe gustavo héctor hernán hernando hugo ignacio inés isabel "
            "iván jaime javier jhon jesús jorge josé juan juana julián juliana julio laura leidy leonardo "
            "leticia lorena lucía luis luisa luz magdalena manuel marcela marcos margarita maría mariana "
            "mario marisol marta martha martín mateo mauricio mercedes miguel mónica nancy natalia nelson "
            "nicolás nubia octavio olga omar orlando óscar pablo paola patricia paula pedro pilar rafael "
            "ramiro ramón raúl ricardo roberto rocío rodrigo rosa rubén sandra santiago sara sebastián "
            "sergio silvia sofía tatiana teresa valentina valeria verónica víctor viviana wilson ximena "
            "yesenia yolanda yuliana",
            # English, as in Kenya, Ghana, Nigeria, South Africa, too
            "abdul adam aisha albert alex alexander alice amanda amina amy andrew angela anna anne "
            "anthony ashley barbara ben benjamin betty brenda brian caroline catherine charles chris "
            "christopher chukwu collins cynthia daniel david deborah dennis derrick dorothy edward edwin "
            "elizabeth emeka emily emma emmanuel eric evans fatima felix florence frank fred fredrick "
            "gary george gideon hannah harriet hassan "
            "helen henry ibrahim irene isaac jack jackson jacob james "
            "jane janet jason jennifer jessica jim jimmy joan joe john jonathan joseph joshua joyce "
            "judith judy julia karen kate katherine kelvin kenneth kevin kimberly kofi kwabena kwame "
            "lawrence leah lilian lisa lucy lydia margaret mark martin mary matthew melissa mercy michael "
            "michelle mike mohamed mohammed moses musa mwangi naomi ngozi nicole njeri olivia otieno "
            "pamela patrick paul peter philip priscilla rachel rebecca richard robert rose ruth ryan "
            "samantha samson samuel sarah scott sharon simon stella stephen steve steven susan tendai "
            "thabo thomas tim timothy tom tony victor victoria vincent vivian wambui wanjiku wanjiru "
            "william winnie yaw yusuf zainab",
            # French, as in West Africa, Madagascar, the Maghreb, too
            "abdou abdoulaye adama adrien ahmed aïcha aissatou alain amadou aminata andré antoine ali "
            "arnaud aurélie awa bakary benoît bernard bruno camille cédric céline charlotte chloé "
            "christelle christophe clara clément damien delphine denis didier dominique élise élodie "
            "émilie éric fabien fanta fatou fatoumata florian françois françoise frédéric gaëlle georges "
            "gérard guillaume hélène henri hery hicham ibrahima inès isabelle ismaël jacques jean jérôme "
            "joël julie julien karim khadija koffi laurent léa lucas louis lucie mamadou manon marc marie "
            "marion martine mathieu maxime mehdi michel mounir moussa nadia nassim nathalie nicolas "
            "olivier ousmane pascal philippe pierre rachid raphaël rivo romain rachida salima samira "
            "sandrine sébastien serge sophie souleymane stéphane stéphanie sylvie thierry valérie "
            "véronique virginie xavier yacine yann youssef yves",
            # Albanian
            "agim agron albana alban altin andi anila arben arbër ardian ardit arjan arlind arta artan "
            "artur astrit aurora avni bardhyl bekim besa besart besim besnik blendi blerim blerina blerta "
            "bujar dardan diellza dorina dritan drita driton edi edlira edmond eduart elda elira elona "
            "elton elvis endri enkela enver erion erjon ermal ermira fatbardha fatmir fatos fitim flora "
            "flutura gent gentian gentiana gëzim gjergj hana ilir ilirjana ismail jeta jonida kastriot "
            "klaudia klodian kledi kreshnik kujtim laureta lejla lindita liridon lirim liridona luan lule "
            "lulzim majlinda marko marku merita mimoza mirela mirjeta nora petrit pranvera qendrim rexhep "
            "rina rinor sabina shkëlqim shpresa shqipe skënder sokol spartak tahir teuta valbona valdete "
            "valon vera vjollca xhevahir ylli zamira zana",
            # Filipino
            "aileen aira alma alona analyn angelica angelo angelou anita arlene arnel arnold arvin benjie "
            "bernadette bong boyet carlo carmela charmaine cherry danilo dante divina dodong edgardo "
            "edison efren elmer emilio erlinda felicidad ferdie fidel florencia francis gemma gerald gina "
            "glenda grace inday imelda jasmine jay jayson jeffrey jenny jericho jerome jessa jocelyn joel "
            "joey jomar jose joven joy jun junjun justine kristine leni leonora liezl liza lorna lourdes "
            "lovely luzviminda mae marian maricel maricris marilou marites marlon marvin melanie mylene "
            "nena nestor nica noel norma paolo rachelle ramil ramon raymond reggie rey reynaldo rhea "
            "ricky rizal rizalino rochelle rodel roel rogelio roland romeo ronald rosalie rosario rowena "
            "roxanne ruel rufino sheila shiela tess teresita vicente vilma wilfredo",
            # Hindi in Latin letters, and other languages of India
            "aarti abhishek ajay akash akshay amit amita anand anil anjali anjana ankit ankita ankur anuj "
            "anjum aparna arjun arun asha ashish ashok ayesha babita bablu bharat bhavna chandan deepa "
            "deepak deepika dilip dinesh divya farhan gaurav gautam geeta gopal govind harish hemant "
            "imran indu irfan jagdish jyoti kajal kamal kamala kamlesh karan kavita kiran komal krishna "
            "lakshmi lalit madhu mahesh mamta manish manisha manoj meena meera mohan mohit monika mukesh "
            "munna nandini narendra naresh naveen neelam neeraj neha nikhil nisha nitin pankaj pappu "
            "parveen pooja pradeep prakash pramod prashant praveen preeti priya priyanka rahul raj raja "
            "rajan rajeev rajendra rajesh rajni raju rakesh ram rama ramesh rani ranjit ravi rekha renu "
            "ritu rohan rohit sachin salman sameer sandeep sangeeta sanjay santosh sarita satish savita "
            "seema shabana shahid shankar sharda shilpa shivam shreya shubham shweta sonam sonu sourav "
            "sudha sudhir sumit suman sunil sunita suraj surendra suresh sushil sushma swati tarun uma "
            "usha vandana varun vibha vijay vikas vikram vinay vineet vinod vishal vivek yogesh zakir",
            # Hindi
            "अंकित अंकिता अंजलि अजय अनिल अनीता अमन अमित अमिता अरुण अर्जुन अशोक आकाश आरती आशा आशीष इमरान "
            "इरफ़ान इरफान उमेश उषा कमल कमला कमलेश करण कविता काजल किरण कोमल कृष्णा गीता गोपाल गोविंद गौरव "
            "चंदन जगदीश ज्योति दिनेश दिलीप दीपक दीपा दीपिका नरेंद्र नरेश निशा नीतू नीलम नीरज नेहा पंकज "
            "पप्पू पिंकी पूजा पूनम प्रकाश प्रदीप प्रमोद प्रवीण प्रिया प्रियंका प्रीति बबलू बबीता भारत "
            "मंजू मनीष मनीषा मनोज महेश मीना मीरा मुकेश मुन्ना मोनू मोहन मोहम्मद मोहित रजनी रमेश रवि राकेश "
            "राजीव राजू राजेंद्र राजेश राधा रानी रामू राहुल रितु रीता रीना रेखा रोहित लक्ष्मी ललित विकास "
            "विक्रम विजय विनय विनोद विवेक विशाल शबाना शंकर शाहिद शिवम शिल्पा श्वेता संगीता संजय संतोष "
            "संदीप सचिन सतीश समीर सरिता सलमान सविता सीमा सुधा सुनीता सुनील सुमन सुमित सुरेंद्र सुरेश "
            "सुषमा सूरज सोनम सोनू स्वाति हरीश हेमंत गुड्डू गुड़िया",
        )
    ).split()
)
"""In small letters."""
