"""Settings: what is refused, and which of them make a store's results others."""

import pytest

from papersieve.pipeline.errors import SettingsError
from papersieve.pipeline.ids import block_key, content_id
from papersieve.pipeline.settings import Settings, fingerprint, load_settings


def test_a_settings_file_names_every_problem_at_once(tmp_path):
    file = tmp_path / "settings.toml"
    file.write_text("shingle_words = 0\nwrong_share = 'high'\nno_such = 1\n")
    with pytest.raises(SettingsError) as error:
        load_settings(file)
    for part in (str(file), "shingle_words", "wrong_share", "no_such", "known settings"):
        assert part in str(error.value)


@pytest.mark.parametrize("text", ["bands = 64", "num_perm = 100"])
def test_settings_that_contradict_each_other_are_refused(tmp_path, text):
    file = tmp_path / "settings.toml"
    file.write_text(text)
    with pytest.raises(SettingsError, match="exceed"):
        load_settings(file)


def test_a_file_that_is_no_toml_and_a_missing_one_are_told(tmp_path):
    file = tmp_path / "settings.toml"
    with pytest.raises(SettingsError, match="can't read the settings"):
        load_settings(file)
    file.write_text("= nothing")
    with pytest.raises(SettingsError, match="can't read the settings"):
        load_settings(file)


def test_every_signing_setting_changes_both_fingerprints_and_a_threshold_only_the_second():
    base = Settings()
    for change in (
        {"shingle_words": 3},
        {"num_perm": 256},
        {"bands": 16},
        {"rows_per_band": 3},
        {"signature_seed": 2},
        {"opening_words": 9},
    ):
        other = Settings(**change)
        assert fingerprint(other.signing()) != fingerprint(base.signing())
        assert fingerprint(other.judging()) != fingerprint(base.judging())
    for change in ({"wrong_share": 0.01}, {"unit": "publication"}):
        other = Settings(**change)
        assert fingerprint(other.signing()) == fingerprint(base.signing())
        assert fingerprint(other.judging()) != fingerprint(base.judging())


def test_content_ids_keep_parts_apart_and_block_keys_keep_kinds_apart():
    assert content_id("ab", "c") != content_id("a", "bc")
    assert len(content_id("x")) == 32
    assert block_key("title", "x") != block_key("abstract", "x")
    assert block_key("title", "x") == block_key("title", b"x")
    assert -(2**63) <= block_key("title", "x") < 2**63


def test_how_dumps_are_read_is_set_in_a_section_and_changes_nothing_that_is_derived(tmp_path):
    path = tmp_path / "settings.toml"
    path.write_text('[reading]\nmax_depth = 7\n[reading.columns]\ntitle = "Kop"\n')
    got = load_settings(path)
    assert (got.reading.max_depth, got.reading.columns) == (7, {"title": "Kop"})
    assert got.judging() == Settings().judging()
    assert got.signing() == Settings().signing()
    path.write_text("[reading]\nmax_depth = 1\nmax_dept = 7\n")
    with pytest.raises(SettingsError, match=r"reading\.max_depth: (.|\n)*reading\.max_dept: (.|\n)*known settings: (.|\n)*reading\.max_depth"):  # fmt: skip
        load_settings(path)
