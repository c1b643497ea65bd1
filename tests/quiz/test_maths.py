from __future__ import annotations

from xml.etree import ElementTree

import pytest
from hypothesis import given, strategies as st

from lessons_lib.quiz.maths import COMMANDS, MathsError, to_mathml

TAGS = {
    "math", "mrow", "mi", "mn", "mo", "mtext", "mspace", "mfrac", "msqrt", "msub", "msup",
    "msubsup", "munder", "mover", "munderover",
}  # fmt: skip


def shown(latex: str) -> str:
    return to_mathml(latex).removeprefix("<math><mrow>").removesuffix("</mrow></math>")


@pytest.mark.parametrize(
    ("latex", "mathml"),
    [
        ("x", "<mi>x</mi>"),
        ("10000 / 512", "<mn>10000</mn><mo>/</mo><mn>512</mn>"),
        ("0.5", "<mn>0.5</mn>"),
        ("-x", "<mo>−</mo><mi>x</mi>"),
        ("x_i", "<msub><mi>x</mi><mi>i</mi></msub>"),
        ("x^{10}", "<msup><mi>x</mi><mrow><mn>10</mn></mrow></msup>"),
        ("x^2_i", "<msubsup><mi>x</mi><mi>i</mi><mn>2</mn></msubsup>"),
        (r"\frac{1}{n}", "<mfrac><mrow><mn>1</mn></mrow><mrow><mi>n</mi></mrow></mfrac>"),
        (r"\sqrt{x}", "<msqrt><mrow><mi>x</mi></mrow></msqrt>"),
        (r"\sum_{i} x", "<munder><mo>∑</mo><mrow><mi>i</mi></mrow></munder><mi>x</mi>"),
        (r"\ln 3", "<mi>ln</mi><mn>3</mn>"),
        (r"\text{a <b> c}", "<mtext>a &lt;b&gt; c</mtext>"),
        (r"\left( x \right)", "<mo>(</mo><mi>x</mi><mo>)</mo>"),
        (r"a \le b \times \sigma", "<mi>a</mi><mo>≤</mo><mi>b</mi><mo>×</mo><mi>σ</mi>"),
        (r"\hat y", "<mover><mi>y</mi><mo>^</mo></mover>"),
        (r"50\,\%", '<mn>50</mn><mspace width="0.17em"></mspace><mo>%</mo>'),
        ("a<b", "<mi>a</mi><mo>&lt;</mo><mi>b</mi>"),
    ],
)
def test_a_formula_becomes_mathml(latex: str, mathml: str) -> None:
    assert shown(latex) == mathml


def test_a_displayed_formula_says_so() -> None:
    assert to_mathml("x", display=True).startswith('<math display="block">')


@pytest.mark.parametrize(
    ("latex", "words"),
    [
        (r"\lciel x", "Did you mean 'lceil'?"),
        (r"\href{javascript:alert(1)}{x}", r"'\\href' is not known"),
        ("x^", "Something must follow ^"),
        (r"\frac{1}", "Something must follow frac"),
        (r"\frac13", "read in two ways: put it in braces"),
        ("x^10", "read in two ways"),
        ("x^2^3", "Two ^ follow each other"),
        ("{x", "opened and never closed"),
        ("x}", "closes nothing"),
        ("{" * 50, "levels deep"),
        (r"\sqrt" * 50 + "x", "levels deep"),
        ("a & b", "& has no meaning here"),
        ("\\", "is not known"),
    ],
)
def test_a_formula_that_cannot_be_shown_is_refused_with_what_to_write(
    latex: str, words: str
) -> None:
    with pytest.raises(MathsError) as caught:
        to_mathml(latex)
    assert words in str(caught.value)


@given(
    st.lists(
        st.one_of(
            st.sampled_from([f"\\{name} " for name in COMMANDS]),
            st.sampled_from(
                ["{", "}", "^", "_", "x", "12", "<", ">", '"', "&amp;", "</math>", "'"]
            ),
            st.text(max_size=5),
        ),
        max_size=25,
    ).map("".join)
)
def test_any_text_gives_well_formed_mathml_of_known_tags_or_is_refused(latex: str) -> None:
    printable = "".join(one for one in latex if one.isprintable())
    try:
        made = to_mathml(printable)
    except MathsError:
        return
    for element in ElementTree.fromstring(made).iter():
        assert element.tag in TAGS
        assert set(element.attrib) <= {"width", "display"}
