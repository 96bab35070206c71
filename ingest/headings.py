"""Which headings Swedish and English lists use for what: sheet kind -> field -> headings, the first being our own.

A heading is compared folded (see :func:`ingest.rows.fold`): case, spaces, dots, dashes and underscores do not count.
The first heading is the one Närverk writes itself in Swedish, the last the one it writes in English; the others are met
in the wild.
"""

from __future__ import annotations

from collections.abc import Mapping

Headings = Mapping[str, tuple[str, ...]]

COMPANY: Headings = {
    "org_number": ("Org.nr", "Organisationsnummer", "orgnr", "PeOrgNr", "Registration number", "Org number"),
    "name": ("Företag", "Företagsnamn", "foretagsnamn", "Namn", "Bolag", "Name", "Company name", "Company"),
    "country": ("Land", "Landskod", "Country"),
    "address": ("Gatuadress", "Adress", "Besöksadress", "Address", "Street"),
    "postcode": ("Postnr", "Postnummer", "Zip", "Postcode"),
    "locality": ("Ort", "Postort", "Stad", "City", "Locality", "Town"),
    "municipality": ("Kommun", "Kommunkod", "Municipality"),
    "latitude": ("Latitud", "Lat", "Latitude"),
    "longitude": ("Longitud", "Long", "Lon", "Lng", "Longitude"),
    "employees": ("Anställda", "Antal anställda", "anstallda", "Employees"),
    "size_class": ("Storleksklass", "Size class"),
    "sni": ("SNI", "SNI-kod", "Branschkod", "NACE", "SNI code"),
    "sni_version": ("SNI-version", "SNI version"),
    "sector": ("Sektor", "Sector"),
    "legal_form": ("Juridisk form", "Bolagsform", "Företagsform", "Legal form"),
    "winding_up": ("Konkurs eller likvidation", "Winding up"),
    "ended_on": ("Avregistrerat", "Avregistreringsdatum", "Ended on"),
    "business": (
        *("Verksamhet", "Verksamhetsbeskrivning", "Beskrivning", "Vad vi gör", "Vad företaget gör", "Inriktning"),
        *("Description", "Business"),
    ),
    "website": ("Webbplats", "Hemsida", "Webb", "Website"),
    "parent": ("Moderbolag", "Koncernmoder", "Parent"),
    "parent_org_number": ("Moderbolag org.nr", "Parent org number"),
    "member_since": ("Medlem sedan", "Member since"),
    "member_until": ("Medlem till", "Member until"),
    "no_mailings": ("Reklamspärr", "No mailings"),
    "sensitive": ("Känslig", "Sensitive"),
    "processes": ("Processer", "Förmågor", "Capabilities", "Processes"),
    "materials": ("Material", "Materials"),
    "certificates": ("Certifikat", "Certifieringar", "Certificates"),
    "max_length_mm": ("Max längd mm", "max_langd_mm", "Maxlängd", "Max length mm"),
    "max_weight_kg": ("Max vikt kg", "Maxvikt", "Max weight kg"),
    "tolerance": ("Tolerans", "Tolerance"),
    "batch_min": ("Serie min", "seriestorlek_min", "Minsta serie", "Batch min"),
    "batch_max": ("Serie max", "seriestorlek_max", "Största serie", "Batch max"),
    "vat_number": ("Momsreg.nr", "VAT-nr", "VAT number"),
    "stated_on": ("Uppgift från", "Stated on"),
    "confirm_by": ("Fråga igen senast", "Confirm by"),
    "audience": ("Får visas för", "Visible to"),
}

OFFER: Headings = {
    "org_number": COMPANY["org_number"],
    "name": COMPANY["name"],
    "process": ("Process", "Förmåga", "Capability"),
    "materials": COMPANY["materials"],
    "max_length_mm": COMPANY["max_length_mm"],
    "max_weight_kg": COMPANY["max_weight_kg"],
    "tolerance": COMPANY["tolerance"],
    "batch_min": COMPANY["batch_min"],
    "batch_max": COMPANY["batch_max"],
    "lead_time_days": ("Ledtid dagar", "Ledtid", "Lead time days"),
    "free_capacity_percent": ("Ledig kapacitet %", "Ledig kapacitet", "Free capacity %"),
    "evidence": ("Underlag", "Evidence"),
    "stated_on": ("Uppgift från", "Datum", "Date"),
    "confirm_by": COMPANY["confirm_by"],
    "audience": ("Får visas för", "Visible to"),
}

CERTIFICATE: Headings = {
    "org_number": COMPANY["org_number"],
    "name": COMPANY["name"],
    "standard": ("Certifikat", "Standard", "Certificate"),
    "valid_until": ("Giltigt till", "Valid until"),
    "confirm_by": COMPANY["confirm_by"],
    "evidence": OFFER["evidence"],
    "audience": OFFER["audience"],
}

WORKPLACE: Headings = {
    "org_number": COMPANY["org_number"],
    "company": ("Företag", "Company"),
    "name": ("Arbetsställets namn", "Workplace name"),
    "is_main": ("Huvudställe", "Main workplace"),
    **{name: COMPANY[name] for name in ("address", "postcode", "locality", "municipality", "latitude", "longitude")},
    "audience": OFFER["audience"],
}

CONTACT: Headings = {
    "org_number": COMPANY["org_number"],
    "company": ("Företag", "Company"),
    "name": ("Kontaktperson", "Contact"),
    "title": ("Roll", "Titel", "Title"),
    "email": ("E-post", "Epost", "Mejl", "E-mail"),
    "phone": ("Telefon", "Tel", "Mobil", "Phone"),
    "legal_basis": ("Rättslig grund", "Laglig grund", "Legal basis"),
    "review_on": ("Se över senast", "Gallras senast", "Review by"),
    "stated_on": COMPANY["stated_on"],
}

TRADE: Headings = {
    "seller_org_number": ("Säljare org.nr", "Leverantör org.nr", "Seller org number"),
    "seller": ("Säljare", "Leverantör", "Supplier", "Seller"),
    "seller_country": ("Säljarens land", "Seller country"),
    "seller_locality": ("Säljarens ort", "Seller town"),
    "buyer_org_number": ("Köpare org.nr", "Kund org.nr", "Buyer org number"),
    "buyer": ("Köpare", "Kund", "Customer", "Buyer"),
    "what": ("Vad", "Vara", "Avser", "What"),
    "code": ("Kod", "Code"),
    "value_sek": ("Belopp SEK", "Belopp", "Värde SEK", "Amount SEK"),
    "year": ("År", "Year"),
    "contracts": ("Avtal eller fakturor", "Contracts or invoices"),
}

LEDGER: Headings = {
    "supplier_number": ("Leverantörsnr", "Leverantörsnummer", "Lev.nr", "Supplier no"),
    "name": ("Namn", "Leverantör", "Leverantörsnamn", "Supplier", "Name"),
    "org_number": COMPANY["org_number"],
    "postcode": COMPANY["postcode"],
    "locality": COMPANY["locality"],
    "country": COMPANY["country"],
    "vat_number": ("Momsreg.nr", "VAT-nr", "VAT number"),
    "invoices": ("Fakturor", "Antal fakturor", "Invoices"),
    "value_sek": ("Belopp exkl moms", "Belopp SEK", "Omsättning", "Belopp", "Amount excl VAT"),
    "year": ("År", "Year"),
    "buyer_org_number": ("Köpare org.nr", "Buyer org number"),
    "buyer": ("Köpare", "Buyer"),
}

OPEN_LEDGER: Headings = {
    "buyer_id": ("kopare_id", "Köparens organisationsnummer"),
    "buyer": ("kopare",),
    "voucher": ("verifikationsnummer", "Verifikationsnr", "Ver.nr"),
    "supplier": ("leverantor", "Leverantörsnamn"),
    "supplier_id": ("leverantor_id", "Leverantörens organisationsnummer", "Organisationsnummer"),
    "account": ("konto_nr", "Konto", "Kontonummer"),
    "account_name": ("konto_text", "Kontonamn"),
    "value_sek": ("belopp", "Konterat belopp", "Konterat belopp exklusive moms", "Belopp exkl moms"),
    "booked_on": ("datum", "Bokföringsdatum", "Verifikationsdatum"),
    "administration": ("forvaltning",),
    "invoice": ("fakturanummer", "Fakturanr"),
    "ground": ("grund",),
    "agreement": ("avtal",),
    "municipality": ("kommun_id",),
    "s_code": ("s_kod_nr", "s_kod"),
}

CUSTOMS: Headings = {
    "mrn": ("MRN", "MRN-nummer"),
    "item": ("Varupostnummer", "Varupost", "Varupostnr", "Goods item number"),
    "period": ("Godtagandedatum", "Godtagendatum", "Godtagandedag", "Acceptance date"),
    "importer_id": ("Importörens EORI-nummer", "Importör EORI", "EORI importör", "Importer EORI"),
    "importer": ("Importör", "Importörens namn", "Mottagare", "Importer"),
    "supplier": ("Exportör", "Avsändare", "Säljare", "Exporter"),
    "origin_country": ("Ursprungsland", "Country of origin"),
    "cn_code": ("Varukod", "Varunummer", "KN-nummer", "Taric", "Commodity code"),
    "description": ("Varubeskrivning", "Beskrivning", "Description of goods"),
    "mass_kg": ("Nettovikt", "Nettovikt kg", "Nettomassa", "Net mass"),
    "value_sek": ("Statistiskt värde", "Statistiskt värde SEK", "Statistical value"),
    "transport_mode": ("Transportsätt", "Transportsätt vid gränsen", "Mode of transport"),
    "terms": ("Leveransvillkor", "Incoterms"),
    "fee_type": ("Avgiftstyp", "Avgiftsslag", "Tullar och avgifter", "Duty type"),
    "fee": ("Belopp", "Avgiftsbelopp", "Amount"),
    "lrn": ("LRN",),
    "items": ("Varupost antal", "Antal varuposter"),
    "declaration_type": ("Typ av ytterligare deklaration",),
    "agent": ("Ombud",),
}

INTRASTAT: Headings = {
    "flow": ("Flöde", "Varuflöde", "In-/utförsel", "Flow"),
    "period": ("Period", "Rapportperiod", "Redovisningsperiod", "Månad"),
    "sending_state": ("Avsändarland", "Avsändningsland", "Avsändande land", "Avsändande medlemsland", "Member state"),
    "partner_state": ("Partnerland", "Medlemsland", "Land", "Landskod", "Mottagarland", "Mottagande medlemsland"),
    "origin_country": ("Ursprungsland", "Country of origin"),
    "transaction_type": ("Transaktionstyp", "Transaktionens art", "Nature of transaction"),
    "cn_code": ("KN8", "Varukod", "Statistisk varukod", "Statistiskt nummer", "KN-nummer", "CN8", "Commodity code"),
    "description": ("Varubeskrivning", "Varubenämning", "Beskrivning"),
    "mass_kg": ("Nettovikt kg", "Nettovikt", "Nettomassa", "Vikt kg", "Net mass"),
    "other_quantity": ("Annan kvantitet", "Extra kvantitet", "Supplementary units"),
    "value_sek": ("Fakturerat värde SEK", "Fakturerat värde", "Fakturavärde", "Fakturerat belopp", "Invoice value"),
    "statistical_value": ("Statistiskt värde", "Statistical value"),
    "transport_mode": ("Transportsätt", "Mode of transport"),
    "partner_id": ("Partner-ID", "Partner-id", "Köparens momsregistreringsnummer"),
}

IMPORT: Headings = {
    "org_number": COMPANY["org_number"],
    "name": COMPANY["name"],
    "part_number": ("Artikelnr", "Artikelnummer", "Art.nr", "Part number"),
    "description": ("Benämning", "Artikel", "Beskrivning", "Description"),
    "cn_code": ("KN-nummer", "KN8", "Varukod", "HS code", "CN code"),
    "origin_country": ("Ursprungsland", "Origin country", "Country of origin"),
    "supplier": ("Nuvarande leverantör", "Leverantör", "Present supplier"),
    "value_sek": ("Värde SEK per år", "Värde SEK/år", "Värde SEK", "Inköpsvärde", "Årsvärde", "Value SEK"),
    "mass_kg": ("Vikt kg per år", "Vikt kg/år", "Nettovikt kg", "Mass kg"),
    "transport_mode": ("Transportsätt", "Transport mode"),
    "year": ("År", "Year"),
    "processes": ("Kräver process", "Processer", "Processes"),
    "material": ("Material",),
    "certificates": ("Kräver certifikat", "Certifikat", "Certificates"),
    "length_mm": ("Längd mm", "Length mm"),
    "piece_weight_kg": ("Styckvikt kg", "Piece weight kg"),
    "tolerance": ("Tolerans", "Tolerance"),
    "annual_quantity": ("Antal per år", "Antal/år", "Annual quantity"),
    "lead_time_days": ("Ledtid dagar", "Ledtid", "Lead time days"),
}

REQUIREMENT: Headings = {
    "org_number": ("Köpare org.nr", "Org.nr", "Buyer org number"),
    "name": ("Köpare", "Företag", "Buyer"),
    "standard": ("Krav certifikat", "Certifikat", "Certificate"),
    "process": ("Krav process", "Process"),
    "description": ("Krav", "Beskrivning", "Requirement"),
    "applies_from": ("Gäller från", "Applies from"),
    "audience": OFFER["audience"],
}

NEED: Headings = {
    "org_number": COMPANY["org_number"],
    "name": COMPANY["name"],
    "theme": ("Behov tema", "Tema", "Theme"),
    "description": ("Behov", "Beskrivning", "Need"),
    "priority": ("Prioritet", "Priority"),
    "stated_on": ("Uppgift från", "Datum", "Date"),
    "asked_by": ("Frågad av", "Asked by"),
    "may_share": ("Får föras vidare", "May be passed on"),
}

PROJECT = ("Projekt", "Project")

INTERVIEW: Headings = {
    "org_number": COMPANY["org_number"],
    "name": COMPANY["name"],
    "asked_on": ("Frågad den", "Asked on"),
    "how": ("Hur", "How"),
    "reminded_on": ("Påmind den", "Reminded on"),
    "outcome": ("Svar", "Utfall", "Outcome"),
    "answered_on": ("Svarade den", "Answered on"),
    "asked_by": ("Frågad av", "Asked by"),
    "notes": ("Anteckningar", "Notes"),
    "project": PROJECT,
}

INTRODUCTION: Headings = {
    "org_number": COMPANY["org_number"],
    "name": COMPANY["name"],
    "other_org_number": ("Presenterad för org.nr", "Introduced to org number"),
    "other": ("Presenterad för", "Introduced to"),
    "introduced_on": ("Presenterad den", "Introduced on"),
    "outcome": ("Utfall", "Outcome"),
    "introduced_by": ("Presenterad av", "Introduced by"),
    "reason": ("Skäl", "Varför", "Reason"),
    "project": PROJECT,
}

ACTIVITY: Headings = {
    "name": ("Aktivitet", "Activity"),
    "activity_type": ("Slag", "Type"),
    "held_on": ("Hölls den", "Held on"),
    "theme": ("Tema", "Theme"),
    "project": PROJECT,
    "participant_org_numbers": ("Deltagare org.nr", "Participant org numbers"),
}

SUPPORT_ACTOR: Headings = {
    "name": ("Stödaktör", "Support actor"),
    "actor_type": ("Typ", "Type"),
    "municipality": ("Kommun", "Municipality"),
    "website": COMPANY["website"],
}

SUPPORT_OFFER: Headings = {
    "actor": ("Stödaktör", "Support actor"),
    "theme": ("Tema", "Theme"),
    "description": ("Insats", "Support"),
    "deadline": ("Sista dag", "Deadline"),
    "amount_sek": ("Högsta belopp SEK", "Max amount SEK"),
    "municipalities": ("Kommuner", "Municipalities"),
}

SUPPORT_CASE: Headings = {
    "org_number": COMPANY["org_number"],
    "name": COMPANY["name"],
    "actor": ("Stödaktör", "Support actor"),
    "theme": ("Tema", "Theme"),
    "description": ("Insats", "Support"),
    "status": ("Status", "Läge"),
    "changed_on": ("Status sedan", "Status since"),
    "granted_on": ("Beviljat den", "Granted on"),
    "amount_sek": ("Belopp SEK", "Amount SEK"),
    "result": ("Resultat", "Result"),
    "maturity_before": ("Mognad före", "Maturity before"),
    "maturity_after": ("Mognad efter", "Maturity after"),
    "project": PROJECT,
}

REGION: Headings = {
    "name": ("Region",),
    "municipality": ("Kommunkod", "Kommun", "Kommuner", "Kommunnamn", "Municipality", "Municipality code"),
    "is_home": ("Egen region", "Own region"),
}

# Sheet kind -> (our own sheet title, headings, fields of which the sheet must have at least one each).
SHEETS: Mapping[str, tuple[str, Headings, tuple[tuple[str, ...], ...]]] = {
    "company": ("Företag", COMPANY, (("name",),)),
    "offer": ("Förmågor", OFFER, (("org_number", "name"), ("process",))),
    "certificate": ("Certifikat", CERTIFICATE, (("org_number", "name"), ("standard",))),
    "workplace": ("Arbetsställen", WORKPLACE, (("org_number", "company"), ("name",))),
    "contact": ("Kontakter", CONTACT, (("org_number", "company"), ("name",))),
    "trade": ("Affärer", TRADE, (("seller_org_number", "seller"), ("buyer_org_number", "buyer"))),
    "ledger": ("Leverantörsreskontra", LEDGER, (("name",), ("value_sek", "supplier_number"))),
    "open_ledger": (
        "Öppen leverantörsreskontra",
        OPEN_LEDGER,
        (("buyer_id", "buyer"), ("supplier",), ("voucher",), ("value_sek",)),
    ),
    "customs": ("Statistik import", CUSTOMS, (("mrn",), ("item",), ("cn_code",))),
    "intrastat": ("Intrastat", INTRASTAT, (("flow", "sending_state"), ("cn_code",), ("value_sek", "mass_kg"))),
    "import": ("Import", IMPORT, (("description",), ("origin_country", "cn_code"))),
    "requirement": ("Krav", REQUIREMENT, (("name", "org_number"), ("applies_from",), ("standard", "process"))),
    "need": ("Behov", NEED, (("org_number", "name"), ("theme",))),
    "interview": ("Intervjuer", INTERVIEW, (("org_number", "name"), ("asked_on",))),
    "introduction": ("Introduktioner", INTRODUCTION, (("other_org_number", "other"),)),
    "activity": ("Aktiviteter", ACTIVITY, (("name",), ("held_on",))),
    "support_actor": ("Stödaktörer", SUPPORT_ACTOR, (("name",), ("actor_type",))),
    "support_offer": ("Insatser", SUPPORT_OFFER, (("actor",), ("description",))),
    "support_case": ("Stödärenden", SUPPORT_CASE, (("org_number", "name"), ("actor",), ("status",))),
    "region": ("Region", REGION, (("name",), ("municipality",))),
}
