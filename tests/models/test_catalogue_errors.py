"""A catalogue with mistakes is answered by all of them at once, each naming file, package and field (C32)."""

from pathlib import Path

import pytest

from models.catalogue import (
    CATALOGUE_FOLDER,
    CatalogueError,
    list_catalogues,
    load_catalogue,
    parse_catalogue,
)

EXAMPLE = (CATALOGUE_FOLDER / "example.toml").read_text(encoding="utf-8")
SETTLED_ON_AVERAGE = (
    'settlement = { value = "average", quote = "afregnes på gennemsnittet", source = "standard" }'
)


def problems_in(tmp_path: Path, text: str, name: str = "example.toml"):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    with pytest.raises(CatalogueError) as caught:
        load_catalogue(path)
    return caught.value.problems


def changed(old: str, new: str) -> str:
    assert EXAMPLE.count(old) >= 1, old
    return EXAMPLE.replace(old, new, 1)


# old words, new words -> package, field, words of the sentence
MISTAKES = {
    "number in quotation marks": (
        "average_hours = { value = 2.5,",
        'average_hours = { value = "2.5",',
        "lille",
        "average_hours.value",
        '"2.5" is not a number',
    ),
    "half a day": (
        "days = 2,",
        "days = 2.5,",
        "lille",
        "start_deadlines #1.days",
        "2.5 is not a whole number",
    ),
    "yes for true": (
        "municipal = true, private = true",
        'municipal = "yes", private = true',
        "lille",
        "screen.municipal",
        '"yes" is not true or false',
    ),
    "number for a text": (
        'quote = "i gennemsnit 2,5 timer"',
        "quote = 2.5",
        "lille",
        "average_hours.quote",
        "2.5 is not a text",
    ),
    "one for a list": (
        'value = ["day", "evening", "weekend"]',
        'value = "day"',
        "lille",
        "times_of_day.value",
        '"day" is not a list',
    ),
    "unknown time of day": (
        'value = ["day", "evening", "weekend"]',
        'value = ["day", "noon"]',
        "lille",
        "times_of_day.value #2",
        '"noon" is not known here; write "day", "evening", "night", "weekend"',
    ),
    "empty list": (
        'value = ["day", "evening", "weekend"]',
        "value = []",
        "lille",
        "times_of_day.value",
        "is empty",
    ),
    "the same twice": (
        'value = ["day", "evening", "weekend"]',
        'value = ["day", "day"]',
        "lille",
        "times_of_day.value",
        "day stands there more than once",
    ),
    "misspelt field": (
        "average_hours = {",
        "avarage_hours = {",
        "lille",
        "avarage_hours",
        "is not a field of a catalogue",
    ),
    "misspelt field inside": (
        "max_hours = 4,",
        "max_hour = 4,",
        "lille",
        "interval.max_hour",
        "write one of max_hours",
    ),
    "bare value": (
        'average_hours = { value = 2.5, quote = "i gennemsnit 2,5 timer", source = "standard" }',
        "average_hours = 2.5",
        "lille",
        "average_hours",
        "2.5 stands alone; write a table",
    ),
    "no quotation": (
        'value = 2.5, quote = "i gennemsnit 2,5 timer", source = "standard"',
        "value = 2.5",
        "lille",
        "average_hours",
        "nothing stands beside the value",
    ),
    "empty quotation": (
        'quote = "i gennemsnit 2,5 timer"',
        'quote = "  "',
        "lille",
        "average_hours.quote",
        "is empty",
    ),
    "default with quotation": (
        'value = 2.5, quote = "i gennemsnit 2,5 timer"',
        'value = 2.5, default = true, quote = "i gennemsnit 2,5 timer"',
        "lille",
        "average_hours",
        "is both quoted and a default",
    ),
    "default without note": (
        'value = 2.5, quote = "i gennemsnit 2,5 timer", source = "standard"',
        "value = 2.5, default = true",
        "lille",
        "average_hours",
        "is a default without a note",
    ),
    "unknown source": (
        'quote = "i gennemsnit 2,5 timer", source = "standard"',
        'quote = "i gennemsnit 2,5 timer", source = "standart"',
        "lille",
        "average_hours.source",
        "there is no [sources.standart]; write one of standard",
    ),
    "unknown source in a list": (
        'quote = "Først ringes til pårørende", source = "standard"',
        'quote = "Først ringes til pårørende", source = "x"',
        "",
        "not_home #1.source",
        "there is no [sources.x]",
    ),
    "interval backwards": (
        "min_hours = 0, min_included = true, max_hours = 4",
        "min_hours = 5, min_included = true, max_hours = 4",
        "lille",
        "interval",
        "begins at 5 and ends at 4 hours",
    ),
    "interval with no end": (
        "min_hours = 0, min_included = true, max_hours = 4, max_included = false, ",
        "",
        "lille",
        "interval",
        "has neither min_hours nor max_hours",
    ),
    "included without a bound": (
        "min_hours = 4, min_included = true, quote",
        "min_hours = 4, min_included = true, max_included = true, quote",
        "stor",
        "interval",
        "has max_included but no max_hours",
    ),
    "more hours than a week has": (
        "max_hours = 4,",
        "max_hours = 400,",
        "lille",
        "interval.max_hours",
        "400 is too large; write a number that is 168 or less",
    ),
    "negative hours": (
        "average_hours = { value = 2.5",
        "average_hours = { value = -2.5",
        "lille",
        "average_hours.value",
        "-2.5 is too small; write a number that is 0 or more",
    ),
    "hours that are no number": (
        "average_hours = { value = 2.5",
        "average_hours = { value = nan",
        "lille",
        "average_hours.value",
        "nan is not a number",
    ),
    "average outside the interval": (
        "average_hours = { value = 2.5",
        "average_hours = { value = 4.5",
        "lille",
        "average_hours.value",
        "4.5 hours lies outside the package's interval, 0–4",
    ),
    "level 5": ("value = [3, 4]", "value = [3, 5]", "stor", "levels.value #2", "5 is too large"),
    "tariff without a name": (
        SETTLED_ON_AVERAGE,
        SETTLED_ON_AVERAGE.replace('"average"', '"tariff"'),
        "lille",
        "tariff",
        "tariff is missing",
    ),
    "text as a date": (
        "conversion_deadline = { value = 2027-07-01",
        'conversion_deadline = { value = "1. juli 2027"',
        "",
        "conversion_deadline.value",
        '"1. juli 2027" is not a date',
    ),
    "name in one language": (
        'name = { da = "Stor pakke", en = "Large package" }',
        'name = { da = "Stor pakke" }',
        "stor",
        "name.en",
        "is missing",
    ),
    "package without a name": (
        'name = { da = "Stor pakke", en = "Large package" }\n',
        "",
        "stor",
        "name",
        "is missing",
    ),
    "code with a letter that a pack cannot hold": (
        "[packages.stor]",
        '[packages."større"]',
        "større",
        "code",
        '"større" cannot be a code',
    ),
    "code written twice": (
        "[packages.stor]\n",
        '[packages.stor]\ncode = "stor"\n',
        "stor",
        "code",
        "the name in [packages.stor] is the code",
    ),
    "municipality code of three digits": (
        'code = "0999"',
        'code = "999"',
        "",
        "code",
        '"999" is not a municipality code; write four digits',
    ),
    "id of the copied file": (
        'id = "example"',
        'id = "albertslund"',
        "",
        "id",
        'is "albertslund", but the file is named example.toml; write id = "example"',
    ),
    "format of the future": (
        "package-catalogue/1",
        "package-catalogue/2",
        "",
        "format",
        'write format = "package-catalogue/1"',
    ),
    "unknown section": ("[scope]", "[skope]", "", "skope", "write one of scope"),
    "section without brackets": (
        "[municipality]",
        "scope = 5\n[municipality]",
        "",
        "scope",
        "5 is not a section; write [scope]",
    ),
    "unknown rule": ("key_receipt", "key_reciept", "", "key_reciept", "write one of key_receipt"),
    "source without a publisher": (
        'publisher = "Eksempelkøbing Kommune"\n',
        "",
        "",
        "publisher",
        "[sources.standard] publisher: is missing",
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_names_file_package_field_and_what_to_write(tmp_path, mistake):
    old, new, package, field, words = MISTAKES[mistake]
    text = changed(old, new)
    if mistake == "section without brackets":
        text = text.replace("[scope]\n", "[rules_of_old]\n", 1)
    problems = problems_in(tmp_path, text)
    found = [p for p in problems if (p.package, p.field) == (package, field)]
    assert found, [str(p) for p in problems]
    assert found[0].file == "example.toml"
    sentence = str(found[0])
    assert sentence.startswith("example.toml: ")
    assert words in sentence
    assert field.split(" ")[0] in sentence
    if package:
        assert f"[packages.{package}]" in sentence


def test_all_mistakes_are_told_at_once(tmp_path):
    text = EXAMPLE
    for old, new in (
        ('id = "example"', 'id = "other"'),
        ("average_hours = { value = 2.5", 'average_hours = { value = "x"'),
        ('name = { da = "Stor pakke", en', 'name = { dk = "Stor pakke", en'),
        ("max_weeks = { value = 8", "max_weeks = { value = 0"),
        ('quote = "14 dages varsel", source = "standard"', 'quote = "14 dages varsel", source = "gone"'),
        ("night_care", "nightcare"),
    ):
        assert old in text
        text = text.replace(old, new, 1)
    problems = problems_in(tmp_path, text)
    assert {(p.package, p.field) for p in problems} == {
        ("", "id"),
        ("lille", "average_hours.value"),
        ("stor", "name.da"),
        ("stor", "name.dk"),
        ("genoptraening", "max_weeks.value"),
        ("", "provider_change_notice_days.source"),
        ("", "nightcare"),
    }
    assert len(problems) == 7


def test_broken_toml_gives_the_line(tmp_path):
    text = changed("[packages.stor]", "[packages.stor")
    (problem,) = problems_in(tmp_path, text)
    line = text.splitlines().index("[packages.stor") + 1
    assert str(problem).startswith(f"example.toml: line {line}: is not valid TOML: ")
    assert str(problem).endswith("a bracket is not closed; correct the line and try again")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("= 1", "this is no line of the form key = value"),
        ("a 1", "an equals sign is missing"),
        ("a = x", "the value is not written as TOML asks for"),
        ("a = 2026-02-31", "there is no such date or time"),
        ("a = 1\na = 2", "the key stands twice"),
        ("[a]\n[a]", "the section stands twice"),
        ("a = {b = 1}\na.c = 2", "the section stands twice"),
        ("a = [1", "a bracket is not closed"),
        ("a = 1 2", "there is more on the line than one value"),
        ("a = 'x", "a quotation mark is not closed"),
        ('a = "x', "a quotation mark is not closed"),
        ('a = "x\n"', "a character that may not stand there"),
        ('a = "\\q"', "a backslash that may not stand there"),
    ],
)
def test_why_it_is_no_toml_can_be_told_in_another_language(tmp_path, text, reason):
    (problem,) = problems_in(tmp_path, text)
    other = problem.render(lambda sentence: f"<{sentence}>")
    assert f"<{reason}>" in other


def test_a_file_that_ends_too_early_gives_its_last_line(tmp_path):
    (problem,) = problems_in(tmp_path, 'format = "package-catalogue/1"\nid = "exam')
    assert str(problem).startswith("example.toml: line 2: ")


def test_a_package_written_twice_gives_the_line(tmp_path):
    text = changed("[packages.stor]", "[packages.lille]")
    (problem,) = problems_in(tmp_path, text)
    second = [n for n, line in enumerate(text.splitlines(), start=1) if line == "[packages.lille]"][1]
    assert problem.values["line"] == second


def test_another_encoding_gives_the_line_and_the_byte(tmp_path):
    path = tmp_path / "example.toml"
    path.write_bytes(EXAMPLE.encode("latin-1", errors="replace"))
    with pytest.raises(CatalogueError, match=r"example.toml: line 1: is not UTF-8 text \(byte 0xF8\)"):
        load_catalogue(path)


def test_a_stored_text_is_read_like_a_file():
    assert parse_catalogue(EXAMPLE, "example.toml").id == "example"
    with pytest.raises(CatalogueError, match=r"^nyby\.toml: id: is "):
        parse_catalogue(EXAMPLE, "nyby.toml")


def test_a_byte_order_mark_is_no_mistake(tmp_path):
    path = tmp_path / "example.toml"
    path.write_text(EXAMPLE, encoding="utf-8-sig")
    assert load_catalogue(path).id == "example"


@pytest.mark.parametrize(
    "text", ["", "# nothing\n", 'packages = 3\nsources = "x"\n', "[packages]\n[sources]\n"]
)
def test_an_empty_file_tells_what_is_missing(tmp_path, text):
    problems = problems_in(tmp_path, text)
    fields = {str(p).split(":")[1].strip() for p in problems}
    assert {"format", "id", "municipality", "packages", "sources"} <= fields


def test_packages_that_are_no_sections_are_told(tmp_path):
    problems = problems_in(tmp_path, changed("[packages.lille]\n", "[packages]\nx = 3\n[packages.lille]\n"))
    (problem,) = problems
    assert problem.package == "x"
    assert str(problem).startswith(
        "example.toml: [packages.x]: 3 is not a section; write [packages.x] on a line"
    )


def test_a_missing_file_and_a_missing_folder_are_told(tmp_path):
    with pytest.raises(CatalogueError, match=r"gone.toml: cannot be read: .*check the name"):
        load_catalogue(tmp_path / "gone.toml")
    with pytest.raises(CatalogueError, match="gone: is not a folder"):
        list_catalogues(tmp_path / "gone")


def test_a_folder_tells_the_mistakes_of_all_its_files(tmp_path):
    for name in ("one", "two"):
        (tmp_path / f"{name}.toml").write_text(EXAMPLE, encoding="utf-8")  # both keep the wrong id
    with pytest.raises(CatalogueError) as caught:
        list_catalogues(tmp_path)
    assert [problem.file for problem in caught.value.problems] == ["one.toml", "two.toml"]
