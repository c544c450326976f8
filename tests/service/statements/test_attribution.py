from __future__ import annotations

import pytest

from service.model import Attribution
from service.statements.sentences import split
from service.statements.speech.attribution import attribute
from service.statements.speech.people import Voice
from service.statements.speech.said import Said
from watchers.model import Block, BlockKind, Document

INTRO = "Harborlight, the e-mail provider, is at odds with the police."
ROE = Voice("Jane Roe", "general counsel", "Harborlight")
FIRM = Voice(company="Harborlight")


def _said(*paragraphs: str | Block) -> dict[str, Said]:
    blocks = tuple(b if isinstance(b, Block) else Block(BlockKind.PARAGRAPH, b) for b in (INTRO, *paragraphs))
    document = Document("https://paper.example/story", "A story", blocks, "html")
    sentences = split(document)
    return {s.text: said for s, said in zip(sentences, attribute(document, sentences), strict=True)}


def _last(*paragraphs: str | Block) -> tuple[Voice, Attribution]:
    said = list(_said(*paragraphs).values())[-1]
    return said.voice, said.attribution


@pytest.mark.parametrize(
    ("text", "voice", "attribution"),
    [
        ("“We never did,” said Jane Roe, its general counsel.", ROE, "quoted"),
        ("“We never did,” Harborlight general counsel Jane Roe told reporters.", ROE, "quoted"),
        ("“We,” said Jane Roe, general counsel of Harborlight, “never gave in to that.”", ROE, "quoted"),
        ("The company's general counsel, Jane Roe, wrote: “We never did, and we never will.”", ROE, "quoted"),
        ("Jane Roe, Harborlight's general counsel, said that it never did.", ROE, "reported"),
        ("It never did, according to Jane Roe, general counsel of Harborlight.", ROE, "reported"),
        ("In a statement, the company said that it never did.", FIRM, "reported"),
        ("The provider told the Daily Post it never did.", FIRM, "reported"),
        ("Harborlight has flatly denied that it ever did.", FIRM, "reported"),
        ("Users are told, the firm said.", FIRM, "reported"),
        ("A Harborlight spokeswoman said it never did.", Voice("", "spokeswoman", "Harborlight"), "reported"),
        ("The company called it “nonsense from start to finish” and said it never did.", FIRM, "reported"),
    ],
)
def test_one_sentence_names_its_speaker(text: str, voice: Voice, attribution: str) -> None:
    assert _last(text) == (voice, Attribution(attribution))


@pytest.mark.parametrize(
    "text",
    [
        "“They always did,” said Senator Alma Whitcomb.",
        "“They always did,” said Odette Pranger, a lecturer at Calloway University.",
        "“They always did,” said Kjetil Moe of the Open Privacy League.",
        "According to leaked slides, Harborlight let the agency read along.",
        "Two former employees said that Harborlight read along.",
        "Harborlight reads along, the Sunday Clarion reported.",
        "The minister said that Harborlight reads along.",
        "A spokesman for the federation of police unions said that it should.",
        "Harborlight built a tool that reads along.",
    ],
)
def test_outsiders_and_narration_are_not_the_company(text: str) -> None:
    assert _last(text)[0].company == ""


def test_a_quotation_runs_over_sentences_and_paragraphs() -> None:
    said = _said(
        "“We keep no logs,” said Jane Roe, its general counsel. “Nobody can ask for them.",
        "“And nobody has.”",
        "“We would refuse.”",
    )
    voices = [s.voice for s in said.values()][1:]
    assert voices == [ROE] * 4


def test_a_speaker_named_after_the_quotation_is_given_it() -> None:
    said = _said("“We keep no logs.” “Nobody can ask for them,” said Jane Roe, its general counsel.")
    assert [s.voice for s in said.values()][1:] == [ROE, ROE]


def test_lists_and_block_quotations_are_the_speakers() -> None:
    assert _last(
        "Jane Roe, its general counsel, wrote in a blog post:",
        Block(BlockKind.QUOTE, "We need a court order for that."),
    ) == (ROE, Attribution.QUOTED)
    assert _last(
        "She is Jane Roe, its general counsel. Roe outlined the rules.",
        Block(BlockKind.ITEM, "We need a court order for that.", level=1),
    ) == (ROE, Attribution.QUOTED)


def test_reports_go_on_in_the_same_paragraph_only() -> None:
    said = _said(
        "The company received 40 orders last year, it said. It contested nine of them.",
        "It employs many lawyers.",
    )
    voices = [s.voice for s in said.values()]
    assert voices[2] == FIRM
    assert voices[3].company == ""


def test_what_is_said_of_a_rival_is_nobodys_promise() -> None:
    voice, _ = _last(
        "Tessellate, a rival provider, was there.",
        "Jane Roe, its general counsel, left.",
        "Roe said that Google reads along.",
    )
    assert voice.company == ""


def test_questions_and_answers_by_their_labels() -> None:
    said = _said(
        "Jane Roe is general counsel of Harborlight.",
        "Q: Do you hand it over?",
        "A: Only on a warrant.",
        "Q: Always?",
        "A: Always.",
    )
    answers = {text: s for text, s in said.items() if text.startswith("A:")}
    assert {(s.voice, s.attribution) for s in answers.values()} == {(ROE, Attribution.QUOTED)}
    assert {s.voice.company for text, s in said.items() if text.startswith("Q:")} == {""}


def test_a_letter_printed_in_full_is_first_party() -> None:
    said = _said(
        "The letter in full:",
        "Dear customers,",
        "We gave them one record and nothing more.",
        "Jane Roe, general counsel",
        "A police spokesman said that it was enough.",
    )
    letter = said["We gave them one record and nothing more."]
    assert (letter.voice, letter.attribution) == (ROE, Attribution.FIRST_PARTY)
    assert list(said.values())[-1].voice.company == ""


def test_a_rival_set_beside_what_it_is_speaks_for_itself() -> None:
    said = _said("A competitor, Lanewise, said it turned away twelve requests.", "Lanewise is a company.")
    assert said["A competitor, Lanewise, said it turned away twelve requests."].voice == Voice(
        company="Lanewise"
    )


def test_the_founder_of_a_company_is_who_was_named_before() -> None:
    voice, _ = _last(
        "Ida Lund keeps bees. The founder of Harborlight, which stores letters, pours tea.",
        "“They arrive locked,” Lund says.",
    )
    assert (voice.name, voice.company) == ("Ida Lund", "Harborlight")


def test_she_is_the_spokeswoman_though_a_critic_spoke_between() -> None:
    voice, attribution = _last(
        "“We never did,” a Harborlight spokeswoman said. It gives counts and no names, she explained."
    )
    assert (voice.role, voice.company, attribution) == ("spokeswoman", "Harborlight", Attribution.REPORTED)


def test_the_report_is_the_companys_once_its_transparency_report_was_spoken_of() -> None:
    voice, _ = _last(
        "Harborlight put out its transparency report on Monday.",
        "The company received 318 requests, according to the report.",
    )
    assert voice == FIRM


@pytest.mark.parametrize(
    ("text", "voice"),
    [
        ("“They get the paper back,” laughs Jane Roe, general counsel at Harborlight.", ROE),
        ("“We help where we may,” was the reply.", FIRM),
        ("Police have tried six times, by the company's count.", FIRM),
        (
            "Asked why one should believe the firm, Jane Roe, its general counsel, said that auditors could look.",
            ROE,
        ),
        ("Harborlight received 40 orders last year, its figures show.", FIRM),
    ],
)
def test_other_ways_to_say_who_says_it(text: str, voice: Voice) -> None:
    said = _said(text)[text] if text in _said(text) else [*_said(text).values()][-1]
    assert said.voice == voice


def test_officers_of_the_state_are_no_officers_of_the_company() -> None:
    assert _last("The chief constable said that the firm hands over nothing.")[0].company == ""
    assert _last("Transport Minister Jane Roe called it a stunt.")[0].company == ""


def test_labels_in_capitals_open_a_companys_answer() -> None:
    said = _said(
        "HARBORLIGHT. “We keep no logs,” a spokesman said.",
        "DUSKMAIL. The company, which makes a mail app, said that Duskmail keeps them for a day.",
        "TANDEM CLOUD. “We ask for a warrant,” said a spokesman.",
    )
    companies = [s.voice.company for text, s in said.items() if "said" in text]
    assert companies == ["Harborlight", "Duskmail", "Tandem Cloud"]


def test_who_says_we_in_a_story_with_one_company_is_of_it() -> None:
    voice, attribution = _last("“We would rather close,” says Jane Roe.")
    assert (voice.company, attribution) == ("Harborlight", Attribution.QUOTED)


def test_what_somebody_of_a_campaign_says_of_us_is_not_the_companys() -> None:
    assert (
        _last("“We know of nine cases,” says Jane Roe of the Lake Centre for Digital Rights.")[0].company
        == ""
    )


def test_a_prosecutor_who_says_we_is_not_of_the_company() -> None:
    voice, _ = _last("The prosecutor, Jane Roe, looks for a sender. “We want one name,” Roe said.")
    assert voice.company == ""


def test_a_guest_who_became_chief_executive_answers_for_the_company() -> None:
    said = _said(
        "We met Jane Roe, who became its chief executive in May.",
        "Weekender: Do the police ask?",
        "Jane Roe: They do.",
        "Weekender: And then?",
        "Roe: We ask for an order.",
        "Weekender: Always?",
        "Roe: Always.",
    )
    assert said["Roe: We ask for an order."].voice.company == "Harborlight"


@pytest.mark.parametrize(
    ("paragraph", "voice"),
    [
        ("Jane Roe is its general counsel. She regretted that customers could not be told.", ROE),
        ("Harborlight put up a notice. “We hand over nothing,” it ran.", FIRM),
        ("A letter from Harborlight: the provider will not give the police a key.", FIRM),
        ("Jane Roe, its general counsel, was asked about keys. “The police have none of ours.”", ROE),
        ("Jane Roe, its general counsel, gave figures. Roe again: “We turned nine away.”", ROE),
        ("Records are kept for a month, its maker told an inquest.", FIRM),
    ],
)
def test_signs_of_who_speaks_without_a_common_verb(paragraph: str, voice: Voice) -> None:
    assert _last(paragraph)[0] == voice


@pytest.mark.parametrize(
    "paragraph",
    [
        "Jane Roe, its general counsel, spoke. The judge seemed torn. “You built a safe,” he told her.",
        "The council sees it differently. A spokeswoman said that it was a matter for others.",
        "Privacy lawyer John Poe, who has no part in the case, said that “we are all on file”.",
        "“They told us that nobody reads it,” said Ann Poe, whose daughter uses the service.",
    ],
)
def test_who_is_outside_by_office_alone_or_by_kin_speaks_for_no_company(paragraph: str) -> None:
    assert _last(paragraph)[0].company == ""


def test_what_depends_on_somebodys_asking_is_not_theirs() -> None:
    told = _said(
        "Files are destroyed when a customer asks, Jane Roe, its general counsel, said. Copies are gone too."
    )
    assert list(told.values())[-1].voice == ROE


@pytest.mark.parametrize(
    ("paragraph", "voice"),
    [
        ("Another, Harborlight, said that it had never kept a key.", FIRM),
        ("It let us talk to its general counsel, Jane Roe. Her starting point is that nobody may look.", ROE),
        (
            "Its director, Jane Roe, is proud to have turned them away.",
            Voice("Jane Roe", "director", "Harborlight"),
        ),
        ("Since the spring its general counsel is Jane Roe. Roe says that nobody may look.", ROE),
        ("It let us talk to its general counsel, Jane Roe. According to her figures nobody looked.", ROE),
        ("“We never did,” Jane Roe told reporters. The general counsel added that nobody could look.", ROE),
        (
            "Nobody looked, a member of its board said. “They had seen enough,” said Jane Roe, who was on duty.",
            Voice("Jane Roe", "member of its board", "Harborlight"),
        ),
    ],
)
def test_people_are_known_by_what_stands_around_them(paragraph: str, voice: Voice) -> None:
    assert _last(paragraph)[0] == voice


@pytest.mark.parametrize(
    "paragraph",
    [
        "Leaked papers name Harborlight. The papers said that officers had a window on its customers.",
        "Jane Roe, its general counsel, said nothing. A police spokeswoman said more. “They lie,” she added.",
        "“We welcome every rule,” said Jane Roe of the northern users' association.",
        "The group, Buses Not Borders, says that the company hands over every key.",
        "Keep It Locked says the company hands over every key.",
        "A deputy organiser said no. “They sell us,” said its organiser, Jane Roe.",
    ],
)
def test_papers_that_leaked_and_those_outside_do_not_speak_for_it(paragraph: str) -> None:
    assert _last(paragraph)[0].company == ""


def test_a_statement_printed_in_quotation_marks_is_the_companys() -> None:
    told = _said(
        "Harborlight has published a statement, which we print:", "“Nobody may look. We never let them.”"
    )
    assert [s.voice for s in told.values()][-2:] == [FIRM, FIRM]


@pytest.mark.parametrize(
    "introduction",
    [
        "who leads on data protection for the Lyon business",
        "who manages the line's harbour office",
        "who runs security there",
    ],
)
def test_who_has_charge_of_something_there_is_one_of_its_people(introduction: str) -> None:
    assert (
        _last(f"Nobody looked. “We saw to that,” said Jane Roe, {introduction}.")[0].company == "Harborlight"
    )
