"""The isolation of browser tests: no test sees what another one answered or chose."""

from playwright.sync_api import expect

from tests.support.lab import THEMES, LabPage

RECORD = """from lessons_lib.classroom.record.folder import record_folder
print(record_folder(), record_folder().exists())"""


def test_the_record_of_a_kernel_belongs_to_its_test_and_a_theme_to_its_page(
    lab_page: LabPage,
) -> None:
    for name in ("here.ipynb", "notebooks/there.ipynb"):
        lab_page.show(name, RECORD)
        printed = lab_page.panel.locator(".jp-OutputArea-output")
        own = lab_page.lab.folder / "records" / lab_page.lab.name
        expect(printed).to_have_text(f"{own}/record False")
    lab_page.set_theme(THEMES[1])
    with lab_page.lab.of_a_test("another"):
        lab_page.open("here.ipynb")
        expect(lab_page.page.locator("body")).to_have_attribute("data-jp-theme-name", THEMES[0])
