from __future__ import annotations

import pytest

from service.statements.names.catalogue import canonical, catalogue, company_of_host
from service.statements.names.companies import find_companies, survey


def _found(text: str) -> list[str]:
    return list(dict.fromkeys(m.company for m in find_companies(text)))


@pytest.mark.parametrize(
    ("host", "company"),
    [
        ("transparency.facebook.com", "Facebook"),
        ("https://www.reddit.com/policies", "Reddit"),
        ("proton.me", "Proton"),
        ("LEGAL.YAHOO.COM:443", "Yahoo"),
        ("notreddit.com", ""),
        ("http://[bad", ""),
        ("", ""),
    ],
)
def test_a_host_names_its_company(host: str, company: str) -> None:
    assert company_of_host(host) == company


def test_the_catalogue_is_large_and_its_hosts_are_unambiguous() -> None:
    domains = [domain for company in catalogue() for domain in company.domains]
    assert len(catalogue()) > 500
    assert len(domains) == len(set(domains))
    assert canonical("Skype") == "Microsoft"
    assert canonical("Tessellate") == ""


@pytest.mark.parametrize(
    ("text", "companies"),
    [
        ("Tessellate, the maker of a diary app, refused.", ["Tessellate"]),
        ("Quillnet Inc. said on Monday that it had refused.", ["Quillnet"]),
        ("The messaging company Harborlight has denied it.", ["Harborlight"]),
        ("A spokeswoman for Bramblecast would not say.", ["Bramblecast"]),
        ("Pellucid's general counsel wrote to customers.", ["Pellucid"]),
        ("Ostrel Mobile, which carries most calls, said no.", ["Ostrel Mobile"]),
        ("Northfold & Kerr, a cloud host, was raided.", ["Northfold & Kerr"]),
        ("Google and Microsoft were asked too.", ["Google", "Microsoft"]),
    ],
)
def test_companies_no_catalogue_holds_are_found_in_the_text(text: str, companies: list[str]) -> None:
    assert _found(text) == companies


@pytest.mark.parametrize(
    "text",
    [
        "The Lake Centre for Digital Rights said that it was wrong.",
        "The Ministry of Justice told the weekly Meridian Times that it was wrong.",
        "Senator Alma Whitcomb said in Lisbon that it was wrong.",
        "Under the Communications Data Act, the police in Kenya may look.",
        "Jane Roe, who teaches law at Calloway University, said it was wrong.",
        "Apple pies were served.",
    ],
)
def test_agencies_papers_people_and_places_are_no_companies(text: str) -> None:
    assert _found(text) == []


def test_short_forms_join_the_full_name() -> None:
    names = survey(["Bowline Cloud, a hosting company, said no.", "Bowline's customers were told."])
    assert names.companies["Bowline"] == "Bowline Cloud"
    assert names.order == ("Bowline Cloud",)


def test_the_name_a_text_keeps_using_is_the_company_it_speaks_of() -> None:
    story = [
        "Moonpath told nobody.",
        "Police had asked Moonpath for it.",
        "The company is silent. In May Moonpath moved.",
    ]
    assert survey(story).order == ("Moonpath",)
    assert survey([text.replace("The company", "Everybody") for text in story]).order == ()


@pytest.mark.parametrize(
    ("text", "company"),
    [
        ("Auberon Foods has asked a judge to strike it down. The city fined Auberon twice.", "Auberon Foods"),
        ("It has questions for two cloud providers, Hatchway and Nimbu, this week.", "Nimbu"),
        ("Sabine Roe of Nimbu, deputy general counsel, is more cautious.", "Nimbu"),
        ("Coppercoin, the larger of the pair, sent off a list.", "Coppercoin"),
    ],
)
def test_a_name_that_no_word_calls_a_company(text: str, company: str) -> None:
    assert company in {mention.company for mention in find_companies(text)}


def test_a_paper_in_a_title_is_no_part_of_a_name() -> None:
    found = {m.company for m in find_companies("Tessellate Privacy Policy. Tessellate, Inc. is a company.")}
    assert found == {"Tessellate"}


def test_a_name_that_no_rule_knows_is_a_companys_where_all_around_it_says_so() -> None:
    story = [
        "SIM maker plays down theft of keys",
        "Corvane has rejected a report that officers read its customers' messages, and counted the orders it gets.",
        "Corvane said it had never given an agency a key.",
        "“We were a victim in this, not a partner,” Jane Roe told reporters in Lyon. Corvane's own lawyers agreed.",
    ]
    assert survey(story, news=True).order[0] == "Corvane"


def test_a_word_with_a_capital_for_opening_its_sentence_is_no_company() -> None:
    story = ["Orders", "Files are destroyed when a customer asks, it said. Nobody at Lyon would comment."]
    assert survey(story, news=True).order == ()


def test_a_department_behind_its_head_is_no_company() -> None:
    assert survey(["“No,” said Jane Roe, Head of Network. The company sells maps."], news=True).order == ()
