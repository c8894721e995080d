"""The command line: what it prints, on which stream, and with which exit status."""

import csv
import io
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import comparator
from comparator.__main__ import main
from comparator.analysis.value_for_money import value_for_money

SNAPSHOT = comparator.open_snapshot()
DATA = Path(__file__).parent.parent / "data"
KEYS = [
    "force", "measure", "period_end", "window", "numerator", "denominator", "denominator_year", "value",
    "group_average", "gap", "rank", "of", "expected_low", "expected_high", "extreme_low", "extreme_high",
    "verdict_peers", "z", "verdict_all", "peers", "caveats", "sources",
]  # fmt: skip
CLEVELAND = ["--force", "cleveland", "--measure", "residential-burglary"]


def comparator_process(*arguments, **environment):
    return subprocess.run(
        [sys.executable, "-m", "comparator", *arguments],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def asked(capsys):
    """Return a function that runs a command in this process and returns its status and its two streams."""

    def run(*arguments):
        status = main(arguments)
        streams = capsys.readouterr()
        return status, streams.out, streams.err

    return run


@pytest.fixture
def answer(asked):
    """Return a function that asks for a comparison in JSON."""

    def run(*arguments):
        status, out, err = asked("compare", *arguments, "--format", "json")
        assert (status, err) == (0, "")
        return json.loads(out)

    return run


@pytest.fixture
def data(tmp_path, monkeypatch):
    """Return a folder with a copy of the committed snapshot, which the commands take for their data."""
    shutil.copytree(SNAPSHOT.folder, tmp_path / SNAPSHOT.name)
    (tmp_path / "current").write_text(SNAPSHOT.name, encoding="utf-8")
    monkeypatch.setenv("COMPARATOR_DATA", str(tmp_path))
    return tmp_path


class TestMonitor:
    def test_json_is_what_the_library_answers(self, asked):
        status, out, err = asked("monitor", "--period", "2025-12", "--status", "enduring", "--format", "json")
        assert (status, err) == (0, "")
        said = json.loads(out)
        found = comparator.monitor(SNAPSHOT, period="2025-12", status="enduring")
        assert said["found_and_by_chance"]["enduring_and_severe"]["found"] == 18
        assert [(case["force"], case["measure"]) for case in said["cases"]] == [
            (case.force, case.measure) for case in found.cases
        ]
        assert {case["status"] for case in said["cases"]} == {"enduring"}

    def test_csv_has_a_row_a_case_and_a_heading_even_without_one(self, asked):
        _, out, _ = asked("monitor", "--force", "cleveland", "--format", "csv")
        rows = list(csv.DictReader(io.StringIO(out)))
        assert {row["force"] for row in rows} == {"cleveland"}
        assert (rows[0]["measure"], rows[0]["signals"], rows[0]["since"]) == ("criminal-damage", "all|peers", "2013-03")
        _, out, _ = asked("monitor", "--force", "city-of-london", "--format", "csv")
        assert out.startswith("force,measure,period_end,status,severity,quarters,since,signals,")
        assert len(out.splitlines()) == 1

    def test_the_table_tells_what_chance_would_give(self, asked):
        _, out, _ = asked("monitor")
        assert "quarter to 2025-12, 840 pairs of force and measure" in out
        assert "by chance" in out

    @pytest.mark.parametrize("wrong", [("--status", "worse"), ("--period", "2025-11"), ("--force", "knt")])
    def test_unknown_words_are_refused(self, asked, wrong):
        status, out, err = asked("monitor", *wrong)
        assert (status, out) == (2, "")
        assert err.startswith("comparator: unknown ")


class TestCompare:
    def test_json_has_exactly_the_promised_keys_in_order(self, answer):
        found = answer(*CLEVELAND)
        assert list(found) == KEYS
        assert all(list(peer) == ["force", "value", "distance"] for peer in found["peers"])

    def test_json_is_what_the_library_answers(self, answer):
        found = answer(*CLEVELAND, "--period", "2025-12", "--peers", "similar", "--window", "year")
        asked = comparator.compare(SNAPSHOT, force="cleveland", measure="residential-burglary", period="2025-12")
        for key in KEYS[:19]:
            assert found[key] == getattr(asked, key), key
        assert [peer["force"] for peer in found["peers"]] == [peer.force for peer in asked.peers]
        assert (found["caveats"], found["sources"]) == (list(asked.caveats), list(asked.sources))

    def test_left_out_it_is_the_newest_12_months_among_similar_forces(self, answer):
        plain = answer(*CLEVELAND)
        assert (plain["period_end"], plain["window"]) == (SNAPSHOT.latest_period, "year")
        assert len(plain["peers"]) == 7
        distances = [peer["distance"] for peer in plain["peers"]]
        assert distances == sorted(distances)

    def test_a_quarter_is_smaller_than_the_year_that_it_ends(self, answer):
        assert answer(*CLEVELAND, "--window", "quarter")["numerator"] < answer(*CLEVELAND)["numerator"]

    @pytest.mark.parametrize(
        ("peers", "forces"),
        [
            ("region", {"durham", "northumbria"}),
            ("durham,gwent, kent", {"durham", "gwent", "kent"}),
            ("all", set(SNAPSHOT.forces) - {"cleveland", "city-of-london"}),
        ],
    )
    def test_peers_are_the_ones_asked_for(self, answer, peers, forces):
        found = answer(*CLEVELAND, "--peers", peers)
        assert {peer["force"] for peer in found["peers"]} == forces
        assert found["of"] == len(forces) + 1

    def test_city_of_london_has_its_counts_and_nothing_to_compare_them_with(self, answer):
        found = answer("--force", "city-of-london", "--measure", "shoplifting", "--peers", "all")
        assert found["numerator"] > 0
        assert found["denominator"] > 0
        assert {found[key] for key in KEYS[KEYS.index("group_average") : KEYS.index("peers")]} == {None}
        assert found["peers"] == []
        assert "city-of-london-residents" in found["caveats"]

    def test_csv_has_the_force_and_then_each_peer_with_the_same_figures_as_json(self, asked, answer):
        found = answer(*CLEVELAND)
        status, out, err = asked("compare", *CLEVELAND, "--format", "csv")
        rows = list(csv.DictReader(io.StringIO(out)))
        assert (status, err) == (0, "")
        assert [row["role"] for row in rows] == ["force", *["peer"] * 7]
        for key in KEYS[:19]:
            assert rows[0][key] == str(found[key]), key
        assert rows[0]["caveats"].split("|") == found["caveats"]
        assert rows[0]["sources"].split("|") == found["sources"]
        for row, peer in zip(rows[1:], found["peers"], strict=True):
            assert (row["force"], row["value"], row["distance"]) == (
                peer["force"],
                str(peer["value"]),
                str(peer["distance"]),
            )
            assert float(row["interval_low"]) < peer["value"] < float(row["interval_high"])

    def test_the_table_shows_the_same_figures_to_four_decimals(self, asked, answer):
        found = answer(*CLEVELAND)
        status, out, err = asked("compare", *CLEVELAND)
        assert (status, err) == (0, "")
        shown = dict(line.split(maxsplit=1) for line in out.split("\n\n")[0].splitlines())
        for key in KEYS[:19]:
            expected = f"{found[key]:,.4f}" if isinstance(found[key], float) else str(found[key])
            assert shown[key] == expected, key
        lines = out.split("\n\n")[1].splitlines()
        assert [line.split()[:2] for line in lines[1:]] == [
            ["force", "cleveland"],
            *(["peer", peer["force"]] for peer in found["peers"]),
        ]

    def test_what_is_not_known_is_a_dash_in_the_table_and_empty_in_csv(self, asked):
        city = ["compare", "--force", "city-of-london", "--measure", "rape"]
        assert "\nrank              -\n" in asked(*city)[1]
        row = next(csv.DictReader(io.StringIO(asked(*city, "--format", "csv")[1])))
        assert (row["rank"], row["verdict_all"]) == ("", "")


class TestTrend:
    def test_of_a_measure_that_has_12_months_only_the_rates_are_shown_and_no_verdict(self, asked):
        older = ["--force", "kent", "--measure", "robbery-2003-to-2018"]
        status, out, err = asked("trend", *older, "--format", "json")
        found = json.loads(out)
        assert (status, err) == (0, "")
        assert (found["verdict"], found["periods"][:2], found["periods"][-1]) == (
            None,
            ["2003-03", "2004-03"],
            "2018-12",
        )
        assert None not in found["year_values"]
        status, out, err = asked("trend", *older)
        assert (status, err) == (0, "")
        assert out.startswith("verdict                        -\n")
        rows = [line.split() for line in out.split("\n\n")[1].splitlines()]
        assert rows[:2] == [
            ["ending", "rate", "adjusted", "12", "months"],
            ["2003-03", "-", "-", f"{found['year_values'][0]:.4f}"],
        ]

    def test_its_quarters_are_unknown_to_a_comparison(self, asked):
        older = ["--force", "kent", "--measure", "robbery-2003-to-2018", "--window", "quarter"]
        assert asked("compare", *older) == (2, "", "comparator: unknown window 'quarter': for example year\n")


class TestUnusableWords:
    @pytest.mark.parametrize(
        ("option", "given", "suggested"),
        [
            ("--force", "clevland", "cleveland"),
            ("--force", "Kent", "kent"),
            ("--force", "manchester", "greater-manchester"),
            ("--force", "", "for example avon-and-somerset"),
            ("--force", "zzzz\nzzzz", "for example avon-and-somerset"),
            ("--force", "x" * 10_000, "for example avon-and-somerset"),
            ("--measure", "residental-burglary", "residential-burglary"),
            ("--measure", "???", "for example"),
            ("--period", "2025-11", "2025-12"),
            ("--period", "2031-12", "did you mean 20"),
            ("--period", "tomorrow", f"for example {SNAPSHOT.latest_period}"),
            ("--window", "quarterly", "quarter"),
            ("--window", "month", "for example year, quarter"),
            ("--peers", "simlar", "similar"),
            ("--peers", "durham,gwnt", "gwent"),
            ("--peers", "durham,", "for example"),
            ("--peers", "city-of-london", "too few residents"),
            ("--peers", "durham,cleveland", "leave it out"),
            ("--peers", ",".join(sorted(set(SNAPSHOT.forces) - {"cleveland", "city-of-london"})[:16]), "1 to 15 peers"),
        ],
    )
    def test_they_are_refused_in_one_line_with_a_suggestion(self, asked, option, given, suggested):
        words = {"--force": "cleveland", "--measure": "residential-burglary", option: given}
        status, out, err = asked("compare", *(word for pair in words.items() for word in pair))
        assert (status, out) == (2, "")
        assert err.count("\n") == 1
        assert err.startswith("comparator: ")
        assert suggested in err
        assert len(err) < 300

    def test_a_period_before_the_measure_began_is_refused(self, asked):
        status, out, err = asked("compare", *CLEVELAND, "--period", "2016-12")
        assert (status, out) == (2, "")
        assert "unknown period '2016-12': did you mean 20" in err

    @pytest.mark.parametrize(
        "arguments",
        [[], ["conjure"], ["compare"], ["compare", "--force", "kent"], ["build"], ["forces", "--format", "x"]],
    )
    def test_a_command_that_is_unknown_or_incomplete_shows_its_usage(self, arguments, capsys):
        with pytest.raises(SystemExit) as stopped:
            main(arguments)
        assert stopped.value.code == 2
        assert capsys.readouterr().err.startswith("usage: python -m comparator")


class TestLists:
    def test_measures_are_listed_in_catalogue_order_with_their_first_and_last_period(self, asked):
        status, out, err = asked("measures", "--format", "json")
        assert (status, err) == (0, "")
        listed = {row["id"]: row for row in json.loads(out)}
        assert list(listed) == list(SNAPSHOT.measures)
        assert listed["domestic-burglary"]["last_period_end"] == "2017-03"
        assert listed["residential-burglary"]["first_period_end"] == "2018-03"
        assert listed["rape"]["title"] == "Rape"

    def test_forces_are_listed_with_code_region_and_policing_body(self, asked):
        status, out, err = asked("forces", "--format", "json")
        assert (status, err) == (0, "")
        listed = {row["id"]: row for row in json.loads(out)}
        assert set(listed) == set(SNAPSHOT.forces)
        assert listed["gwent"]["code"] == "W15000002"
        assert listed["gwent"]["region"] == "Wales"

    @pytest.mark.parametrize(("command", "names"), [("measures", SNAPSHOT.measures), ("forces", SNAPSHOT.forces)])
    def test_as_a_table_there_is_a_line_for_each_under_a_heading(self, asked, command, names):
        status, out, _ = asked(command)
        assert status == 0
        assert [line.split()[0] for line in out.splitlines()] == ["id", *names]


class TestEvidence:
    def test_json_is_what_the_library_answers_the_best_supported_first(self, asked):
        status, out, err = asked("evidence", "--problem", "burglary", "--format", "json")
        assert (status, err) == (0, "")
        found = json.loads(out)
        assert [row["slug"] for row in found] == [
            entry.slug for entry in comparator.what_works(SNAPSHOT, problem="burglary")
        ]
        assert (found[0]["certainty"], found[0]["effect_direction"]) == ("high", "reduces")
        assert found[0]["crime_problems"][:2] == ["all crime", "ASB"]
        assert not [name for row in found for name in row if name.startswith("prov")]

    def test_the_table_has_a_line_for_each_with_direction_and_certainty(self, asked):
        status, out, _ = asked("evidence", "--problem", "asb")
        lines = out.splitlines()
        assert status == 0
        assert lines[0].split()[:4] == ["slug", "effect_direction", "effect_strength", "certainty"]
        assert len(lines) == 1 + sum("ASB" in entry.crime_problems for entry in SNAPSHOT.evidence.values())

    def test_an_unknown_problem_is_status_2_with_the_nearest(self, asked):
        status, out, err = asked("evidence", "--problem", "burglry")
        assert (status, out) == (2, "")
        assert err == "comparator: unknown crime problem 'burglry': did you mean burglary?\n"


class TestVerify:
    def test_the_live_snapshot_is_sound(self, asked):
        assert asked("verify") == (0, f"{SNAPSHOT.folder}: sound\n", "")

    def test_a_snapshot_or_a_folder_of_snapshots_can_be_given(self, asked, data):
        sound = (0, f"{data / SNAPSHOT.name}: sound\n", "")
        assert asked("verify", str(data)) == asked("verify", str(data / SNAPSHOT.name)) == sound

    def test_every_damaged_file_is_named_on_stderr(self, asked, data):
        for name in ("peers", "areas"):
            (data / SNAPSHOT.name / f"{name}.parquet").write_bytes(b"damaged")
        status, out, err = asked("verify")
        assert (status, out) == (1, "")
        assert [Path(line.split(":")[0]).name for line in err.splitlines()] == ["areas.parquet", "peers.parquet"]

    def test_a_folder_without_snapshots_is_told_with_the_remedy(self, asked, tmp_path):
        status, out, err = asked("verify", str(tmp_path / "nowhere"))
        assert (status, out, err.count("\n")) == (1, "", 1)
        assert "run `python -m comparator build`" in err


class TestDataAtFault:
    @pytest.mark.parametrize("command", [["compare", *CLEVELAND], ["measures"], ["forces"]])
    def test_a_damaged_snapshot_is_one_line_with_the_file_and_status_1(self, asked, data, command):
        (data / SNAPSHOT.name / "peers.parquet").unlink()
        status, out, err = asked(*command)
        assert (status, out) == (1, "")
        assert err.startswith(f"comparator: {data / SNAPSHOT.name / 'peers.parquet'}: cannot be read")
        assert err.count("\n") == 1

    def test_a_build_without_sources_says_so_and_makes_no_folder(self, asked, tmp_path):
        status, out, err = asked("build", "--sources", str(tmp_path / "nowhere"), "--out", str(tmp_path / "out"))
        assert (status, out) == (1, "")
        assert err.endswith("give the folder of the publishers' files with --sources\n")
        assert "Traceback" not in err
        assert not (tmp_path / "out").exists()


class TestProcess:
    """What only a process of its own can show."""

    def test_a_comparison_is_done_with_status_0(self):
        done = comparator_process("compare", *CLEVELAND, "--format", "json")
        assert (done.returncode, done.stderr) == (0, "")
        assert list(json.loads(done.stdout)) == KEYS

    def test_an_unknown_force_is_status_2_and_one_line(self):
        done = comparator_process("compare", "--force", "clevland", "--measure", "rape")
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr == "comparator: unknown force 'clevland': did you mean cleveland?\n"

    def test_missing_data_are_status_1_and_one_line(self, tmp_path):
        done = comparator_process("forces", COMPARATOR_DATA=str(tmp_path))
        assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1)
        assert done.stderr.startswith(f"comparator: {tmp_path / 'current'}: cannot be read")


class TestProfile:
    def test_it_tells_every_line_as_the_library_does(self, asked):
        status, out, err = asked("profile", "--force", "cleveland", "--year", "2024-25", "--format", "json")
        assert (status, err) == (0, "")
        told = json.loads(out)
        found = value_for_money(SNAPSHOT, force="cleveland", year="2024-25")
        assert (told["force"], told["year"], told["peers"]) == ("cleveland", "2024-25", list(found.peers))
        for line, answer in zip(found.lines, told["lines"], strict=True):
            for name in ("measure", "period_end", "value", "peers_average", "england", "rank", "of", "outlier"):
                assert answer[name] == getattr(line, name)

    def test_without_a_year_it_is_the_newest_with_spending_and_a_table_reads_well(self, asked):
        status, out, _ = asked("profile", "--force", "gwent")
        assert status == 0
        head, _, heading, *lines = out.splitlines()
        assert head.startswith("gwent, 2024-25, beside ")
        assert heading.split()[:3] == ["measure", "period_end", "value"]
        assert [line.split()[0] for line in lines] == list(SNAPSHOT.value_lines)
        assert "nan" not in out

    @pytest.mark.parametrize(
        ("words", "told"),
        [
            (["--force", "clevland"], "cleveland"),
            (["--force", "kent", "--year", "1999-00"], "financial year"),
            (["--force", "kent", "--peers", "kent"], "its own peer"),
        ],
    )
    def test_what_does_not_exist_is_refused_with_the_remedy(self, asked, words, told):
        status, out, err = asked("profile", *words)
        assert (status, out) == (2, "")
        assert told in err


def test_a_briefing_is_written_in_the_format_that_its_name_ends_in(asked, tmp_path):
    path = tmp_path / "cleveland.html"
    status, out, err = asked(
        "briefing", "--force", "cleveland", "--period", "2025-12", "--sections", "in-short", "--out", str(path)
    )
    assert (status, out, err) == (0, f"{path}\n", "")
    page = path.read_text(encoding="utf-8")
    assert "Eight measures are flagged for the worse" in page
    assert "What works" not in page


def test_speaking_notes_are_written_for_all_43_forces(asked, tmp_path):
    status, out, _ = asked("briefing", "--all", str(tmp_path / "notes"), "--format", "html", "--notes")
    assert status == 0
    written = sorted(path.name for path in (tmp_path / "notes").iterdir())
    assert written == sorted(f"{force}-speaking-notes.html" for force in SNAPSHOT.forces)
    assert len(out.splitlines()) == len(written) == 43


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--force", "kent"], "--force needs --out FILE"),
        (["--force", "kent", "--out", "kent.odt"], "kent.odt must end in .docx, .pdf, .html"),
        (["--force", "kentt", "--out", "kent.pdf"], "did you mean kent"),
        (["--force", "kent", "--out", "kent.pdf", "--sections", "weather"], "unknown section 'weather'"),
        (["--force", "kent", "--out", "kent.pdf", "--measures", "theft"], "unknown measure 'theft'"),
    ],
)
def test_a_briefing_that_cannot_be_made_says_why_and_writes_nothing(asked, tmp_path, monkeypatch, arguments, said):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COMPARATOR_DATA", str(DATA))
    status, out, err = asked("briefing", *arguments)
    assert (status, out) == (2, "")
    assert said in err
    assert list(tmp_path.iterdir()) == []


def test_a_briefing_that_cannot_be_written_names_the_file(asked, tmp_path):
    (tmp_path / "file").write_text("in the way")
    status, _, err = asked("briefing", "--force", "kent", "--notes", "--out", str(tmp_path / "file" / "kent.html"))
    assert status == 1
    assert "cannot write" in err
    assert "kent.html" in err
