import time
from dataclasses import replace
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import Indel

from service.diff.align import align, compare_readings
from service.diff.likeness import alike
from service.model import Comparison, Kind, Reading
from tests.service.diff.readings import OTHER, PROMISES, kinds, only, reading, statement


def test_the_same_text_has_no_changes() -> None:
    found = compare_readings(reading(PROMISES), reading(PROMISES))
    assert found == Comparison((), tuple((k, k) for k in range(len(PROMISES))))


def test_moved_is_the_same() -> None:
    order = sorted(range(len(PROMISES)), key=lambda k: PROMISES[k][::-1])
    found = compare_readings(reading(PROMISES), reading([PROMISES[k] for k in order]))
    assert not found.changes
    assert sorted(found.same) == sorted((k, order.index(k)) for k in order)


@pytest.mark.parametrize(
    "restyle",
    [
        lambda t: f"•  {t}",
        lambda t: f"(c) {t[:-1]}; and",
        lambda t: t.replace(" ", "\u00a0").replace("'", "’"),
        lambda t: t.upper(),
        lambda t: t.replace("We ", "**We** ").rstrip("."),
        lambda t: t.replace("request", "[request](https://harborlight.example/r?x=1)"),
    ],
    ids=["bullet", "list", "spaces", "case", "bold", "link"],
)
def test_restyled_has_no_changes(restyle) -> None:  # type: ignore[no-untyped-def] # a lambda of the table above
    found = align(reading(PROMISES), reading([restyle(t) for t in PROMISES]))
    assert found.comparison.changes == ()
    assert len(found.comparison.same) == len(PROMISES)


def test_one_word_is_one_change() -> None:
    new = [t.replace("We notify", "We may notify") for t in PROMISES]
    change = only(compare_readings(reading(PROMISES), reading(new)))
    assert change.kind is Kind.WEAKENED
    assert change.old is not None
    assert change.new is not None
    assert change.old.text == PROMISES[0]
    assert "may notify" in change.reason


def test_withdrawn_and_new() -> None:
    gone = only(compare_readings(reading(PROMISES), reading([t for t in PROMISES if "never" not in t])))
    come = only(compare_readings(reading([t for t in PROMISES if "never" not in t]), reading(PROMISES)))
    assert (gone.kind, come.kind) == (Kind.WITHDRAWN, Kind.NEW)
    assert gone.new is None
    assert come.old is None


def test_a_sentence_that_still_stands_is_not_withdrawn() -> None:
    found = align(reading(PROMISES), reading(PROMISES[1:], (*OTHER, PROMISES[0])))
    assert found.comparison.changes == ()
    assert found.standing == (0,)
    back = align(reading(PROMISES[1:], (*OTHER, PROMISES[0])), reading(PROMISES))
    assert back.comparison.changes == ()
    assert back.familiar == (0,)


def test_a_sentence_touched_up_and_no_longer_judged_is_not_withdrawn() -> None:
    touched = PROMISES[5].replace("Officers", "Police officers")
    found = align(reading(PROMISES), reading([t for t in PROMISES if t != PROMISES[5]], (*OTHER, touched)))
    assert found.comparison.changes == ()
    assert found.standing == (5,)


def test_a_sentence_that_says_nothing_of_states_any_more_is_withdrawn() -> None:
    emptied = "We notify users before we close their account."
    change = only(compare_readings(reading(PROMISES), reading(PROMISES[1:], (*OTHER, emptied))))
    assert change.kind is Kind.WITHDRAWN


def test_merged_sentences_are_no_news() -> None:
    merged = f"{PROMISES[0][:-1]}, and {PROMISES[6][0].lower()}{PROMISES[6][1:]}"
    new = [merged, *(t for k, t in enumerate(PROMISES) if k not in (0, 6))]
    found = align(reading(PROMISES), reading(new))
    assert kinds(found.comparison) == [Kind.REWORDED]
    assert found.standing == (6,)
    back = align(reading(new), reading(PROMISES))
    assert kinds(back.comparison) == [Kind.REWORDED]
    assert len(back.familiar) == 1


def test_the_best_pairing_is_not_the_greedy_one() -> None:
    old = ["We give the police names and addresses on a subpoena.", "We give the police names on a subpoena."]
    new = [
        "We give the police names and addresses on a court order.",
        "We give the police names and addresses and bills on a subpoena.",
    ]
    found = compare_readings(reading(old), reading(new))
    assert len(found.changes) == 2
    assert all(c.old and c.new for c in found.changes)


def test_a_page_in_another_language_changes_nothing() -> None:
    german = [
        "Wir geben Daten nur auf richterliche Anordnung heraus und prüfen jede Anfrage der Behörden genau."
    ] * 8
    found = align(reading([*PROMISES]), reading([], german))
    assert found.comparison == Comparison((), ())
    assert found.standing == tuple(range(len(PROMISES)))


def test_what_stands_as_a_heading_is_not_withdrawn() -> None:
    new = reading(PROMISES)
    listed = "Contents of messages require a search warrant"
    under = Reading((statement(PROMISES[0], 0, listed), *new.statements[1:]), new.sentences)
    found = align(reading([*PROMISES, listed]), under)
    assert found.comparison.changes == ()
    assert found.standing == (10,)


def test_titles_and_addresses_come_and_go_quietly() -> None:
    title = ["International requests", "Attn: Legal Team 16 Harbour Road Lisbon"]
    found = align(reading([*PROMISES, *title]), reading(PROMISES))
    assert found.comparison.changes == ()
    assert found.standing == (10, 11)


def test_a_line_of_a_canary_list_is_no_title() -> None:
    for line in ("No gag orders", "National security letters: 0", "Warrants: none"):
        assert only(compare_readings(reading([*PROMISES, line]), reading(PROMISES))).kind is Kind.WITHDRAWN


def test_nothing_to_compare() -> None:
    assert compare_readings(reading([]), reading([])) == Comparison((), ())
    assert kinds(compare_readings(reading([], []), reading(PROMISES, []))) == [Kind.NEW] * len(PROMISES)
    assert kinds(compare_readings(reading(PROMISES, []), reading([], []))) == [Kind.WITHDRAWN] * len(PROMISES)


POOL = (
    *PROMISES,
    *(t.replace("We ", "We may ") for t in PROMISES),
    *(t.replace(".", " unless barred by law.") for t in PROMISES),
)


@given(st.lists(st.sampled_from(POOL), max_size=12), st.lists(st.sampled_from(POOL), max_size=12))
def test_every_statement_is_accounted_for_once(before: list[str], after: list[str]) -> None:
    old, new = reading(before), reading(after)
    found = align(old, new)
    changed_old = [c.old.position for c in found.comparison.changes if c.old]
    changed_new = [c.new.position for c in found.comparison.changes if c.new]
    same_old, same_new = [i for i, _ in found.comparison.same], [j for _, j in found.comparison.same]
    assert sorted([*changed_old, *same_old, *found.standing]) == list(range(len(before)))
    assert sorted([*changed_new, *same_new, *found.familiar]) == list(range(len(after)))


@given(
    st.lists(st.sampled_from(POOL), max_size=8, unique=True),
    st.lists(st.sampled_from(POOL), max_size=8, unique=True),
)
def test_back_and_forth_tell_as_many_withdrawn_as_new(before: list[str], after: list[str]) -> None:
    there = kinds(compare_readings(reading(before), reading(after)))
    back = kinds(compare_readings(reading(after), reading(before)))
    assert there.count(Kind.WITHDRAWN) == back.count(Kind.NEW)
    assert there.count(Kind.NEW) == back.count(Kind.WITHDRAWN)


def test_a_long_document_takes_milliseconds() -> None:
    words = [
        f"{a}{b}" for a in ("tal", "mer", "son", "vik", "par", "lum") for b in ("os", "en", "ir", "ug", "ath")
    ]
    lines = [" ".join(words[(7 * k + k * m + m * m) % 30] for m in range(18)) + f" {k}." for k in range(2500)]
    told = lines[::9]
    new = [t.replace(t.split()[4], "changed", 1) if k % 60 == 0 else t for k, t in enumerate(lines)][::-1]
    standing = set(told)
    again = [t for t in new if t in standing or "changed" in t]
    began = time.process_time()
    compare_readings(reading(told, lines), reading(again, new))
    assert time.process_time() - began < 1.5


KEYS = "We never hand encryption keys to any government."
KEYS_MAY = "We may hand encryption keys to any government."


def test_of_a_promise_said_twice_the_rewritten_copy_is_a_change() -> None:
    old = Reading((statement(KEYS, 0, "Summary"), statement(KEYS, 4, "Keys")), (KEYS, *OTHER, KEYS))
    for heads in (("Summary", "Keys"), ("Keys", "Summary")):
        said = {heads[0]: KEYS_MAY, heads[1]: KEYS}
        new = Reading(
            tuple(statement(said[h], p, h) for p, h in ((0, "Summary"), (4, "Keys"))),
            (said["Summary"], *OTHER, said["Keys"]),
        )
        change = only(compare_readings(old, new))
        assert change.kind is Kind.WEAKENED
        assert change.old is not None
        assert change.old.heading == heads[0]
        assert only(compare_readings(new, old)).kind is Kind.STRENGTHENED


def test_a_copy_less_is_no_change() -> None:
    old = Reading((statement(KEYS, 0), statement(KEYS, 4)), (KEYS, *OTHER, KEYS))
    assert compare_readings(old, reading([KEYS])).changes == ()
    assert compare_readings(reading([KEYS]), old).changes == ()


def test_a_promise_is_gone_though_a_lesser_one_holds_its_words() -> None:
    lesser = "We never hand encryption keys to any government unless a court orders us to."
    old = Reading((statement(KEYS, 0), statement(lesser, 1)), (KEYS, lesser, *OTHER))
    change = only(compare_readings(old, reading([lesser])))
    assert (change.kind, change.old and change.old.text) == (Kind.WITHDRAWN, KEYS)


def test_a_sentence_set_as_a_heading_still_stands() -> None:
    """A line all in bold is read as one."""
    set_as_heading = replace(reading(PROMISES[1:]), headings=(PROMISES[0].rstrip("."),))
    assert not compare_readings(reading(PROMISES), set_as_heading).changes
    assert not compare_readings(set_as_heading, reading(PROMISES)).changes


def test_a_statement_is_not_given_away_to_a_sentence_that_has_a_likelier_partner() -> None:
    asks = "include the @username and address of the subject {} profile, and the {} account's public number in question"
    names = "include the {} @username and address of the subject {} account in question, or its public number"
    old = reading([asks.format("Quill", "Quill")], [names.format("Quill", "Quill"), *OTHER])
    new = reading([asks.format("Z", "Z")], [names.format("Z", "Z"), *OTHER])
    found = only(compare_readings(old, new))
    assert (found.kind, found.old, found.new) == (Kind.REWORDED, old.statements[0], new.statements[0])


WORDS = tuple(
    f"{a}{b}" for a in ("fi", "mo", "ra", "te", "lu", "se") for b in ("land", "ber", "nix", "tol", "gar")
)


def test_a_rename_throughout_a_long_text_keeps_every_pair() -> None:
    lines = [f"{{}} asks for the {thing} before it gives out {thing} records." for thing in WORDS]
    old = reading([line.format("Quillnet") for line in lines])
    new = reading([line.format("Zed") for line in lines])
    assert set(kinds(compare_readings(old, new))) == {Kind.REWORDED}


SENTENCE = (
    "We may preserve, use or disclose your data if we believe that it is necessary to comply with a law or legal"
    " process; to protect the safety of any person; to prevent fraud; or to protect our rights."
)
LIST = (
    "We may preserve, use or disclose your information if we believe that it is necessary to:",
    "comply with a law or legal process;",
    "protect the safety of any person;",
    "prevent fraud and spam; or",
    "protect our rights.",
)


@pytest.mark.parametrize("back", [False, True])
def test_a_sentence_that_became_a_list_is_neither_withdrawn_nor_new(back: bool) -> None:
    whole, listed = reading([SENTENCE]), reading(LIST[:2], [*LIST[2:], *OTHER])
    listed = replace(listed, sentences=(*LIST, *OTHER))
    found = compare_readings(listed, whole) if back else compare_readings(whole, listed)
    assert kinds(found) == [Kind.REWORDED]


def test_a_ground_more_in_the_list_that_a_sentence_became_is_told() -> None:
    more = (*LIST[:4], "assist the police in any investigation;", LIST[4])
    listed = replace(reading(LIST[:2]), sentences=(*more, *OTHER))
    assert kinds(compare_readings(reading([SENTENCE]), listed)) == [Kind.WEAKENED]


def test_what_a_text_says_twice_is_one_change() -> None:
    twice = [PROMISES[0], PROMISES[1], PROMISES[1]]
    assert kinds(compare_readings(reading(PROMISES[:1]), reading(twice))) == [Kind.NEW]
    assert kinds(compare_readings(reading(twice), reading(PROMISES[:1]))) == [Kind.WITHDRAWN]


def test_a_statement_that_was_touched_up_and_no_longer_judged_is_still_there_in_the_next_version() -> None:
    old, touched = (
        "Given Quillnet's short memory, some logs are only held briefly.",
        "Given Zed's short memory, some logs are only held briefly.",
    )
    known = Reading((statement(old, 0),), (touched, *OTHER))
    assert align(known, Reading((), (touched, OTHER[0]))).standing == (0,)


def test_a_statement_in_two_halves_is_no_withdrawal_although_another_lineage_holds_one_of_them() -> None:
    halves = "Overly broad requests will be refused.", "The request must specify a date or a range of dates."
    known = Reading((statement(halves[0], 0), statement(" ".join(halves), 1)), (" ".join(halves), *OTHER))
    assert not compare_readings(known, reading(halves[:1], [halves[1], *OTHER])).changes


def test_what_is_alike_is_found_by_comparing_all() -> None:
    """Also where all sentences are made of the same few words, among which none is rare."""
    common = ["court", "order", "data", "police", "never", "request", "notice"]
    left = [" ".join(three) for three in permutations(common, 4)][::9]
    right = [f"{one} always" for one in left]
    found = [
        [j for j, b in enumerate(right) if Indel.normalized_similarity(a.split(), b.split()) >= 0.72]
        for a in left
    ]
    assert list(alike(left, right, 0.72)) == found
    assert all(found)
    assert list(alike(left[:1], [], 0.72)) == [[]]


def test_another_promise_on_record_excuses_none_that_went() -> None:
    """What is on record in words that the last text had not is excused by sentences that are no promise on record."""
    went, alike_ = (
        "We have never had a letter from the FBI about you.",
        "We have never had a letter from the NSA about you.",
    )
    old = replace(reading([went, alike_]), sentences=(alike_, "Our offices are in Porto."))
    new = replace(reading([alike_]), sentences=(alike_, "Our offices are in Turin."))
    assert kinds(align(old, new).comparison) == [Kind.WITHDRAWN]


@pytest.mark.parametrize("back", [False, True])
def test_what_stands_after_a_list_without_full_stops_is_no_item_of_it(back: bool) -> None:
    """As a page has it whose items end with nothing."""
    places = "issued in the country where the customer lives"
    items = ["a court order", "a search warrant", f"a grand jury subpoena {places}"]
    lead = "We disclose customer data to law enforcement agencies only where we are served with"
    after = "We never hand over keys."
    whole = f"{lead} {items[0]}, {items[1]} or {items[2]}."
    listed = replace(reading([f"{lead}:", after]), sentences=(f"{lead}:", *items, after))
    told = (listed, reading([whole])) if back else (reading([whole]), listed)
    assert set(kinds(compare_readings(*told))) == {Kind.REWORDED, Kind.WITHDRAWN if back else Kind.NEW}
    both = (listed, reading([whole, after])) if back else (reading([whole, after]), listed)
    assert kinds(compare_readings(*both)) == [Kind.REWORDED]


LEFT_OUT = "We do not weaken our encryption or help anyone to break our encryption."
WHOLE = "We do not weaken our encryption, hand over encryption keys, or help anyone to break our encryption."


def test_a_promise_that_goes_on_in_part_is_weakened_though_the_rest_is_not_judged() -> None:
    change = only(compare_readings(reading([WHOLE]), reading([], [LEFT_OUT, *OTHER])))
    assert change.kind is Kind.WEAKENED
    assert change.new is not None
    assert change.new.text == LEFT_OUT


def test_what_a_promise_grew_from_is_its_old_side() -> None:
    old, new = (
        "We report abuse to a clearing-house.",
        "We report abuse to a clearing-house and to the police.",
    )
    change = only(compare_readings(reading([], [old, *OTHER]), reading([new])))
    assert change.kind is Kind.WEAKENED
    assert change.old is not None
    assert change.old.text == old
