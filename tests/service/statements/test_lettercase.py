"""Companies that write themselves without a capital."""

import pytest

from service.model import Role
from service.statements.names.lettercase import lower_names
from service.statements.read import read
from watchers.parse import read_document


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Software maker tin whistle said no. Later tin whistle said yes.", ("tin whistle",)),
        ("The chat app “green door” grew. Users of green door liked it.", ("green door",)),
        ("The company also said no. It also said yes.", ()),
        ("The firm flatly denied it, and flatly denied it again.", ()),
        ("Software maker tin whistle said no.", ()),
        ("The app data said little. The data said much.", ()),
    ],
)
def test_a_name_is_one_when_introduced_and_used_again(text: str, names: tuple[str, ...]) -> None:
    assert lower_names([text]) == names


def test_the_company_keeps_its_small_letters() -> None:
    text = (
        "Software maker tin whistle has denied that it gives police access to messages.\n\n"
        "“We have never given any government access to our servers,” said tin whistle spokeswoman Jane Roe.\n"
    )
    document = read_document(text.encode(), url="", media_type="text/plain", charset="utf-8", name="x.txt")
    statements = read(document, role=Role.NEWS).statements
    assert {s.company for s in statements} == {"tin whistle"}
    assert statements[-1].text.startswith("“We have never")
