import pytest
from IPython.testing.globalipapp import start_ipython
from matplotlib.figure import Figure


@pytest.fixture(scope="package", autouse=True)
def ipython() -> None:
    start_ipython()  # type: ignore[no-untyped-call]


@pytest.fixture
def saved(monkeypatch: pytest.MonkeyPatch) -> list[Figure]:
    """Return the list that each figure is appended to when it is saved."""
    figures: list[Figure] = []
    save = Figure.savefig

    def savefig(figure: Figure, *args: object, **options: object) -> None:
        figures.append(figure)
        save(figure, *args, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(Figure, "savefig", savefig)
    return figures
