"""One key for one child: who is joined with whom, and that keys stay."""

from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from send_data import identity, landing
from send_data.identity import Row, assign_keys, identifiers_of, normalised

UPNS = ["E303200026001", "D303402126002", "Q30320002600A"]
NHS = ["9990000018", "9434765919", "9434765870"]
ULNS = ["1234567890", "1234567891", "2000000001"]

pairs = st.one_of(
    st.tuples(st.just("upn"), st.sampled_from(UPNS)),
    st.tuples(st.just("nhs_number"), st.sampled_from(NHS)),
    st.tuples(st.just("uln"), st.sampled_from(ULNS)),
    st.tuples(st.just("csds_local_patient_identifier"), st.sampled_from(["P1", "P2", "P3"])),
)
records = st.lists(st.frozensets(pairs, max_size=3), min_size=1, max_size=12)


def as_rows(found):
    return [Row("sen2__person", 1, number, identifiers) for number, identifiers in enumerate(found, start=1)]


def partition(keys):
    """Which places hold one key, whatever the key is."""
    groups = {}
    for place, key in keys:
        groups.setdefault(key, set()).add(place)
    return {frozenset(group) for group in groups.values()}


def linked_in_batches(found, order, size):
    """Link the records in an order, so many at a time, keeping what each batch leaves behind."""
    known, age, keys = {}, {}, {}
    for start in range(0, len(order), size):
        places = order[start : start + size]
        rows = as_rows([found[place] for place in places])
        assigned, merged = assign_keys(rows, known, age)
        keys = {place: merged.get(key, key) for place, key in keys.items()}
        known = {pair: merged.get(key, key) for pair, key in known.items()}
        for place, row, key in zip(places, rows, assigned, strict=True):
            keys[place] = key
            age.setdefault(key, len(age))
            known.update({pair: key for pair in row.identifiers if pair not in known})
    return partition(keys.items())


@given(records, st.randoms(use_true_random=False), st.integers(1, 5))
def test_order_of_arrival_does_not_change_who_is_one_child(found, random, size):
    order = list(range(len(found)))
    together = linked_in_batches(found, order, len(order))
    random.shuffle(order)
    assert linked_in_batches(found, order, size) == together


@given(records)
def test_linking_again_changes_no_key(found):
    rows = as_rows(found)
    keys, _ = assign_keys(rows, {}, {})
    known = {pair: key for row, key in zip(rows, keys, strict=True) for pair in row.identifiers}
    age = {key: number for number, key in enumerate(dict.fromkeys(keys))}
    again, merged = assign_keys(rows, known, age)
    assert merged == {}
    assert [a for a, row in zip(again, rows, strict=True) if row.identifiers] == [
        k for k, row in zip(keys, rows, strict=True) if row.identifiers
    ]


def test_the_older_key_wins_when_a_later_record_joins_two_children():
    known = {("upn", UPNS[0]): "older", ("nhs_number", NHS[0]): "younger"}
    row = Row("casework__advice_request", 9, 1, frozenset(known))
    assert assign_keys([row], known, {"older": 1, "younger": 2}) == (["older"], {"younger": "older"})


def test_rows_without_an_identifier_are_children_of_their_own():
    keys, _ = assign_keys(as_rows([frozenset(), frozenset()]), {}, {})
    assert len(set(keys)) == 2


@pytest.mark.parametrize(
    ("kind", "text", "expected"),
    [
        ("upn", " e303 2000-26001 ", "E303200026001"),
        ("upn", "A303200026001", None),
        ("nhs_number", "943 476 5919", "9434765919"),
        ("nhs_number", "９４３４７６５９１９", "9434765919"),
        ("nhs_number", "4444444444", None),
        ("nhs_number", "0000000000", None),
        ("nhs_number", "9434765871", None),
        ("uln", "1111111111", None),
        ("uln", "0123456789", None),
        ("uln", "1234567890", "1234567890"),
        ("surname", "O'Brien-Ŝmith", "obriensmith"),
        ("postcode", "da6  7at", "DA67AT"),
        ("date_of_birth", "07/03/2014", "2014-03-07"),
        ("date_of_birth", "2014-03-07", "2014-03-07"),
        ("date_of_birth", "7 March", None),
        ("upn", "", None),
        ("upn", None, None),
    ],
)
def test_identifiers_are_compared_after_normalising(kind, text, expected):
    assert normalised(kind, text) == expected


NAMES = {"forename": "Ada", "surname": "Kit", "date_of_birth": "2014-03-07", "postcode": "DA1 1AA"}


@pytest.mark.parametrize("missing", sorted(NAMES))
def test_a_name_matches_only_with_birth_date_and_postcode(missing):
    found = identifiers_of("finance", NAMES | {missing: None})
    assert not found & identifiers_of("finance", NAMES)
    assert not found & identifiers_of("casework", NAMES | {missing: None})
    assert identifiers_of("finance", NAMES) == {("name_born_postcode", "ada|kit|2014-03-07|DA11AA")}


def test_a_service_that_says_the_same_again_without_a_postcode_means_the_same_child():
    assert identifiers_of("finance", NAMES | {"postcode": None}) == {("finance_name_born", "ada|kit|2014-03-07")}
    assert identifiers_of("finance", NAMES | {"postcode": None, "upn": UPNS[0]}) == {("upn", UPNS[0])}


def test_twins_differ_in_forename():
    assert not identifiers_of("finance", NAMES) & identifiers_of("finance", NAMES | {"forename": "Ida"})


def test_a_services_own_number_matches_within_its_system_alone():
    person = {"local_patient_identifier": "P1"}
    assert not identifiers_of("csds", person) & identifiers_of("other", person)


@pytest.mark.parametrize("text", [*UPNS, "A303200026001", "D303402126003", "Q30320002600B"])
def test_the_warehouse_and_python_agree_on_upns(warehouse, text):
    with warehouse.engine().connect() as connection:
        assert connection.execute(sa.text("select ops.is_upn(:t)"), {"t": text}).scalar() == identity.is_upn(text)


@given(st.text("0123456789", min_size=10, max_size=10))
def test_the_warehouse_and_python_agree_on_nhs_numbers(warehouse, text):
    with warehouse.engine().connect() as connection:
        found = connection.execute(sa.text("select ops.is_nhs_number(:t)"), {"t": text}).scalar()
    assert found == identity.is_nhs_number(text)


# --- in the warehouse -------------------------------------------------------------------------------------------------


def deliver(warehouse, source, number, rows):
    """An accepted delivery with these rows in raw."""
    contract = landing.prepare_sources()[source]
    with warehouse.engine().begin() as connection:
        delivery_id = connection.execute(
            sa.text(
                "insert into ops.delivery (la_code, feed, month, file_name, sha256, bytes, received_at, landed_path,"
                " status) values ('303', :feed, :month, 'f', :sha, 1, '2026-10-05', '', 'accepted')"
                " returning delivery_id"
            ),
            {"feed": contract.feed, "month": date(2026, 8 + number, 1), "sha": f"{source}{number}"},
        ).scalar_one()
        for place, row in enumerate(rows, start=1):
            values = {"delivery_id": delivery_id, "row_number": place, **row}
            names = ", ".join(values)
            holders = ", ".join(f":{name}" for name in values)
            connection.execute(sa.text(f"insert into raw.{source} ({names}) values ({holders})"), values)
    return delivery_id


def keys_of(warehouse, source, delivery_id):
    query = """
        select cast(person_key as text) from identity.source_record
        where source = :s and delivery_id = :d order by row_number
    """
    with warehouse.engine().connect() as connection:
        return list(connection.execute(sa.text(query), {"s": source, "d": delivery_id}).scalars())


ADA = {"surname": "Kit", "forename": "Ada", "person_birth_date": "2014-03-07", "post_code": "DA1 1AA", "upn": UPNS[0]}
IDA = ADA | {"forename": "Ida", "upn": UPNS[1]}


def test_a_child_keeps_the_key_of_the_first_meeting(clean_warehouse):
    first = deliver(clean_warehouse, "sen2__person", 1, [ADA, IDA])
    assert identity.link_people(print) == 2
    second = deliver(clean_warehouse, "sen2__person", 2, [IDA, ADA])
    identity.link_people()
    before, after = (keys_of(clean_warehouse, "sen2__person", d) for d in (first, second))
    assert before == after[::-1]
    assert len(set(before)) == 2
    assert identity.link_people() == 0


def test_services_meet_through_the_nhs_number_and_a_merger_repoints_the_older_rows(clean_warehouse):
    sen2 = deliver(clean_warehouse, "sen2__person", 1, [ADA])
    patient = {"local_patient_identifier": "P1", "nhs_number": "943 476 5919", "date_of_birth": "2014-03-07"}
    health = deliver(clean_warehouse, "csds__cyp001", 1, [patient])
    referral = deliver(clean_warehouse, "csds__cyp101", 1, [{"local_patient_identifier": "P1"}])
    identity.link_people()
    assert keys_of(clean_warehouse, "csds__cyp101", referral) == keys_of(clean_warehouse, "csds__cyp001", health)
    assert keys_of(clean_warehouse, "csds__cyp001", health) != keys_of(clean_warehouse, "sen2__person", sen2)
    deliver(clean_warehouse, "casework__advice_request", 1, [{"upn": UPNS[0], "nhs_number": NHS[1]}])
    identity.link_people()
    assert keys_of(clean_warehouse, "csds__cyp101", referral) == keys_of(clean_warehouse, "sen2__person", sen2)
    with clean_warehouse.engine().connect() as connection:
        assert connection.execute(sa.text("select count(*) from identity.person")).scalar() == 1


def test_a_child_who_must_not_be_found_again_is_not(clean_warehouse):
    first = deliver(clean_warehouse, "sen2__person", 1, [ADA])
    identity.link_people()
    with clean_warehouse.engine().begin() as connection:
        connection.execute(
            sa.text("insert into identity.do_not_link values ('303', 'upn', :upn, 'adopted')"), {"upn": UPNS[0]}
        )
    second = deliver(clean_warehouse, "sen2__person", 2, [ADA | {"surname": "Newname"}])
    identity.link_people()
    assert keys_of(clean_warehouse, "sen2__person", first) != keys_of(clean_warehouse, "sen2__person", second)


def test_a_child_whom_no_figure_follows_gets_no_key(clean_warehouse):
    """Of the school census pupils with SEN alone are linked, and the child of a plan is met again among them."""
    with_plan = deliver(clean_warehouse, "sen2__person", 1, [ADA])
    pupil = {"forename": "Ada", "surname": "Kit", "upn": UPNS[0]}
    roll = deliver(
        clean_warehouse,
        "census__pupil",
        2,
        [pupil | {"sen_provision": "e "}, pupil | {"upn": UPNS[1], "sen_provision": "N"}, pupil | {"upn": UPNS[2]}],
    )
    assert identity.link_people(lambda text: None) == 2
    assert keys_of(clean_warehouse, "census__pupil", roll) == keys_of(clean_warehouse, "sen2__person", with_plan)
    assert identity.link_people(lambda text: None) == 0


def test_what_is_said_holds_counts_alone(clean_warehouse):
    deliver(clean_warehouse, "sen2__person", 1, [ADA])
    told = []
    identity.link_people(told.append)
    assert told == [
        "1 rows of 1 children linked, 0 children found to be others",
        "0 children found to be others by likelihood, 0 pairs more wait for a decision",
    ]


# --- by likelihood, and by decision -----------------------------------------------------------------------------------

AT = datetime(2026, 11, 9, 10, 0, tzinfo=UTC)
FINANCE = "finance__placement_cost"
COST = {"forename": "Ada", "surname": "Kitt", "date_of_birth": "2014-03-07", "postcode": "DA1 1AA"}


def pairs(warehouse, columns="outcome"):
    with warehouse.engine().connect() as connection:
        return [tuple(row) for row in connection.execute(sa.text(f"select {columns} from identity.pair order by 1"))]


def met(warehouse, *finance_rows):
    """Ada in the SEN2 return, then a ledger that has no number for her; both deliveries, linked."""
    first = deliver(warehouse, "sen2__person", 1, [ADA])
    identity.link_people()
    second = deliver(warehouse, FINANCE, 1, list(finance_rows))
    identity.link_people()
    return keys_of(warehouse, "sen2__person", first) + keys_of(warehouse, FINANCE, second)


def test_a_slip_in_a_ledger_without_numbers_is_found_and_the_older_key_wins(clean_warehouse):
    ada, cost = met(clean_warehouse, COST)
    assert ada == cost
    assert pairs(clean_warehouse, "outcome, cast(one_key as text), decided_by") == [("linked", ada, None)]
    third = deliver(clean_warehouse, FINANCE, 2, [COST])
    identity.link_people()
    assert keys_of(clean_warehouse, FINANCE, third) == [ada]
    assert len(pairs(clean_warehouse)) == 1


def test_one_delivery_or_two_in_either_order_give_one_child(clean_warehouse):
    deliver(clean_warehouse, FINANCE, 1, [COST])
    identity.link_people()
    deliver(clean_warehouse, "sen2__person", 1, [ADA])
    identity.link_people()
    with clean_warehouse.engine().connect() as connection:
        assert connection.execute(sa.text("select count(*) from identity.person")).scalar() == 1


def test_a_possible_twin_waits_with_the_grounds_in_words(clean_warehouse):
    ada, ida = met(clean_warehouse, COST | {"forename": "Ida"})
    (waiting,) = identity.review_queue()
    assert ada != ida
    assert (waiting.one, waiting.other) == (ada, ida)
    assert waiting.words == [
        "forename differs by one letter",
        "surname differs by one letter",
        "same birth date",
        "same postcode",
        "sex not known",
        "no number to compare",
    ]
    assert [waiting.one_sources, waiting.other_sources] == [["sen2__person 2026-09"], [f"{FINANCE} 2026-09"]]
    assert identity.outcomes() == {"linked": 0, "waiting": 1, "same": 0, "different": 0}


def test_the_same_is_kept_and_so_is_who_said_it(clean_warehouse):
    ada, ida = met(clean_warehouse, COST | {"forename": "Ida"})
    assert identity.decide(ida, ada, "same", "A. Clerk", AT) == ada
    assert pairs(clean_warehouse, "outcome, decided_by, decided_at, cardinality(words)") == [
        ("same", "A. Clerk", AT, 6)
    ]
    again = deliver(clean_warehouse, FINANCE, 2, [COST | {"forename": "Ida"}])
    identity.link_people()
    assert keys_of(clean_warehouse, FINANCE, again) == [ada]
    assert identity.review_queue() == []


def test_different_wins_over_a_later_link_by_name(clean_warehouse):
    ada, ida = met(clean_warehouse, COST | {"forename": "Ida"})
    identity.decide(ada, ida, "different", "A. Clerk", AT)
    assert identity.review_queue() == []
    # Now the return says of Ada's number what the ledger says of Ida: by name they would be one.
    again = deliver(clean_warehouse, "sen2__person", 2, [ADA | {"surname": "Kitt", "forename": "Ida"}])
    identity.link_people()
    assert keys_of(clean_warehouse, "sen2__person", again) == [ada]
    later = deliver(clean_warehouse, FINANCE, 2, [COST | {"forename": "Ida"}])
    identity.link_people()
    assert keys_of(clean_warehouse, FINANCE, later) == [ida]
    assert pairs(clean_warehouse, "outcome, decided_by") == [("different", "A. Clerk")]


def test_a_wrong_link_is_undone_and_stays_undone(clean_warehouse):
    ada, _ = met(clean_warehouse, COST)
    kept, parted = identity.undo(ada, "A. Clerk", AT)
    assert kept == ada != parted
    assert pairs(clean_warehouse, "outcome, decided_by, decided_at") == [("different", "A. Clerk", AT)]
    again = deliver(clean_warehouse, FINANCE, 2, [COST, COST | {"postcode": "DA1 1AB"}])
    returned = deliver(clean_warehouse, "sen2__person", 2, [ADA])
    identity.link_people()
    assert keys_of(clean_warehouse, "sen2__person", returned) == [ada]
    assert keys_of(clean_warehouse, FINANCE, again)[0] == parted
    with clean_warehouse.engine().connect() as connection:
        query = "select value, cast(person_key as text) from identity.identifier where kind = 'name_born_postcode'"
        holders = {value: key for value, key in connection.execute(sa.text(query))}
    assert holders["ada|kit|2014-03-07|DA11AA"] == ada
    assert holders["ada|kitt|2014-03-07|DA11AA"] == parted


def test_an_undone_link_without_any_identifier_stays_undone_too(clean_warehouse):
    """Name and birth date without a postcode match nobody elsewhere: the ledger saying it again is known by that."""
    nowhere = COST | {"postcode": None, "surname": "Kit"}
    ada, cost = met(clean_warehouse, nowhere)
    assert ada == cost
    _, parted = identity.undo(ada, "A. Clerk", AT)
    again = deliver(clean_warehouse, FINANCE, 2, [nowhere])
    identity.link_people()
    assert keys_of(clean_warehouse, FINANCE, again) == [parted]


def test_a_decision_can_be_taken_back(clean_warehouse):
    ada, _ = met(clean_warehouse, COST)
    _, parted = identity.undo(ada, "A. Clerk", AT)
    assert identity.decide(ada, parted, "same", "B. Clerk", AT) == ada
    assert pairs(clean_warehouse, "outcome, decided_by") == [("same", "B. Clerk")]


def test_a_number_that_joined_two_children_wrongly_is_barred_and_undone(clean_warehouse):
    patient = {"local_patient_identifier": "P1", "nhs_number": NHS[0], "date_of_birth": "2013-01-01"}
    sen2 = deliver(clean_warehouse, "sen2__person", 1, [ADA])
    health = deliver(clean_warehouse, "csds__cyp001", 1, [patient])
    advice = deliver(clean_warehouse, "casework__advice_request", 1, [{"upn": UPNS[0], "nhs_number": NHS[0]}])
    identity.link_people()
    (joined,) = set(keys_of(clean_warehouse, "csds__cyp001", health))
    with pytest.raises(identity.IdentityError, match="exact identifiers hold its 3 rows together"):
        identity.undo(joined, "A. Clerk", AT)
    with clean_warehouse.engine().begin() as connection:
        insert = "insert into identity.do_not_link values ('303', 'nhs_number', :nhs, 'typed at the wrong child')"
        connection.execute(sa.text(insert), {"nhs": NHS[0]})
    assert len(identity.undo(joined, "A. Clerk", AT)) == 2
    education = keys_of(clean_warehouse, "sen2__person", sen2)
    assert keys_of(clean_warehouse, "casework__advice_request", advice) == education == [joined]
    assert keys_of(clean_warehouse, "csds__cyp001", health) != education


def test_a_child_who_must_not_be_found_again_is_neither_linked_nor_queued_nor_joined(clean_warehouse):
    deliver(clean_warehouse, "sen2__person", 1, [ADA])
    identity.link_people()
    with clean_warehouse.engine().begin() as connection:
        insert = "insert into identity.do_not_link values ('303', 'upn', :upn, 'adopted')"
        connection.execute(sa.text(insert), {"upn": UPNS[0]})
    new_life = deliver(clean_warehouse, "sen2__person", 2, [ADA | {"surname": "Newname"}])
    slip = deliver(clean_warehouse, FINANCE, 2, [COST, COST | {"surname": "Newnam"}, COST | {"forename": "Ida"}])
    identity.link_people()
    known = keys_of(clean_warehouse, "sen2__person", new_life)
    assert not set(known) & set(keys_of(clean_warehouse, FINANCE, slip))
    queued = {key for pair in identity.review_queue() for key in (pair.one, pair.other)}
    assert not queued & set(known)
    with pytest.raises(identity.IdentityError, match="must not be linked"):
        identity.decide(known[0], keys_of(clean_warehouse, FINANCE, slip)[0], "same", "A. Clerk", AT)


@pytest.mark.parametrize(
    ("verdict", "other", "said"),
    [("maybe", "x", "same or different"), ("same", "x", "no child has the key x"), ("same", None, "is one key")],
)
def test_a_decision_that_cannot_be_kept_says_why(clean_warehouse, verdict, other, said):
    ada, _ = met(clean_warehouse, COST)
    with pytest.raises(identity.IdentityError, match=said):
        identity.decide(ada, other or ada, verdict, "A. Clerk", AT)


def test_an_exact_link_settles_what_waited(clean_warehouse):
    met(clean_warehouse, COST | {"forename": "Ida"})
    assert len(identity.review_queue()) == 1
    deliver(clean_warehouse, FINANCE, 2, [COST | {"forename": "Ida", "upn": UPNS[0]}])
    identity.link_people()
    assert identity.review_queue() == []
    with clean_warehouse.engine().connect() as connection:
        assert connection.execute(sa.text("select count(*) from identity.person")).scalar() == 1


def test_a_decision_makes_the_marts_due_again(clean_warehouse):
    from send_data import ledger

    ada, ida = met(clean_warehouse, COST | {"forename": "Ida"})
    before = ledger.deliveries_sha256("2026-09", AT)
    identity.decide(ada, ida, "different", "A. Clerk", AT)
    assert ledger.deliveries_sha256("2026-09", AT) != before


@given(records, st.randoms(use_true_random=False))
def test_decisions_hold_in_any_order_of_rows(found, random):
    """Two keys that are decided to be two stay two whatever rows come, and the order within a delivery is nothing."""
    known = {("upn", UPNS[0]): "one", ("nhs_number", NHS[0]): "other"}
    apart = {frozenset({"one", "other"})}
    age = {"one": 1, "other": 2}
    rows = as_rows(found)
    keys, merged = assign_keys(rows, known, age, apart)
    assert merged == {}
    order = list(range(len(rows)))
    random.shuffle(order)
    shuffled, _ = assign_keys([rows[place] for place in order], known, age, apart)
    known_keys = {"one", "other"}
    assert [key for key in (keys[place] for place in order) if key in known_keys] == [
        key for key in shuffled if key in known_keys
    ]


@pytest.mark.parametrize("role", ["bi_reader", "board_reader"])
@pytest.mark.parametrize("table", ["pair", "description", "identifier", "person", "source_record", "barred_person"])
def test_no_reader_sees_who_is_whom(clean_warehouse, role, table):
    with (
        clean_warehouse.engine(role).connect() as connection,
        pytest.raises(sa.exc.ProgrammingError, match="permission denied"),
    ):
        connection.exec_driver_sql(f"select count(*) from identity.{table}")
