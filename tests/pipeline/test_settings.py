"""Settings: the content of a file, the error if it can't be used, and which results depend on which setting."""

import json
import typing

import pytest

from papersieve.pipeline.errors import SettingsError
from papersieve.pipeline.ids import block_key, content_id
from papersieve.pipeline.settings import COSTS, SECTIONS, Settings, cost_of, fingerprint
from papersieve.pipeline.settings_file import load_settings, parse_settings, stored_settings

#: (section or "", name) of every setting.
EVERY = [("", name) for name in Settings.model_fields if name not in SECTIONS] + [
    (section, name) for section, model in SECTIONS.items() for name in model.model_fields
]


def refused(folder, text):
    """The error message for a settings file that can't be used."""
    file = folder / "settings.toml"
    file.write_text(text)
    with pytest.raises(SettingsError) as error:
        load_settings(file)
    assert str(error.value).startswith(f"{file}: ")
    return str(error.value)


def test_a_settings_file_names_every_problem_at_once(tmp_path):
    told = refused(tmp_path, "wrong_share = 'high'\nno_such = 1\n[signing]\nshingle_words = 0\n")
    assert "3 settings can't be used" in told
    assert "signing.shingle_words: expected greater than or equal to 1, found 0" in told
    assert "wrong_share: expected a valid number" in told
    assert "no_such: no setting has this name\n" in told
    assert "`papersieve settings`" in told


@pytest.mark.parametrize(("section", "name"), EVERY)
def test_a_setting_in_the_wrong_place_is_told_where_it_belongs(tmp_path, section, name):
    text = f"{name} = 1" if section else f"[operation]\n{name} = 1"
    belongs = f"belongs under [{section}]" if section else "belongs at the top, before any [section]"
    told = refused(tmp_path, text)
    assert "1 setting can't be used" in told
    assert f"{name}: {belongs}\n" in told


def test_a_name_that_is_nearly_right_is_told_the_right_one(tmp_path):
    told = refused(tmp_path, "[reading]\nmax_depth = 1\nmax_dept = 7\n")
    assert "reading.max_depth: expected greater than or equal to 5, found 1" in told
    assert "reading.max_dept: no setting has this name; did you mean max_depth, under [reading]?" in told


def test_a_program_that_mistypes_a_setting_is_told_the_right_one():
    with pytest.raises(ValueError, match="no setting has this name; did you mean wrong_share, at the top"):
        Settings(wrong_shar=0.001)
    with pytest.raises(ValueError, match=r"matching.bucket_kap\n.*did you mean bucket_cap, under \[matching\]"):
        Settings(matching={"bucket_kap": 100})


def test_a_refusal_has_no_error_behind_it():
    """Pydantic's error would keep every frame above it alive, and with these the connections to DuckDB."""
    with pytest.raises(SettingsError) as refused:
        parse_settings({"signing": {"bands": 200}}, source="here")
    assert (refused.value.__cause__, refused.value.__context__) == (None, None)


@pytest.mark.parametrize("text", ["bands = 64", "num_perm = 100"])
def test_settings_that_contradict_each_other_are_refused(tmp_path, text):
    assert "signing: bands × rows_per_band" in refused(tmp_path, f"[signing]\n{text}")


def test_a_file_that_is_no_toml_and_a_missing_one_are_told(tmp_path):
    with pytest.raises(SettingsError, match="can't read the settings"):
        load_settings(tmp_path / "settings.toml")
    assert "can't read the settings" in refused(tmp_path, "= nothing")


def test_a_wrong_size_and_a_value_in_place_of_a_section_are_told_in_usual_words(tmp_path):
    told = refused(tmp_path, "signing = 3\n[operation]\nmemory_limit = '8gb'\n[fetch]\nservers = 3\n")
    assert "signing: expected a section, found 3\n" in told
    assert "operation.memory_limit: expected a value such as '4GB', found '8gb'\n" in told
    assert "fetch.servers: expected a section, found 3\n" in told


def test_the_settings_that_people_choose_stand_at_the_top(tmp_path):
    file = tmp_path / "settings.toml"
    file.write_text('unit = "publication"\nwrong_share = 0.01\n')
    assert load_settings(file) == Settings(unit="publication", wrong_share=0.01)


def another(section, name):
    """The default settings with a different value for this one."""
    model = SECTIONS[section] if section else Settings
    now, kind = model.model_fields[name].default, model.model_fields[name].annotation
    if typing.get_origin(kind) is typing.Literal:
        other = next(word for word in typing.get_args(kind) if word != now)
    elif name == "num_perm":  # fewer would be too few for the bands
        other = now + 1
    elif isinstance(now, int | float):
        other = now / 2 if isinstance(now, float) else now - 1 or 2
    else:
        (other,) = model.model_fields[name].examples
    return parse_settings({section: {name: other}} if section else {name: other}, source="a test")


@pytest.mark.parametrize(("section", "name"), EVERY)
def test_what_a_setting_is_said_to_cost_is_what_it_costs(section, name):
    base, other = Settings(), another(section, name)
    assert other != base
    cost = cost_of(section, name)
    assert cost in COSTS
    changes = [
        fingerprint(part(other)) != fingerprint(part(base))
        for part in (Settings.keys_depend_on, Settings.pairs_depend_on, Settings.papers_depend_on)
    ]
    is_result = cost not in ("nothing", "read", "gated")
    assert changes == [cost == "signed", is_result and cost != "merged", is_result]
    assert (other.records_depend_on() != base.records_depend_on()) == (cost == "gated")
    assert (other.matching != base.matching) == (cost == "compared")  # a store compares again if this changes


@pytest.mark.parametrize(("section", "name"), EVERY)
def test_every_setting_says_what_it_means(section, name):
    assert (SECTIONS[section] if section else Settings).model_fields[name].description


def test_what_a_store_keeps_gives_its_settings_back():
    chosen = parse_settings({"unit": "publication", "signing": {"bands": 20}}, source="a test")
    assert stored_settings(json.dumps(chosen.papers_depend_on()), source="a store") == chosen
    before_sections = {
        "unit": "publication",
        "bucket_cap": 9,
        "signing": {"hash": "xxh32", "versions": {}, "bands": 20},
    }
    assert stored_settings(json.dumps(before_sections), source="an older store") == chosen


def test_content_ids_keep_parts_apart_and_block_keys_keep_kinds_apart():
    assert content_id("ab", "c") != content_id("a", "bc")
    assert len(content_id("x")) == 32
    assert block_key("title", "x") != block_key("abstract", "x")
    assert block_key("title", "x") == block_key("title", b"x")
    assert -(2**63) <= block_key("title", "x") < 2**63


def test_how_dumps_are_read_is_set_in_a_section_with_a_table_of_columns(tmp_path):
    path = tmp_path / "settings.toml"
    path.write_text('[reading]\nmax_depth = 7\n[reading.columns]\ntitle = "Kop"\n')
    got = load_settings(path)
    assert (got.reading.max_depth, got.reading.columns) == (7, {"title": "Kop"})
    path.write_text('[reading.columns]\ntitel = "Kop"\n')
    with pytest.raises(SettingsError, match=r"reading.columns: titel is no column of ours\. Did you mean title"):
        load_settings(path)
