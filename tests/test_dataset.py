"""What the loader returns, converts, cites and refuses."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pandas as pd
import pytest

from course import CourseError, dataset
from course.dataset import Dataset

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    shutil.copytree(dataset.FOLDER, folder, ignore=shutil.ignore_patterns("recordings", "questions"))
    return folder


def test_types_come_from_the_schema() -> None:
    layers = dataset.table("layers")
    assert str(layers["position"].dtype) == "Int64"
    assert pd.api.types.is_string_dtype(layers["name"])
    assert pd.api.types.is_datetime64_dtype(layers["verified_on"])
    assert list(layers.columns)[:3] == ["platform", "layer", "position"]


def test_a_table_is_the_callers_to_change() -> None:
    platforms = dataset.table("platforms")
    platforms["name"] = "changed"
    assert "changed" not in set(dataset.table("platforms")["name"])


def test_platforms_are_indexed_by_their_key() -> None:
    assert dataset.platforms().loc["docker", "article_group"] == "container"


def test_layers_are_bottom_to_top() -> None:
    stack = dataset.layers("qemu_kvm")
    assert stack["layer"].iloc[0] == "hardware"
    assert stack["layer"].iloc[-1] == "application"


def test_records_say_none_for_an_empty_cell() -> None:
    process = next(row for row in dataset.records("platforms") if row["platform"] == "process")
    assert process["article_name"] is None


@pytest.mark.parametrize(
    ("ask", "words"),
    [
        (lambda: dataset.table("platform"), "did you mean 'platforms'"),
        (lambda: dataset.layers("dokcer"), "did you mean 'docker'"),
        (lambda: dataset.cite("firecraker_design"), "firecracker_design"),
        (lambda: dataset.bibtex("nothing_like_it"), "data/sources.csv"),
        (lambda: dataset.fact("platforms", "docker", "nam"), "did you mean 'name'"),
        (lambda: dataset.fact("platforms", "doker", "name"), "did you mean 'docker'"),
        (lambda: dataset.convert(1, "ms", "sec"), "Known: count, B"),
        (lambda: dataset.convert(1, "ms", "MiB"), "ms measures time and MiB measures data"),
        (lambda: dataset.measurements("no_such_metric"), "There is no metric 'no_such_metric'"),
        (lambda: dataset.fill("{platforms:docker}"), "{platforms:docker:name}"),
        (lambda: dataset.fill("{platforms:process:article_name}"), "empty cell"),
    ],
)
def test_a_wrong_name_gets_one_sentence_and_the_nearest_match(ask: Callable[[], object], words: str) -> None:
    with pytest.raises(CourseError) as caught:
        ask()
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


def test_units_convert_within_a_dimension() -> None:
    assert dataset.convert(1500, "ms", "s") == pytest.approx(1.5)
    assert dataset.convert(1, "GiB", "MB") == pytest.approx(1073.741824)
    assert dataset.convert(25, "%", "x") == pytest.approx(0.25)
    assert dataset.convert(3, "ms", "ms") == 3


def test_every_unit_has_a_base_in_its_dimension() -> None:
    units = dataset.table("units")
    without = set(units["dimension"]) - set(units.loc[units["factor"] == 1, "dimension"])
    assert not without


def test_a_quantity_reads_as_prose_has_it() -> None:
    assert dataset.format_quantity(1250.0, "ms", "about") == "about 1,250 ms"
    assert dataset.format_quantity(20, "%", "range", 30) == "20 to 30%"
    assert dataset.format_quantity(0.5, "s") == "0.5 s"


def test_a_template_is_filled_and_names_its_sources() -> None:
    filled = dataset.fill("{platforms:docker:name} uses {platforms:runc:name}, and {platforms:docker:name} again.")
    assert str(filled) == "Docker Engine uses runc, and Docker Engine again."
    assert filled.sources == (
        dataset.fact("platforms", "docker", "source"),
        dataset.fact("platforms", "runc", "source"),
    )


def test_a_quantity_in_a_template_carries_its_unit() -> None:
    row = dataset.records("measurements")[0]
    filled = dataset.fill(f"It took {{measurements:{row['measurement']}}}.")
    assert dataset.format_quantity(row["value"], row["unit"], row["qualifier"], row["value_to"]) in filled.text
    assert filled.sources == (row["source"],)


def test_measurements_of_a_metric_share_one_unit() -> None:
    metric = dataset.records("measurements")[0]["metric"]
    shown = dataset.measurements(metric)
    assert set(shown["unit"]) == {dataset.fact("metrics", metric, "unit")}
    assert set(shown["metric"]) == {metric}


def test_every_measurement_converts_to_the_unit_of_its_metric() -> None:
    for metric in dataset.table("metrics")["metric"]:
        dataset.measurements(metric)


def test_a_citation_names_the_authors_the_year_and_where_it_opens() -> None:
    citation = dataset.cite("bugnion_2012")
    assert citation.text.startswith("Edouard Bugnion et al. (2012), Bringing Virtualization")
    assert citation.url in citation.markdown()
    assert str(citation).endswith(citation.url)


def test_bibtex_escapes_what_tex_would_read() -> None:
    entry = dataset.bibtex("bugnion_2012")
    assert entry.startswith("@article{bugnion_2012,")
    assert "author = {Edouard Bugnion and Scott Devine and" in entry
    assert entry.count("{") == entry.count("}")


def test_every_source_can_be_cited() -> None:
    for key in dataset.table("sources")["source"]:
        assert dataset.cite(key).text
        assert dataset.bibtex(key).startswith("@")


def test_a_missing_dataset_says_where_it_belongs(tmp_path: Path) -> None:
    with pytest.raises(CourseError, match=r"no data/datapackage\.json"):
        Dataset(tmp_path)


def test_a_damaged_schema_is_named(copy: Path) -> None:
    (copy / "datapackage.json").write_text("{")
    with pytest.raises(CourseError, match=r"datapackage\.json is damaged"):
        Dataset(copy)


def _truncated(text: str) -> bytes:
    return text[:-40].encode() + b',"never closed'


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (lambda text: ("\ufeff" + text).encode(), "byte order mark"),
        (lambda text: text.encode("utf-16"), "not UTF-8"),
        (lambda text: text.replace("Docker", "Döcker").encode("latin-1"), "not UTF-8"),
        (_truncated, "quoting is damaged"),
        (lambda _: b"", "is empty"),
        (lambda text: text.replace("status,", "sttus,", 1).encode(), "did you mean 'status'"),
        (lambda text: text.replace("platform,name,", "name,platform,", 1).encode(), "in this order"),
        (lambda text: (text + "one,two\n").encode(), "the row has 2 cells"),
        (lambda text: (text + "one" + "," * 60 + "\n").encode(), "the row has 61 cells"),
    ],
)
def test_a_damaged_file_is_named_with_what_is_wrong(copy: Path, damage: Callable[[str], bytes], words: str) -> None:
    path = copy / "platforms.csv"
    path.write_bytes(damage(path.read_text(encoding="utf-8")))
    with pytest.raises(CourseError) as caught:
        Dataset(copy).table("platforms")
    assert "data/platforms.csv" in str(caught.value)
    assert words in str(caught.value)


def test_a_missing_file_is_named(copy: Path) -> None:
    (copy / "layers.csv").unlink()
    with pytest.raises(CourseError, match=r"data/layers\.csv is missing"):
        Dataset(copy).table("layers")


def test_only_what_is_asked_for_is_checked(copy: Path) -> None:
    (copy / "glossary.csv").write_text("broken")
    assert len(Dataset(copy).table("platforms")) > 0


def test_a_file_with_a_header_and_no_rows_is_an_empty_table(copy: Path) -> None:
    path = copy / "lineage.csv"
    path.write_text(path.read_text().splitlines()[0] + "\n")
    assert Dataset(copy).table("lineage").empty
