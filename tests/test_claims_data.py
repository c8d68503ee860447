"""The judged tables: enough of them, each row read in its source, each reference resolved."""

import pytest

from course import dataset

COUNTS = {
    "escapes": 46,
    "defenses": 12,
    "escape_defenses": 92,
    "timeline": 65,
    "claims": 11,
    "claim_evidence": 33,
    "misconceptions": 30,
    "glossary": 140,
    "concepts": 60,
    "concept_lessons": 60,
}
JUDGED = [name for name in COUNTS if name not in {"claim_evidence", "concept_lessons"}]
DEFINED = (
    "L0",
    "L1",
    "L2",
    "VM exit",
    "vCPU",
    "VMCS",
    "VMCB",
    "EPT",
    "NPT",
    "shadow page table",
    "ballooning",
    "KSM",
    "virtio",
    "virtqueue",
    "vhost",
    "tap",
    "IOMMU",
    "SR-IOV",
    "namespace",
    "cgroup v2",
    "capability",
    "seccomp",
    "LSM",
    "overlay file system",
    "whiteout",
    "manifest",
    "digest",
    "image index",
    "bundle",
    "shim",
    "CRI",
    "CNI",
    "pod",
    "infrastructure container",
    "microVM",
    "unikernel",
    "attestation",
    "steal time",
    "tail latency",
    "blast radius",
    "trusted computing base",
)


@pytest.mark.parametrize(("name", "least"), COUNTS.items())
def test_a_table_is_as_long_as_promised(name: str, least: int) -> None:
    assert len(dataset.records(name)) >= least


@pytest.mark.parametrize("name", JUDGED)
def test_nine_rows_in_ten_were_checked_against_an_opened_source(name: str) -> None:
    rows = dataset.records(name)
    verified = [row for row in rows if row["verified_how"] != "unverified"]
    assert len(verified) >= 0.9 * len(rows)


@pytest.mark.parametrize("name", JUDGED)
def test_a_row_has_a_day_of_checking_exactly_if_it_was_checked(name: str) -> None:
    wrong = [
        row for row in dataset.records(name) if (row["verified_on"] is None) != (row["verified_how"] == "unverified")
    ]
    assert not wrong


@pytest.mark.parametrize("name", ["escapes", "timeline"])
def test_what_a_source_does_not_confirm_is_named_by_its_column(name: str) -> None:
    columns = set(dataset.table(name).columns)
    for row in dataset.records(name):
        assert set(filter(None, (row["parts_unverified"] or "").split(","))) <= columns, row


def test_every_claim_rests_on_three_rows_that_exist() -> None:
    evidence: dict[str, int] = {}
    for row in dataset.records("claim_evidence"):
        assert dataset.default().row(row["table"], row["row"])
        evidence[row["claim"]] = evidence.get(row["claim"], 0) + 1
    assert {row["claim"] for row in dataset.records("claims")} == set(evidence)
    assert min(evidence.values()) >= 3


def test_the_verdicts_are_fair_to_the_article() -> None:
    assert {row["verdict"] for row in dataset.records("claims")} == {"right", "too simple", "outdated", "wrong"}


def test_every_escape_meets_two_to_five_defenses() -> None:
    met: dict[str, int] = {}
    for row in dataset.records("escape_defenses"):
        met[row["escape"]] = met.get(row["escape"], 0) + 1
    assert set(met) == {row["escape"] for row in dataset.records("escapes")}
    assert all(2 <= count <= 5 for count in met.values())


def test_every_defense_is_of_use_somewhere_or_shown_to_be_of_none() -> None:
    used = {row["defense"] for row in dataset.records("escape_defenses")}
    assert {row["defense"] for row in dataset.records("defenses")} == used


def test_a_score_names_its_version_and_who_gave_it() -> None:
    for row in dataset.records("escapes"):
        given = [row[column] is not None for column in ("cvss", "cvss_version", "cvss_by")]
        assert all(given) or not any(given), row["escape"]


def test_both_sides_are_told_at_similar_length() -> None:
    kinds = [row["kind"] for row in dataset.records("escapes")]
    machines = sum(kind.startswith("vm_") for kind in kinds)
    assert 0.4 <= machines / len(kinds) <= 0.6


def test_the_year_of_an_escape_is_that_of_its_number() -> None:
    assert all(int(row["cve"].split("-")[1]) == row["year"] for row in dataset.records("escapes"))


@pytest.mark.parametrize("name", DEFINED)
def test_a_key_term_is_defined(name: str) -> None:
    assert dataset.fact("glossary", name, "definition")


def test_a_glossary_entry_refers_to_terms_that_are_defined() -> None:
    rows = dataset.records("glossary")
    known = {row["term"] for row in rows} | {name.strip() for row in rows for name in (row["also"] or "").split(";")}
    missing = [
        (row["term"], name.strip())
        for row in rows
        for name in (row["see"] or "").split(";")
        if name.strip() and name.strip() not in known
    ]
    assert not missing


def test_a_definition_is_one_or_two_sentences() -> None:
    long = [row["term"] for row in dataset.records("glossary") if row["definition"].rstrip(".").count(". ") > 1]
    assert not long


def test_concepts_are_numbered_without_gaps_and_reach_every_lesson() -> None:
    numbers = [int(row["concept"][1:]) for row in dataset.records("concepts")]
    assert sorted(numbers) == list(range(1, len(numbers) + 1))
    covered = {row["lesson"] for row in dataset.records("concept_lessons")}
    assert covered == {row["lesson"] for row in dataset.records("lessons")}


def test_every_core_concept_is_taught_before_it_is_examined() -> None:
    lessons: dict[str, set[str]] = {}
    for row in dataset.records("concept_lessons"):
        lessons.setdefault(row["concept"], set()).add(row["lesson"])
    for row in dataset.records("concepts"):
        taught = lessons[row["concept"]] - {"13"}
        assert taught, row["concept"]
        assert ("13" in lessons[row["concept"]]) == (row["weight"] == "core")
