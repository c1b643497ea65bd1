r"""Formulas in texts: found between dollars, and turned into MathML, which browsers draw offline.

A small part of LaTeX is known: fractions, roots, scripts, Greek letters, and the signs below. The
tags are fixed and every character of the source is escaped, so no formula can carry markup.
"""

from __future__ import annotations

import html
import re

from lessons_lib.quiz.problems import did_you_mean, shortened

# $$display$$, or $inline$ with no blank just inside the dollars and no digit after them.
FORMULA = r"\$\$[^$]+\$\$|(?<![\\$])\$(?=[^\s$])(?:\\[^\n]|[^$\\])*(?<=\S)\$(?!\d)"

SIGNS = {
    "times": "×", "cdot": "·", "div": "÷", "pm": "±", "le": "≤", "leq": "≤", "ge": "≥", "geq": "≥",
    "ne": "≠", "neq": "≠", "approx": "≈", "to": "→", "in": "∈", "mid": "∣", "dots": "…",
    "ldots": "…", "cdots": "⋯", "lceil": "⌈", "rceil": "⌉", "lfloor": "⌊", "rfloor": "⌋",
    "sum": "∑", "prod": "∏", "partial": "∂", "{": "{", "}": "}", "%": "%", "$": "$", "#": "#",
    "_": "_", "&": "&",
}  # fmt: skip
LETTERS = {
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "eta": "η", "theta": "θ",
    "lambda": "λ", "mu": "μ", "pi": "π", "rho": "ρ", "sigma": "σ", "tau": "τ", "phi": "φ",
    "omega": "ω", "Delta": "Δ", "Sigma": "Σ", "Omega": "Ω", "infty": "∞", "ell": "ℓ",
}  # fmt: skip
NAMES = ("ln", "log", "exp", "max", "min", "arg")
SPACES = {",": "0.17em", ";": "0.28em", " ": "0.25em", "quad": "1em"}
UPRIGHT = {"text": "mtext", "mathrm": "mi", "operatorname": "mi"}
ACCENTS = {"hat": "^", "bar": "¯"}
STRETCHED = ("left", "right")
LIMITS = ("∑", "∏", "max", "min")
COMMANDS = (*SIGNS, *LETTERS, *NAMES, *SPACES, *UPRIGHT, *ACCENTS, *STRETCHED, "frac", "sqrt")
DEEPEST = 12

_WORDS = re.compile(r"\\(text|mathrm|operatorname)\{([^{}$\\]*)\}")
_TOKEN = re.compile(
    r"\\(?:text|mathrm|operatorname)\{[^{}$\\]*\}"
    r"|\\[A-Za-z]+|\\[^A-Za-z\s]|\\ |[0-9]+(?:[.,][0-9]+)*|\s+|[\s\S]"
)


class MathsError(ValueError):
    """A formula that cannot be shown; the message says what to write instead."""


def to_mathml(latex: str, *, display: bool = False) -> str:
    """Return a formula as one `<math>` element.

    Raises
    ------
    MathsError
        If it uses a command that is not known, or its braces do not match.
    """
    tokens = [token for token in _TOKEN.findall(latex) if not token.isspace()]
    parts = _Formula(tokens).row(closing=None)
    shown = ' display="block"' if display else ""
    return f"<math{shown}><mrow>{parts}</mrow></math>"


class _Formula:
    """Reads tokens from left to right; each method returns MathML."""

    def __init__(self, tokens: list[str]) -> None:
        self._tokens = iter(tokens)
        self._ahead = next(self._tokens, None)
        self._depth = 0

    def row(self, closing: str | None) -> str:
        """Read up to a closing brace, or to the end."""
        parts = []
        while self._ahead not in (closing, None):
            parts.append(self._scripted())
        if self._ahead != closing:
            raise MathsError("A brace { is opened and never closed: add }.")
        self._next()
        return "".join(parts)

    def _next(self) -> str | None:
        token, self._ahead = self._ahead, next(self._tokens, None)
        return token

    def _scripted(self) -> str:
        """Read one atom with its subscript and superscript."""
        base = "<mrow></mrow>" if self._ahead in ("_", "^") else self._atom()
        scripts: dict[str, str] = {}
        while self._ahead in ("_", "^"):
            sign = str(self._next())
            if sign in scripts:
                raise MathsError(f"Two {sign} follow each other: put the inner one in braces.")
            scripts[sign] = self._argument(sign)
        below, above = scripts.get("_", ""), scripts.get("^", "")
        if not scripts:
            return base
        is_limits = any(f">{name}<" in base for name in LIMITS)
        kinds = ("munder", "mover", "munderover") if is_limits else ("msub", "msup", "msubsup")
        kind = kinds[2] if len(scripts) == 2 else kinds[0] if below else kinds[1]
        return f"<{kind}>{base}{below}{above}</{kind}>"

    def _argument(self, of: str) -> str:
        """Read what a command or script applies to: a group in braces, or one atom."""
        if self._ahead in (None, "}", "_", "^"):
            raise MathsError(f"Something must follow {of}: put it in braces.")
        if self._ahead[0].isdigit() and len(self._ahead) > 1:
            raise MathsError(f"{of}{self._ahead} can be read in two ways: put it in braces.")
        return self._atom()

    def _atom(self) -> str:
        self._depth += 1
        if self._depth > DEEPEST:
            raise MathsError(f"A formula nests at most {DEEPEST} levels deep: make two of it.")
        atom = self._read_atom()
        self._depth -= 1
        return atom

    def _read_atom(self) -> str:
        token = self._next() or ""
        if token == "{":
            return f"<mrow>{self.row('}')}</mrow>"
        if token == "}":
            raise MathsError("A brace } closes nothing: delete it.")
        if token in ("&", "#", "%", "~"):
            raise MathsError(f"{token} has no meaning here: write \\{token}, or leave it out.")
        if words := _WORDS.fullmatch(token):
            return _element(UPRIGHT[words[1]], words[2])
        if token.startswith("\\"):
            return self._command(token[1:])
        if token[0].isdigit():
            return _element("mn", token)
        return _element("mi" if token.isalpha() else "mo", "−" if token == "-" else token)

    def _command(self, name: str) -> str:
        if name in SIGNS:
            return _element("mo", SIGNS[name])
        if name in LETTERS:
            return _element("mi", LETTERS[name])
        if name in NAMES:
            return _element("mi", name)
        if name in SPACES:
            return f'<mspace width="{SPACES[name]}"></mspace>'
        if name in STRETCHED:
            return "" if self._ahead == "." and self._next() else self._argument(f"\\{name}")
        if name in ACCENTS:
            return f"<mover>{self._argument(name)}{_element('mo', ACCENTS[name])}</mover>"
        if name == "sqrt":
            return f"<msqrt>{self._argument(name)}</msqrt>"
        if name == "frac":
            return f"<mfrac>{self._argument(name)}{self._argument(name)}</mfrac>"
        advice = did_you_mean(name, COMMANDS)
        raise MathsError(f"The command {shortened(chr(92) + name)} is not known here.{advice}")


def _element(tag: str, text: str) -> str:
    return f"<{tag}>{html.escape(text)}</{tag}>"
