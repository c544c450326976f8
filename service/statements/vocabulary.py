"""Plain word lists that the reading of names leans on."""

from __future__ import annotations

import re


def alternation(words: str) -> str:
    """A regular expression's alternatives from pieces separated by comma and blank, over as many lines as needed."""
    return "(?:" + "|".join(piece for piece in re.split(r",\s", " ".join(words.split())) if piece) + ")"


def word_set(words: str) -> frozenset[str]:
    """The words of a text, set over as many lines as they need."""
    return frozenset(words.split())


ORDINARY = word_set(
    """
    a about above according across after again against all almost already also although always am amid
    among an and another any anybody anyone are around as asked at back based be because been before
    behind being below beneath besides between beyond both but by can cannot certainly clearly could data
    dear despite did do does doing down during each either else even ever every everyone everything except
    few fewer finally first five for four from further given go governments had half has have having he
    hence her here hers herself him himself his hours how however i if in indeed inside instead into is it
    its itself just last lastly late later least less let like many may maybe me meanwhile might mine more
    moreover most much must my myself national near nearly neither never nevertheless next nine no nobody
    none nor not nothing now of off officials often on once one only onto or other others our ours out
    outside over own part people perhaps please pressed prior privacy quite rather reached reporters
    responding said same says second security seen seven several shall she should shortly similarly since
    six so some somebody someone something sometimes soon speaking still such ten than that the their
    theirs them themselves then there therefore these they third this those though three through
    throughout thus till to today together tomorrow too toward towards two under unless unlike until up
    upon us use usually very was we well were what whatever when where whereas whether which while who
    whom whose why will with within without would yes yesterday yet you your yours customers users
    companies company police lawmakers critics advocates experts researchers lawyers judges investigators
    detectives prosecutors agents authorities regulators parliament congress senate government court
    courts campaigners activists opponents supporters shares word news photo image posted published
    updated share read related tags written reporting editing edited interview questions question answer
    answers q monday tuesday wednesday thursday friday saturday sunday january february march april june
    july august september october november december spring summer autumn winter hello thanks thank yours
    sincerely regards best kind letter statement internet web online whistleblower surveillance encryption
    general chief no. yes. mr mrs ms dr earlier recently previously currently additionally likewise
    accordingly otherwise hardly barely twice pushed challenged confronted contacted emails messages
    phones requests demands orders warrants subpoenas staff rival competitor remove set maker engineers
    executives employees officers former tech technology digital warrant transparency
    """
)
"""Words that open a sentence with a capital letter and are no name then."""

PLACES = word_set(
    """
    Africa America Amsterdam Argentina Asia Athens Atlanta Auckland Australia Austria Barcelona Beijing
    Belgium Berlin Bern Birmingham Boston Brasília Brazil Bristol Britain Brussels Budapest Bulgaria
    California Canada Canberra Chicago Chile China Colombia Copenhagen Croatia Cyprus Dallas Delhi Denmark
    Denver Dublin Edinburgh Egypt England Estonia Europe Finland Florida France Frankfurt Geneva Germany
    Ghana Glasgow Greece Hamburg Helsinki Hungary Iceland India Indonesia Iran Iraq Ireland Israel
    Istanbul Italy Jakarta Japan Johannesburg Kenya Korea Lagos Latvia Leeds Lisbon Lithuania London
    Luxembourg Madrid Malaysia Manchester Melbourne Mexico Milan Montreal Moscow Munich Nairobi
    Netherlands Nigeria Norway Oslo Ottawa Pakistan Paris Philadelphia Poland Portugal Prague Riga Romania
    Rome Russia Scotland Seattle Seoul Serbia Shanghai Singapore Slovakia Slovenia Spain Stockholm
    Strasbourg Sweden Switzerland Sydney Taiwan Tallinn Texas Thailand Tokyo Toronto Turkey Uganda Ukraine
    Vancouver Vienna Vietnam Vilnius Virginia Wales Warsaw Washington Westminster Zurich Delaware Oregon
    Oakland Portland Austin Houston Utah Ohio Iowa Nevada Arizona Michigan Minnesota Wisconsin Maryland
    Massachusetts American British German French Swiss Norwegian Swedish Danish Finnish Dutch Belgian
    Italian Spanish Portuguese Polish Russian Chinese Japanese Korean Indian Canadian Australian European
    African Irish Scottish Welsh Austrian Greek Turkish Israeli Brazilian Mexican Democrat Democrats
    Republican Republicans Labour Conservative Green Greens Liberal Christmas Easter English Internet Web
    Brexit Covid GDPR HTTPS PDF PIN SIM VPN DNS IP API
    Aarhus Aberdeen Accra Adelaide Alabama Alaska Albania Algeria Algiers Alps Amman Ankara Antwerp
    Argentine Arkansas Armenia Asian Atlantic Azerbaijan Baghdad Baltic Baltimore Bangalore Bangkok
    Bangladesh Basel Bath Bavarian Beirut Belarus Belfast Belgrade Benelux Bergen Bogotá Bolivia Bologna
    Bombay Bonn Bordeaux Bosnia Bosnian Bradford Bratislava Bremen Brighton Brisbane Brittany Brno Brooklyn
    Bruges Bucharest Bulgarian Burma Cairo Calgary Cambodia Cambridge Cameroon Caracas Cardiff Caribbean
    Carolina Casablanca Catalan Catalonia Charlotte Chennai Chilean Christchurch Cincinnati Cleveland
    Cologne Colombian Connecticut Cork Cornwall Coventry Croatian Cuba Czech Czechia Dakar Dakota Damascus
    Derby Detroit Dhaka Docklands Doha Dorset Dortmund Dresden Dubai Duluth Dundee Dunedin Durban Düsseldorf
    Ecuador Egyptian Eindhoven Essex Estonian Ethiopia Exeter Filipino Flanders Flemish Florence Galway
    Gdansk Genoa Georgia Georgian Ghent Gothenburg Graz Grenoble Groningen Guatemala Gulf Hague Haifa
    Halifax Hannover Hanoi Hanover Harare Hawaii Honduras Houston Hull Hungarian Icelandic Idaho Illinois
    Indiana Indonesian Innsbruck Inverness Iranian Iraqi Israelis Jamaica Jerusalem Jordan Kampala Kansas
    Karachi Kazakhstan Kent Kentucky Kenyan Kiev Kigali Kingston Kiruna Kolkata Kosovo Krakow Kraków Kuwait
    Kyiv Kyoto Labor Lancashire Latvian Lausanne Lebanese Lebanon Leicester Leipzig Leith Leuven Libya Lille
    Lima Limerick Linz Lithuanian Liverpool Liège Ljubljana Lodz Louisiana Lucerne Lund Lyon Lyons Macedonia
    Maine Malaysian Malmö Malta Maltese Manhattan Manila Manitoba Mannheim Marseille Marseilles Memphis
    Miami Milwaukee Minneapolis Minsk Mississippi Missouri Moldova Monaco Mongolia Montana Montenegro
    Montevideo Morocco Mumbai Myanmar Nagoya Namibia Nantes Naples Nashville Nebraska Nepal Newcastle Nice
    Nicosia Nigeria Nigerian Nordic Norfolk Normandy Northumberland Norwich Nottingham Nuremberg Odense
    Oklahoma Ontario Orleans Osaka Oxford Pakistani Panama Paraguay Passover Pennsylvania Perth Peru
    Peruvian Peshawar Phoenix Pittsburgh Plymouth Porto Poznan Pretoria Provence Quebec Quito Ramadan
    Reykjavik Romanian Rotterdam Rwanda Sacramento Salzburg Santiago Sarajevo Sardinia Saskatchewan
    Scandinavia Senegal Serbian Seville Sheffield Sicily Singaporean Skopje Slough Slovak Slovenian Sofia
    Somerset Southampton Stavanger Stuttgart Sudan Suffolk Surrey Swansea Syria Taipei Taiwanese Tanzania
    Tasmania Tbilisi Tehran Tennessee Thai Thanksgiving Tories Tory Toulouse Trieste Tromsø Trondheim Tunis
    Tunisia Tunisian Turin Turku Tuscany Ugandan Ukrainian Uppsala Uruguay Utrecht Valencia Venezuela Venice
    Vermont Verona Vietnamese Wellington Wiltshire Winnipeg Wroclaw Wyoming Yemen Yerevan York Yorkshire
    Zagreb Zambia Zaragoza Zimbabwe
    """
) | {
    "New York",
    "New Zealand",
    "Hong Kong",
    "South Africa",
    "San Francisco",
    "Los Angeles",
    "United States",
    "United Kingdom",
    "European Union",
    "Silicon Valley",
    "Supreme Court",
    "White House",
    "Home Office",
    "Foreign Office",
    "Capitol Hill",
    "Patriot Act",
    "North America",
    "South Korea",
    "Saudi Arabia",
    "Northern Ireland",
    "Middle East",
    "Latin America",
}

GIVEN_NAMES = word_set(
    """
    Aaron Adam Adrian Agnes Ahmed Aisha Alan Albert Alex Alexander Alexandra Alice Alison Amanda Amelia
    Amy Ana Andre Andrea Andreas Andrew Angela Anita Ann Anna Anne Anthony Antonio Arthur Astrid Barbara
    Beatrice Ben Benjamin Bernard Beth Bill Bob Brad Brandon Brian Bridget Bruce Camille Carl Carla Carlos
    Carmen Carol Caroline Catherine Charles Charlotte Chen Chris Christian Christina Christine Christopher
    Claire Clara Claudia Colin Craig Cynthia Dan Daniel Daniela David Deborah Dennis Diana Diane Dieter
    Dmitri Dominic Donald Donna Dorothy Douglas Edith Edward Elena Eleanor Elise Elizabeth Ella Ellen
    Emily Emma Eric Erik Erin Esther Ethan Eva Eve Fatima Felix Fiona Florence Frances Francis Frank Franz
    Fred Frederick Gabriel Gail Gareth Gary Geoffrey George Gerald Gita Giulia Gloria Gordon Grace Graham
    Greta Greg Gregor Gregory Hal Hannah Hans Harold Harriet Harry Hassan Heather Heidi Helen Helena
    Henrik Henrike Henry Hugh Hugo Ian Ingrid Irene Iris Isaac Isabel Isabella Ivan Jack Jacob Jacqueline
    James Jan Jane Janet Jason Jean Jeff Jeffrey Jennifer Jeremy Jessica Jim Joan Joanna Joe Joel Johan
    Johanna John Jon Jonas Jonathan Jordan Jose Josef Joseph Josh Joshua Juan Judith Julia Julian Julie
    Karen Karin Karl Kate Katherine Kathleen Katrin Keith Kelly Kenneth Kevin Kim Kirsten Klaus Kurt Lara
    Larry Lars Laura Lauren Laurence Leah Lena Leo Leon Leonard Lewis Liam Lillian Linda Lisa Liz Lorraine
    Louis Louise Lucas Lucia Lucy Luis Luke Lydia Mads Magnus Malcolm Marc Marco Marcus Margaret Maria
    Marie Marina Mario Marion Mark Marta Martha Martin Mary Mathias Matt Matthew Max Maya Megan Mei Mia
    Michael Michelle Miguel Mike Milan Miriam Mohamed Mohammed Molly Monica Nadia Nancy Naomi Natalie
    Natasha Nathan Neil Niall Nicholas Nick Nicola Nicole Niels Nigel Nina Noah Nora Olga Oliver Olivia
    Omar Oscar Otto Owen Pablo Pamela Patricia Patrick Paul Paula Pedro Peter Petra Philip Pierre Priya
    Rachel Rafael Raj Ralph Raymond Rebecca Richard Rita Rob Robert Robin Roger Roland Ron Rosa Rose Ruth
    Ryan Sally Sam Samantha Samuel Sandra Sara Sarah Scott Sean Sebastian Sharon Sheila Sigrid Silvia
    Simon Sofia Sonia Sophia Sophie Stefan Stella Stephanie Stephen Steve Steven Stuart Susan Suzanne Sven
    Sylvia Tamara Tanya Tara Teresa Thea Theo Theresa Thomas Tim Timothy Tina Tobias Todd Tom Tomas Tony
    Tracy Ursula Vanessa Vera Veronica Victor Victoria Vincent Virginia Walter Wei Wendy Werner William
    Yasmin Yuki Yusuf Yvonne Zachary Zoe
    """
)
"""Common first names: one sign among several that two capitalised words are a person."""
