"""Words of meter exports in Swedish, English, Norwegian, Danish and Finnish, by what they say of a column.

Stems are looked for anywhere in a header without its blanks, so that compounds (`nettoförbrukning`) count; words must
stand by themselves. Does not belong here: how they are weighed (headers.py).
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Words:
    """Stems that may stand anywhere in the joined header, and words that must stand alone."""

    stems: tuple[str, ...]
    words: tuple[str, ...]


def _words(stems: str = "", words: str = "") -> Words:
    return Words(tuple(stems.split()), tuple(words.split()))


def _listed(words: str) -> tuple[str, ...]:
    return tuple(words.split())


ROLES: dict[str, Words] = {
    # What tells something of the file or the customer and must not be taken for time or identity.
    "other": _words(
        stems=(
            "kundnummer kundnr kundid kundnamn kundens customer kundenummer asiakas organisation orgnr org_nr"
            " orgno organisasjon"
            "  avtal avtale aftale contract sopimus faktura invoice laskunum ediel avsändar avsender mottagar"
            " receiver postnummer"
            "  postcode zipcode postadress elområde budområde prisområde nätområde nettområde netområde verkkoalue"
            " gridarea"
            "  nätägare nätbolag nettselskap verkkoyhtiö elhandl leverantör supplier leverandør toimittaja adress"
            " osoite address"
            "  kommentar comment notering anmärkning bemerkning bemærkning huomautus huomio remark kostnadsställe"
            " kostställe"
            "  säkring kustannuspaikka mätmetod avräkningsmetod förexport skapad created exporter uppdaterad"
            " updated registrerad"
            "  holiday helgdag weekday veckodag ukedag ugedag viikonpäivä betalat projekt building_type"
            " buildingtype floorarea"
            " latitude longitude irradiation irradiance solarirrad solstrål vind windspeed fuktighet humidity"
        ),
        words="ort stad city kaupunki kommun kommune kunta kund kunde namn navn nimi name not note week_day land"
        " country zip"
        " beskrivning description location rad radnr row nr. year_built",
    ),
    "multiplier": _words(
        stems="mätarkonstant konstant constant omräkningsfaktor omregningsfaktor målerkonstant multiplier meterconstant"
        " kerroin vakio kertoja gangefaktor"
        " multiplikator omsætningsforhold",
        words="faktor factor konst",
    ),
    "metering_point_id": _words(
        stems=(
            "anläggningsid anläggningid anläggnid anläggningsnummer anläggningsnr anläggningnr anläggnr anlid"
            " anlnr anlidnr"
            "  mätpunkt mätplats uttagspunkt anleggsid anleggsnummer anleggsnr anlægsid anlægsnummer målepunkt"
            " målersted målested"
            "  meteringpoint meterpoint measurementpoint measuringpoint gsrn mpan mprn eancode eankod eanid"
            " supplypoint deliverypoint"
            "  leveranspunkt leveringspunkt aftagenummer käyttöpaik mittauspist mittauspaik kohdenumero"
            " kohdetunnus facilityid"
            "  installationsid installationid installationsnummer installasjonsid forbrugssted forbruksted"
            " anläggningsbeteckning"
        ),
        words="anläggning anläggn anl anlegg anlæg ean gsrn mpr mpid mpoint eic pod installation facility",
    ),
    "meter_number": _words(
        stems=(
            "mätarnummer mätarnr mätarenr mätarensnummer mätareserie mätar-nr målernummer målernr måler-nr"
            " målerno mittarinumero"
            "  mittarinnumero mittarinro meternumber meterno meternr meterserial serialnumber serienummer"
            " tillverkningsnummer giai"
        ),
        words="mätare meter måler mittari mätarnr.",
    ),
    "weak_id": _words(
        stems="meterid mätarid mätareid målerid mittaritunnus siteid objektid objektsid objektnummer siteref"
        " serieid seriesid"
        " tidsserieid sensorid deviceid",
        words="id ident identitet identifier identifierare tunnus tunniste idnr serie"
        " series seriesid"
        " signal point punkt",
    ),
    "place": _words(
        stems="byggnad fastighet objekt building property bygning ejendom eiendom kiinteistö rakennus"
        " kohde anläggningsnamn",
        words="school skola skole koulu site plats sted paikka place lokal",
    ),
    "unit": _words(
        stems="måttenhet mätenhet måleenhet måleenhed yksikkö unittype energienhet",
        words="enhet enhed unit units einheit eenheid uom",
    ),
    "quality": _words(
        stems=(
            "kvalitet quality laatu mätvärdesstatus validering validatie avläsningstyp avläsningssätt readtype"
            " readingtype"
            " värdetyp verditype mittauksentila tilakoodi"
        ),
        words="flag flagga flagg code kod kode koodi markering status tila estimated statuskod",
    ),
    "direction": _words(
        stems="riktning retning suunta direction flowdirection",
        words="",
    ),
    "carrier": _words(
        stems="energislag energibärare energibærer energityp energikälla energikilde energikilda energitype"
        " energiatyyppi"
        " energimuoto energilähde energiform energytype energysource carrier commodity",
        words="fuel medium media utility",
    ),
    "resolution": _words(stems="upplösning oppløsning opløsning resoluutio resolution aikaväli granular", words=""),
    "product": _words(
        stems="energiprodukt energiproduct producttype tuotteentyyppi tuotetyyppi",
        words="product produkt tuote",
    ),
    "applies_to": _words(stems="avserperiod förbravser förbrukningavser periodavser", words="avser"),
}
"""What a column is for, other than time and value; the order is the order of choice."""

START = _words(
    stems="starttid startdat startkl startstämp periodstart periodensstart periodensbörjan periodenbörjar"
    " starttime begintime alkuaika"
    "  alkupvm aloitus alkupäiv alkuhetk fradato fratid fra_dato fraogmed fromdate fromtime fråndatum fråntid"
    " frånochmed frånkl intervallstart"
    " intervalstart aloitus alkamis",
    words="start startar från fra from fr fom begin begins beginning början alku alkaa alkaen startet van",
)
END = _words(
    stems="sluttid slutdat slutkl slutstämp periodslut periodensslut periodenslutar endtime enddate periodend"
    " intervalend intervallslut"
    "  loppuaika päätty lopetus loppupvm loppupäiv loppuhetk tildato tiltid tilogmed todate totime tilldatum tilltid"
    " tillochmed tillkl päättymis"
    " stopptid stoptime",
    words="slut slutar till til to tom end ends stop stopp loppu päättyy saakka asti tot",
)
TIME = _words(
    stems="tidpunkt tidspunkt tidsstämpel tidsstempel tidstämpel timestamp datetime datumtid datotid"
    " datumochtid datumklock datum dato"
    "  päivämäärä ajankohta aikaleima mätdatum mättid avläsningsdatum avläsningstid avlesningsdato"
    " aflæsningsdato readingdate"
    "  readdate consumptiondate lukupäivä lukemapäivä mittausaika mittauspäivä mittaushetki klockslag"
    " klokkeslett klokkeslæt kellonaika"
    "   tidsperiod tidsrum tidsintervall timestep ajanjakso period klock kello tunti tunnin"
    " timman tuntinum timnr timnummer"
    " timenummer hournum hourno kuukausi månad måned month year vuosi localtime",
    words="tid time date vuorokausi vrk zeit uhrzeit tijdstip dag dygn døgn day date_time dato pvm"
    " päivä aika timme timma time hour hr tim timenr tunti kl"
    " kello kvart kvarter kvartal"
    " interval intervall jakso jaksot month mån mnd md mth kk year yr år vuosi vecka uke uge week viikko",
)
TIME_ENDINGS = _listed(
    "år årtal årstal time årstall dag dygn døgn datum dato tid månad måned timme aika päivä pvm"
    " vuosi kuukausi date klockslag"
)
"""Ends of compounds that tell time (`förbrukningsdag`)."""

NORDIC_STEMS = _listed(
    "forbru kulut tidpunkt tidspunkt starttid sluttid klokkesl klockslag kvantitet kvalitet"
    " enhet yksikk anlegg datum dato"
    " alku loppu mittau fra_ til_ sahko laatu energia"
)

PRICE = _words(
    stems="pris price hinta perkwh prkwh tariff spotpr taxa öreperk örekwh krkwh",
    words="öre ore snt cent pence spot tariffi",
)
COST = _words(
    stems="kostnad omkostning belopp beløb beløp kustannus energiavgift elnätsavgift nätavgift elskatt"
    " energiskatt fakturabel"
    " totalcost charges veloitus summaeur summasek summakr",
    words="cost costs charge kost moms mva vat alv avgift skatt tax kr sek nok dkk eur euro euros € £ kronor"
    " kroner amount_due skat",
)
TEMPERATURE = _words(
    stems="temperatur lämpötila ulkolämp udetemp lufttemp utetemp graddag degreeday degree_day drybulb",
    words="temp °c degc hdd celsius ute",
)
REACTIVE = _words(
    stems="reaktiv reactive loistee loisteho loisenergi kvarh induktiv kapacitiv apparent skenbar",
    words="kvar kva kvah q",
)
POWER = _words(
    stems="medeleffekt maxeffekt effekttopp toppeffekt huipputeho peakdemand maxdemand",
    words="effekt power teho demand kw",
)
FLOW = _words(
    stems="flöde flöden virtaam virtaus gennemstrøm vattenmängd waterflow volymström varmvatten hotwater"
    " kallvatten coldwater vesimäär",
    words="flow flow_m3 vatten water vann vand vesi",
)
EMISSION = _words(stems="koldioxid utsläpp emission päästö udledning utslipp", words="co2 co2e")
SHARE = _words(
    stems="procent prosent prosentti",
    words="% andel share osuus differens diff skillnad avvikelse förändring change",
)
CORRECTED = _words(stems="normalår korriger corrected normalised normalized normalis graddagskorr normitettu", words="")
YEARLY = _words(stems="årsförbruk årsforbr annual yearlyusage vuosikulutus vuosienergi årsenergi", words="")
OTHER_PERIOD = _words(
    stems="föregående fjolår förraåret ifjol previous lastyear edellinen sidsteår forrigeår budget prognos"
    " forecast ennuste jämförelse"
    " baseline målvärde",
    words="prognose",
)
AVERAGE = _words(
    stems="medelvärde medelförbr snittförbr average gjennomsnitt gennemsnit keskiarvo middelværdi middelverdi",
    words="medel snitt genomsnitt mean avg middel",
)
EXTREME = _words(stems="", words="max min maxvärde minvärde högsta lägsta")
ACCUMULATED = _words(
    stems="ackumul akkumul accumul kumul cumulat hittills hittil hidtil yeartodate årtildato"
    " årtilldato vuodenalusta kertymä løpende runningtotal löpande",
    words="ack akk ytd cum",
)
REGISTER = _words(
    stems="mätarställning mätarst mätarensställning ställning målerstand tællerstand målervisning"
    " mätarvisning målerstilling målerstillin lukema"
    " meterreading meterstand"
    "  aflæsning aflæst avlesning meterindex zählerstand räkneverk telleverk registerreading"
    " registerställning tælleværk",
    words="stand stilling register index ställn målarstand",
)
PRODUCTION = _words(
    stems="produktion produksjon production verkkoon tilnet tillnät togrid indfød innfød producer produser"
    " produced tuotanto tuotett syöttö"
    " verkkoonsyöt inmat innmat indmat ylijäämä surplus generation generated inmatning innmating"
    " solel egenprod"
    " feedin feed_in exportedenergy överskott overskud overskudd injection terugleveri",
    words="export exported eksport eksporteret eksportert myynti salg produced prod såld ut tuotettu",
)
CONSUMPTION = _words(
    stems="förbruk förbr forbruk forbrug kulutus consum usage använd utnyttj uttag levererad delivered kjøpt"
    " købt köpt verbruik"
    "  afname elmängd verkosta uttak udtag aftag käyttö ostettu purchased energimängd energimængde"
    " energimengde energiamäärä eluse energyuse",
    words="import imported otto cons forbr förbr",
)
ENERGY = _words(
    stems="energi energy elektricit electric värme fjärrvärme fjernvarme kaukolämpö lämpöenergia kylenergi"
    " fjärrkyla fjernkøling",
    words="el gas heat heating sähkö lämpö strøm ström kyla kwh mwh gwh wh gj mj",
)
QUANTITY = _words(
    stems="värde mätvärde mängd mængde mengde määrä quantity kvantitet lukemaarvo volym volum volume måleverdi"
    " måleværdi",
    words="value val values wert verdi værdi arvo qty avläst",
)
TOTAL = _words(
    stems="summa totalt totaal yhteensä sammanlagt totalsum dygnssumma dagssumma sumtotal",
    words="sum total totalen totalt totalsumma ialt i_alt samtliga alla alle kaikki samlet samlede samlat tot",
)

MISSING_QUALITY = (
    "missing",
    "saknas",
    "saknat",
    "mangler",
    "puuttu",
    "unavailable",
    "notavailable",
    "no value",
    "inget värde",
)
ESTIMATED_QUALITY = _listed(
    "beräkn beregn estim uppskatt stipul prelim provis skøn midlertid korva ersatt tillfäll"
    " osäker anslå interpol schablon erstatt"
    " korrig arvio gescha laskennal"
    " lasket substitut calculat foreløbig foreløpig alustava preliminär skattad anslag manuell-est skönsm justera"
)
MEASURED_QUALITY = _listed(
    "uppmät mätt målt mitat mittaus ok actual avläs avlest aflæst measured read godkän valid gevalid"
    " gemeten normal luettu faktisk"
    " slutlig final real good true korrekt verklig tidsserie hyväk godkjent godkendt"
)
ESTIMATED_CODES = ("a03", "est", "e", "*", "56", "99", "b", "u")
MEASURED_CODES = ("a04", "a", "m", "r", "v", "ok", "g", "a01", "127")

PRODUCTION_STEMS = _listed(
    "produ pientuot indfød innfød verkkoon tuot inmat innmat indmat injek export eksport sålt såld salg solgt myynti"
    " sold syött anto overskud overskudd"
    " överskott ylijäämä surplus feed-in generat teruglever injectie received"
)
CONSUMPTION_STEMS = _listed(
    "förbruk forbruk forbrug verkosta konsum consum kulut uttag uttak udtag otto import köp kjøp køb"
    " osto purchas använd usage afname"
    " withdraw cons deliver aftag käyttö"
)
PRODUCTION_WORDS = _listed("e18 out prod p ut")
CONSUMPTION_WORDS = _listed("e17 in cons elförbrukning")

CARRIERS: dict[str, tuple[str, ...]] = {
    "electricity": (
        *(
            "electricity",
            "el",
            "elektricitet",
            "elkraft",
            "aktiv energi",
            "elenergi",
            "sähkö",
            "strøm",
            "ström",
            "elektrisitet",
        ),
        *("electric", "elförbrukning", "elanvändning", "elec", "fastighetsel", "active energy"),
    ),
    "district_heating": (
        *(
            "district_heating",
            "district heating",
            "fjärrvärme",
            "värme",
            "heat",
            "fjernvarme",
            "fjernvarmt vann",
            "kaukolämpö",
        ),
        *("lämpö", "varme", "heating", "fjv"),
    ),
    "district_cooling": (
        "district_cooling",
        "district cooling",
        "fjärrkyla",
        "kyla",
        "cooling",
        "fjernkøling",
        "kaukojäähdytys",
    ),
    "gas": ("gas", "naturgas", "biogas", "fordonsgas", "stadsgas", "kaasu", "maakaasu", "natural gas", "naturgass"),
    "oil": ("oil", "olja", "eldningsolja", "öljy", "olje", "olie"),
    "pellets": ("pellets", "pelletti"),
    "wood_chips": ("wood_chips", "flis", "hake", "wood chips"),
}
"""Our name of a carrier → words for it, as a cell or a title has them."""
