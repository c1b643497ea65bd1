"""What stands for a widget while no kernel runs."""

from lessons_lib.classroom.widgets.static import static_form


def test_the_title_and_the_sentence_of_a_static_form_are_text() -> None:
    html = static_form("Is p < q?", "Less than <b>20</b> words.")
    assert "<strong>Is p &lt; q?</strong>" in html
    assert "<p>Less than &lt;b&gt;20&lt;/b&gt; words." in html
