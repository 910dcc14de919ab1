"""What the readers say, in the language of the page."""

from __future__ import annotations

from dashboards import text
from dashboards.reader_words import said


def test_swedish_is_left_as_it_is() -> None:
    assert said("Filen är tom.") == "Filen är tom."


def test_known_sentences_with_their_fields_and_row_are_said_in_english() -> None:
    text.use("en")
    assert said("Rad 7: Filen är tom.") == "Row 7: The file is empty."
    found = said("Kontrollsiffran stämmer inte i anläggnings-id 123, 456. Kontrollera att id:t är rätt.")
    assert found == "The check digit is wrong in metering point id 123, 456. Check that the id is right."


def test_pieces_of_evidence_are_said_one_by_one_and_an_unknown_one_stays_swedish() -> None:
    text.use("en")
    found = said("början och slut står i filen; något helt nytt")
    assert found == "start and end are in the file; något helt nytt"


def test_a_capital_letter_first_makes_no_difference() -> None:
    text.use("en")
    assert said("Tidszonen står i filen") == "the time zone is in the file"
