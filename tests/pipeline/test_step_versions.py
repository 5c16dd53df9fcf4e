"""A step whose results change must have a new version, so that no store keeps results of the old one."""

from papersieve.pipeline.settings import VERSIONS, Settings, versions
from tests.support.step_results import RENEW, forgotten, recorded, results


def test_a_step_that_makes_something_else_of_the_sample_has_another_version():
    told, found = recorded(), results()
    for step in forgotten(told, found):
        raise AssertionError(
            f"{step} makes something else of the sample than its version {VERSIONS[step]} did. If that is meant, raise "
            f"VERSIONS[{step!r}] in pipeline/settings.py, then write the results anew: {RENEW}"
        )
    now = {step: {"version": VERSIONS[step], "result": result} for step, result in found.items()}
    assert now == told, f"versions were raised, so the results have to be written anew: {RENEW}"


def test_a_step_is_forgotten_only_where_nothing_that_it_rests_on_was_raised():
    told = {step: {"version": version, "result": "a"} for step, version in VERSIONS.items()}
    found = dict.fromkeys(VERSIONS, "a") | {"evidence": "b", "judgement": "b"}
    assert forgotten(told, found) == ["evidence", "judgement"]
    told["evidence"]["version"] -= 1
    assert forgotten(told, found) == []
    told["evidence"]["version"] += 1
    told["papers"]["version"] -= 1
    assert forgotten(told, found) == ["evidence", "judgement"]


def test_what_a_stage_depends_on_names_the_versions_that_it_rests_on():
    parts = (Settings().keys_depend_on(), Settings().pairs_depend_on(), Settings().papers_depend_on())
    assert [part["versions"] for part in parts] == [versions(step) for step in ("keys", "judgement", "papers")]
    assert parts[2]["versions"] == VERSIONS
