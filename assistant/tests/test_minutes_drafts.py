"""Minutes: drafted from facts, edited in versions, seen by residents only when approved, given as files."""

from __future__ import annotations

import re
from io import BytesIO, StringIO
from pathlib import Path
from uuid import UUID

import docx
import pypdfium2
import pytest
from django.core.management import call_command
from django.test import Client
from docx.oxml.ns import qn

from assistant.minutes import actions, queries
from assistant.minutes.files import minutes_file
from assistant.minutes.markup import Items, Paragraph, Table, blocks_of, mark, one_line
from assistant.minutes.sections import as_json, default_sections
from conftest import World
from council.errors import CouncilError
from speech.engine.types import Segment
from transcripts import actions as recording_actions
from transcripts import facts_actions
from transcripts.tests.facts_meetings import DEMO, SECRET, Meeting
from transcripts.tests.finished import finished_recording

SPOKEN_AT = re.compile(r"\[\d+:\d\d:\d\d\]")


def read_recording(world: World, scene: Meeting = DEMO, **values: object) -> UUID:
    segments = [Segment(u.start_ms, u.end_ms, u.text, (), u.speaker) for u in scene.utterances()]
    recording_id = finished_recording(world.lipowa, segments, **values)
    facts_actions.read_again(world.actor(world.clerk), recording_id=recording_id)
    return recording_id


def text_of(world: World, recording_id: UUID, kind: str) -> str:
    row = queries.get_minutes(world.actor(world.clerk), recording_id)
    return next(section.text for section in row.sections if section.kind == kind)


def drafted(world: World, scene: Meeting = DEMO, **values: object) -> UUID:
    recording_id = read_recording(world, scene, **values)
    actions.draft_minutes(world.actor(world.clerk), recording_id=recording_id)
    return recording_id


@pytest.mark.django_db
def test_a_draft_has_the_sections_of_a_statute_and_every_fact_its_second(world: World) -> None:
    recording_id = drafted(world)
    row = queries.get_minutes(world.actor(world.clerk), recording_id)
    assert [s.title for s in row.sections] == [s.title for s in default_sections()]
    assert not row.approved
    votes = blocks_of(text_of(world, recording_id, "votes"))[0]
    assert isinstance(votes, Table)
    assert len(votes.rows) == len(DEMO.votes)
    assert all(SPOKEN_AT.search(cells[-1][0].text) for cells in votes.rows)
    assert "za 11, przeciw 2, wstrzymało się 1" in text_of(world, recording_id, "course")
    assert "XXIII/145/2026" in text_of(world, recording_id, "resolutions")
    for kind in ("agenda", "course", "resolutions", "interpellations"):
        for block in blocks_of(text_of(world, recording_id, kind)):
            lines = block.items if isinstance(block, Items) else [block.runs] if isinstance(block, Paragraph) else []
            assert all(any(run.at_ms is not None for run in runs) for runs in lines), (kind, block)


@pytest.mark.django_db
def test_quotes_of_the_course_stand_in_the_transcript_word_for_word(world: World) -> None:
    recording_id = drafted(world)
    spoken = " ".join(u.text for u in DEMO.utterances())
    quotes = re.findall(r"„(.+?)” \[", text_of(world, recording_id, "course"))
    assert quotes
    assert all(quote in spoken for quote in quotes)


@pytest.mark.django_db
def test_a_secret_vote_is_told_without_names(world: World) -> None:
    recording_id = drafted(world, SECRET)
    assert "Głosowanie tajne" in text_of(world, recording_id, "course")
    assert "Protokoły komisji skrutacyjnej" in text_of(world, recording_id, "attachments")


@pytest.mark.django_db
def test_an_edit_is_a_new_version_and_a_stale_one_is_refused(world: World) -> None:
    clerk, recording_id = world.actor(world.clerk), drafted(world)
    first = queries.get_minutes(clerk, recording_id)
    sections = as_json(first.sections)
    sections[0]["text"] = "Obrady otworzono o 10:00. [0:00:01]"
    assert actions.edit_minutes(clerk, recording_id=recording_id, based_on=1, sections=sections) == 2
    with pytest.raises(CouncilError, match="minutes_changed"):
        actions.edit_minutes(clerk, recording_id=recording_id, based_on=1, sections=sections)
    assert queries.get_minutes(clerk, recording_id).sections[0].text == "Obrady otworzono o 10:00. [0:00:01]"
    assert queries.get_minutes(clerk, recording_id, 1).sections == first.sections


@pytest.mark.django_db
def test_residents_see_the_approved_version_of_a_published_recording_only(world: World) -> None:
    clerk, resident, recording_id = world.actor(world.clerk), world.actor(world.resident), drafted(world)
    recording_actions.publish_recording(clerk, recording_id=recording_id, published=True)
    with pytest.raises(CouncilError, match="not_found"):
        queries.get_minutes(resident, recording_id)
    assert queries.list_minutes(resident) == []
    actions.approve_minutes(clerk, recording_id=recording_id, number=1)
    actions.draft_minutes(clerk, recording_id=recording_id)
    assert queries.get_minutes(clerk, recording_id).number == 2
    seen = queries.get_minutes(resident, recording_id)
    assert (seen.number, seen.approved, len(seen.versions)) == (1, True, 1)
    with pytest.raises(CouncilError, match="not_found"):
        queries.get_minutes(resident, recording_id, 2)
    actions.withdraw_minutes(clerk, recording_id=recording_id)
    with pytest.raises(CouncilError, match="not_found"):
        minutes_file(resident, recording_id, "pdf")
    for person in (world.councillor, world.resident):
        with pytest.raises(CouncilError, match="not_found"):
            actions.approve_minutes(world.actor(person), recording_id=recording_id, number=1)


@pytest.mark.django_db
def test_the_docx_has_headings_a_header_row_links_and_the_polish_language(world: World) -> None:
    recording_id = drafted(world, title="Sesja w Łodzi – „zażółć gęślą jaźń”")
    made = minutes_file(world.actor(world.clerk), recording_id, "docx")
    assert made.file_name == "protokol-sesja-w-lodzi-zazolc-gesla-jazn.docx"
    word = docx.Document(BytesIO(made.content))
    headings = [p.text for p in word.paragraphs if p.style is not None and p.style.name == "Heading 1"]
    assert headings == [section.title for section in default_sections()]
    assert word.core_properties.language == "pl-PL"
    assert 'w:lang w:val="pl-PL"' in word.styles.element.xml
    assert word.tables[0].rows[0]._tr.get_or_add_trPr().find(qn("w:tblHeader")) is not None
    addresses = [r.target_ref for r in word.part.rels.values() if r.is_external]
    assert addresses
    assert all(f"/lipowa/nagrania/{recording_id}/#t=" in address for address in addresses)
    assert any("PROJEKT" in p.text for p in word.paragraphs)


@pytest.mark.django_db
def test_the_pdf_is_tagged_and_keeps_polish_letters(world: World) -> None:
    recording_id = drafted(world, title="Zażółć gęślą jaźń #panic() $x$ *a*")
    made = minutes_file(world.actor(world.clerk), recording_id, "pdf")
    pages = pypdfium2.PdfDocument(made.content)
    first = pages[0].get_textpage().get_text_range()
    assert "Zażółć gęślą jaźń #panic() $x$ *a*" in " ".join(first.split())
    assert b"pdfuaid" in made.content, "PDF/UA is declared"
    assert b"/StructTreeRoot" in made.content
    assert b"/Lang(pl" in made.content


@pytest.mark.django_db
def test_words_that_look_like_markup_or_cannot_be_printed_do_no_harm(world: World) -> None:
    clerk, recording_id = world.actor(world.clerk), drafted(world)
    nasty = (
        "\x00\x0b\x1b## |a|\n|\n- \n##\n| | |\n[99:59:59] [0:61:00] <script>alert(1)</script> \ud800 #eval\n"
        + "|" * 300
    )
    sections = [{"kind": "text", "title": "T\x07ytuł", "text": nasty}]
    actions.edit_minutes(clerk, recording_id=recording_id, based_on=1, sections=sections)
    for fmt in ("docx", "pdf", "txt"):
        assert minutes_file(clerk, recording_id, fmt).content
    client = Client()
    client.force_login(world.clerk)
    page = client.get(f"/lipowa/protokoly/{recording_id}/")
    assert page.status_code == 200
    assert b"<script>alert" not in page.content


@pytest.mark.parametrize(
    "sections",
    [[], [{"kind": "nieznany", "title": "T"}], [{"kind": "text", "title": " "}], [{"kind": "text"}],
     [{"kind": "text", "title": "T", "text": "x" * 300_001}], [{"kind": "text", "title": "T"}] * 41],
)  # fmt: skip
@pytest.mark.django_db
def test_sections_that_make_no_sense_are_refused(world: World, sections: list[dict[str, str]]) -> None:
    with pytest.raises(CouncilError, match="minutes_sections_invalid"):
        actions.save_template(world.actor(world.clerk), sections=sections)


@pytest.mark.django_db
def test_a_council_has_its_own_template(world: World) -> None:
    clerk = world.actor(world.clerk)
    own = [{"kind": "votes", "title": "Głosowania"}, {"kind": "text", "title": "Pouczenie", "text": "Uwagi w 7 dni."}]
    actions.save_template(clerk, sections=own)
    row = queries.get_minutes(clerk, drafted(world))
    assert [(s.kind, s.title) for s in row.sections] == [("votes", "Głosowania"), ("text", "Pouczenie")]
    assert row.sections[1].text == "Uwagi w 7 dni."
    assert queries.template_of(world.actor(world.stranger, world.debowa)) == default_sections()


@pytest.mark.django_db
def test_the_pages_work_without_scripts(world: World, client: Client) -> None:
    recording_id = read_recording(world)
    base = f"/lipowa/protokoly/{recording_id}/"
    client.force_login(world.clerk)
    assert "Sporządź projekt" in client.get(base).content.decode()
    assert "jeszcze nie sporządzono" in client.get("/lipowa/protokoly/").content.decode()
    assert client.post(f"{base}projekt/", follow=True).status_code == 200
    page = client.get(base).content.decode()
    assert 'scope="col"' in page
    assert re.search(rf'href="/lipowa/nagrania/{recording_id}/#t=\d+"', page)
    form = client.get(f"{base}edytuj/").content.decode()
    assert 'name="based_on" value="1"' in form
    assert client.post(f"{base}edytuj/", {"based_on": "1", "kind_0": "text", "title_0": ""}).status_code == 400
    fields = {"based_on": "1", "kind_0": "text", "title_0": "Jedno", "text_0": "Zdanie. [0:00:01]"}
    assert client.post(f"{base}edytuj/", fields).status_code == 302
    stale = client.post(f"{base}edytuj/", {**fields, "text_0": "Moje słowa"})
    assert stale.status_code == 409
    assert "Moje słowa" in stale.content.decode(), "what was typed is not lost"
    told = client.post(f"{base}zatwierdz/", {"version": "2"}, follow=True).content.decode()
    assert "Po opublikowaniu nagrania protokół zobaczą mieszkańcy." in told
    recording_actions.publish_recording(world.actor(world.clerk), recording_id=recording_id, published=True)
    told = client.post(f"{base}zatwierdz/", {"version": "2"}, follow=True).content.decode()
    assert "Mieszkańcy już go widzą." in told
    assert "Zatwierdzony" in client.get(base).content.decode()
    assert client.post(f"{base}zatwierdz/", {"version": "99"}).status_code == 404
    for fmt in ("docx", "pdf", "txt"):
        assert client.get(f"{base}plik/?format={fmt}").status_code == 200
    assert client.get(f"{base}plik/?format=exe").status_code == 400
    assert client.get(f"{base}wersje/1/").status_code == 200
    assert client.get(f"{base}wersje/{10**30}/").status_code == 404
    assert (
        client.post("/lipowa/protokoly/szablon/", {"kind_0": "votes", "title_0": "G", "order_0": "1"}).status_code
        == 302
    )
    client.force_login(world.councillor)
    assert client.get(base).status_code == 200
    assert client.get(f"{base}edytuj/").status_code == 404


@pytest.mark.django_db
def test_deleting_the_recording_deletes_its_minutes(world: World) -> None:
    clerk, recording_id = world.actor(world.clerk), drafted(world)
    recording_actions.delete_recording(clerk, recording_id=recording_id)
    assert queries.list_minutes(clerk) == []


@pytest.mark.django_db
def test_the_command_writes_a_file(world: World, tmp_path: Path) -> None:
    recording_id = read_recording(world)
    for fmt in ("docx", "pdf", "txt"):
        target = tmp_path / f"protokol.{fmt}"
        call_command("minutes", str(recording_id), "--output", str(target), stdout=StringIO())
        assert target.stat().st_size > 500
    assert queries.get_minutes(world.actor(world.clerk), recording_id).latest == 1, "drafted once"
    for bad in (["--output", str(tmp_path / "x.odt")], ["--output", str(tmp_path / "nie" / "ma.pdf")]):
        with pytest.raises(SystemExit):
            call_command("minutes", str(recording_id), *bad, stderr=StringIO())


def test_a_row_of_too_many_cells_widens_no_table() -> None:
    """Each of 60,000 rows would be made 100,000 cells wide: more than any memory."""
    paragraph, table = blocks_of("|a" * 100_000 + "\n" + "|b\n" * 60_000)
    assert isinstance(paragraph, Paragraph)
    assert isinstance(table, Table)
    assert len(table.header) == 1


def test_marks_are_read_as_they_are_written() -> None:
    block = blocks_of(f"Zdanie.{mark(3_725_000)}")[0]
    assert isinstance(block, Paragraph)
    assert [(run.text, run.at_ms) for run in block.runs] == [("Zdanie. ", None), ("[1:02:05]", 3_725_000)]
    assert one_line("## a | b [0:00:01]\n- c") == "a / b (0:00:01) - c"
