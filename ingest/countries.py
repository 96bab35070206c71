"""Country names, Swedish and English, to ISO 3166-1 alpha-2 codes."""

from __future__ import annotations

from collections.abc import Mapping

# All codes of ISO 3166-1, and XK (Kosovo) as the EU uses it.
_CODES = (
    "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ "
    "CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO "
    "FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE "
    "JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO "
    "MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW "
    "PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM "
    "TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS XK YE YT ZA ZM ZW"
)
CODES = frozenset(_CODES.split())

# Other codes met in lists: what they mean.
OTHER_CODES: Mapping[str, str] = {
    "UK": "GB", "EL": "GR", "SWE": "SE", "DEU": "DE", "NOR": "NO", "DNK": "DK", "FIN": "FI", "POL": "PL", "CHN": "CN",
    "USA": "US", "GBR": "GB", "FRA": "FR", "ITA": "IT", "ESP": "ES", "NLD": "NL", "IND": "IN", "TUR": "TR",
    "JPN": "JP", "KOR": "KR", "TWN": "TW", "CZE": "CZ", "EST": "EE", "LVA": "LV", "LTU": "LT", "AUT": "AT",
    "CHE": "CH", "BEL": "BE", "HUN": "HU", "ROU": "RO", "BGR": "BG", "SVK": "SK", "SVN": "SI", "PRT": "PT",
}  # fmt: skip

_NAMES = """
SE Sverige|Sweden;NO Norge|Norway;DK Danmark|Denmark;FI Finland;IS Island|Iceland;AX Åland;FO Färöarna|Faroe Islands
GL Grönland|Greenland;DE Tyskland|Germany;NL Nederländerna|Holland|Netherlands|The Netherlands;BE Belgien|Belgium
LU Luxemburg|Luxembourg;FR Frankrike|France;CH Schweiz|Switzerland;AT Österrike|Austria;IT Italien|Italy
ES Spanien|Spain;PT Portugal;IE Irland|Ireland;GR Grekland|Greece;MT Malta;CY Cypern|Cyprus
GB Storbritannien|England|Skottland|Wales|Great Britain|United Kingdom|Förenade kungariket;PL Polen|Poland
CZ Tjeckien|Czechia|Czech Republic|Tjeckiska republiken;SK Slovakien|Slovakia;HU Ungern|Hungary;RO Rumänien|Romania
BG Bulgarien|Bulgaria;SI Slovenien|Slovenia;HR Kroatien|Croatia;RS Serbien|Serbia;ME Montenegro;XK Kosovo
BA Bosnien|Bosnien och Hercegovina|Bosnia and Herzegovina|Bosnia;MK Nordmakedonien|North Macedonia|Makedonien
AL Albanien|Albania;EE Estland|Estonia;LV Lettland|Latvia;LT Litauen|Lithuania;UA Ukraina|Ukraine
BY Belarus|Vitryssland;MD Moldavien|Moldova;RU Ryssland|Russia|Russian Federation;TR Turkiet|Turkey|Türkiye
GE Georgien|Georgia;AM Armenien|Armenia;AZ Azerbajdzjan|Azerbaijan;KZ Kazakstan|Kazakhstan;UZ Uzbekistan
CN Kina|China|Folkrepubliken Kina;HK Hongkong|Hong Kong;MO Macao|Macau;TW Taiwan;JP Japan
KR Sydkorea|South Korea|Korea|Republic of Korea;KP Nordkorea|North Korea;MN Mongoliet|Mongolia;IN Indien|India
PK Pakistan;BD Bangladesh;LK Sri Lanka;NP Nepal;VN Vietnam|Viet Nam;TH Thailand;KH Kambodja|Cambodia;LA Laos
MM Myanmar|Burma;MY Malaysia;SG Singapore;ID Indonesien|Indonesia;PH Filippinerna|Philippines;BN Brunei
AU Australien|Australia;NZ Nya Zeeland|New Zealand;US USA|Förenta staterna|United States|United States of America
CA Kanada|Canada;MX Mexiko|Mexico;BR Brasilien|Brazil;AR Argentina;CL Chile;PE Peru;CO Colombia;VE Venezuela
UY Uruguay;PY Paraguay;BO Bolivia;EC Ecuador;CR Costa Rica;PA Panama;GT Guatemala
DO Dominikanska republiken|Dominican Republic
CU Kuba|Cuba;PR Puerto Rico;IL Israel;PS Palestina|Palestine;JO Jordanien|Jordan;LB Libanon|Lebanon;SY Syrien|Syria
IQ Irak|Iraq;IR Iran;SA Saudiarabien|Saudi Arabia;AE Förenade Arabemiraten|United Arab Emirates|UAE;QA Qatar
KW Kuwait;BH Bahrain;OM Oman;YE Jemen|Yemen;AF Afghanistan;EG Egypten|Egypt;MA Marocko|Morocco
TN Tunisien|Tunisia;DZ Algeriet|Algeria;LY Libyen|Libya;ZA Sydafrika|South Africa;NA Namibia;BW Botswana
ZW Zimbabwe;ZM Zambia;MZ Moçambique|Mozambique;TZ Tanzania;KE Kenya;UG Uganda;ET Etiopien|Ethiopia;GH Ghana
NG Nigeria;CI Elfenbenskusten|Ivory Coast;SN Senegal;CM Kamerun|Cameroon;AO Angola;MG Madagaskar|Madagascar
MU Mauritius;LI Liechtenstein;MC Monaco;AD Andorra;SM San Marino;VA Vatikanstaten|Vatican
"""

BY_NAME: Mapping[str, str] = {
    name.casefold(): entry[:2]
    for line in _NAMES.split("\n")
    for entry in line.split(";")
    for name in entry[3:].split("|")
    if name
}

_IN_ENGLISH = {"BA": "Bosnia and Herzegovina", "GB": "United Kingdom", "NL": "Netherlands",
               "US": "USA"}  # fmt: skip
_NAMES_OF: Mapping[str, tuple[str, ...]] = {
    entry[:2]: tuple(entry[3:].split("|")) for line in _NAMES.split("\n") for entry in line.split(";") if entry
}


def country_name(code: str, language: str) -> str:
    """The country as it is called in Swedish ("sv") or English, or its code where the tables have no name.

    >>> country_name("DE", "sv"), country_name("DE", "en"), country_name("JP", "en"), country_name("AX", "en")
    ('Tyskland', 'Germany', 'Japan', 'Åland')
    """
    names = _NAMES_OF.get(code, (code,))
    if language == "sv":
        return names[0]
    return _IN_ENGLISH.get(code) or names[1 if len(names) > 1 else 0]
