"""First questions exist in every language that a source is spoken to in, and fit a reply."""

import pytest

from admin.answers.templates import TEMPLATES
from admin.answers.wording import composed, draft, template
from admin.errors import AdminError
from codes.languages import LANGUAGES
from crypto.reply import MAX_QUESTION


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_first_question_is_in_every_language(language: str) -> None:
    questions = [template(name, language) for name in TEMPLATES]
    assert len({question.text for question in questions}) == len(TEMPLATES) == 4
    assert all(
        question.text.count("\n") == 0 and len(question.text) <= MAX_QUESTION for question in questions
    )
    assert composed(draft(questions), questions) == ("", tuple(questions))


def test_a_country_behind_a_language_makes_no_difference() -> None:
    assert template("danger", "fil-PH") == template("danger", "fil")
    assert template("danger", "fr_CA") == template("danger", "fr")


def test_a_language_without_questions_is_one_sentence() -> None:
    with pytest.raises(AdminError, match="only in en, es, fil, fr, hi, sq"):
        template("danger", "tlh")
