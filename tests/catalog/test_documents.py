"""Texts of handouts: what a file may hold, and the sentence for what it may not."""

from pathlib import Path

import pytest

from ketaclinic.catalog.documents import load_documents, read_document
from ketaclinic.catalog.reader import CatalogError
from ketaclinic.domain.handouts import Block, BlockKind, Item, Tone
from ketaclinic.paths import resources_dir

HEADER = """+++
id = "note"
title = "A note"
revision = 3
since = 2026-11-01
contexts = ["patient"]
layout = "handout"
source = "The clinic."
+++
"""  # nine lines: the text starts in line 10


def a_file(folder: Path, body: str, header: str = HEADER) -> Path:
    path = folder / "resources" / "documents" / "note" / "en.md"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(header + body, encoding="utf-8")
    return path


def test_each_kind_of_block_is_read(tmp_path: Path) -> None:
    text = read_document(
        a_file(
            tmp_path,
            "## First\n@initials\nOne line\nand **another** for {patient}.\n\n- a point\n  that goes on\n- a second\n"
            "- [ ] ptsd | Post-traumatic stress\n\n> [!warning] Call us\n> {phone}\n> at any hour\n> - vomiting\n"
            "@this-visit Your visit\n@sessions\n@sign Patient | I agree.\n@sign Witness | I saw it.\n",
        )
    )
    assert text.blocks == (
        Block(BlockKind.SECTION, "First"),
        Block(BlockKind.INITIALS),
        Block(BlockKind.PARAGRAPH, "One line and **another** for {patient}."),
        Block(BlockKind.LIST, items=(Item("a point that goes on"), Item("a second"))),
        Block(BlockKind.CHOICES, items=(Item("Post-traumatic stress", "ptsd"),)),
        Block(
            BlockKind.CALLOUT,
            "Call us",
            (Item("{phone} at any hour", bullet=False), Item("vomiting")),
            Tone.WARNING,
        ),
        Block(BlockKind.THIS_VISIT, "Your visit"),
        Block(BlockKind.SESSIONS),
        Block(BlockKind.SIGNATURES, items=(Item("I agree.", "Patient"), Item("I saw it.", "Witness"))),
    )
    assert (text.kind, text.language, text.revision, text.contexts) == ("note", "en", 3, ("patient",))


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ("Hello {patiant}.", "documents/note/en.md, line 10: {patiant} is not known; known are address,"),
        ("Fine.\n\nHello {patient.", "documents/note/en.md, line 12: a brace has no partner"),
        ("A **bold word.", "documents/note/en.md, line 10: the bold marks ** do not come in pairs"),
        ("Fine.\n# Too big", 'documents/note/en.md, line 11: a section starts with "## "'),
        ("@signature", "documents/note/en.md, line 10: a signature is written"),
        ("@page-break", "documents/note/en.md, line 10: @page-break is not known; known are @initials,"),
        ("@next-visit", "documents/note/en.md, line 10: @next-visit needs a title"),
        ("@sessions twice", "documents/note/en.md, line 10: @sessions stands alone on its line"),
        ("> [!loud] Hello\n> there", "documents/note/en.md, line 10: a callout starts with"),
        ("- [ ] MDD | Depression", "documents/note/en.md, line 10: a choice is written"),
        ("- [ ] ocd | One\n- [ ] ocd | Two", "documents/note/en.md, line 11: the choice ocd is there twice"),
        ("", "documents/note/en.md, line 9: there is no text after the header"),
    ],
)
def test_what_is_not_known_is_told_with_its_line(tmp_path: Path, body: str, sentence: str) -> None:
    with pytest.raises(CatalogError) as refused:
        read_document(a_file(tmp_path, body))
    assert str(refused.value).startswith(sentence)


@pytest.mark.parametrize(
    ("header", "sentence"),
    [
        ("Hello.\n", "documents/note/en.md, line 1: a text starts with a header between two lines +++"),
        ("+++\nid = 3\n", "documents/note/en.md, line 1: the header has no closing line +++"),
        (HEADER.replace("revision = 3", "revision = 0"), "documents/note/en.md, line 4: key revision:"),
        (HEADER.replace("revision = 3", "revison = 3"), "documents/note/en.md, line 4: key revison: not known here"),
        (HEADER.replace("revision = 3\n", ""), "documents/note/en.md, line 1: key revision: missing"),
        (HEADER.replace('"handout"', '"poster"'), "documents/note/en.md, line 7: key layout:"),
        (
            HEADER.replace("+++\nid", '+++\ncolour = "red"\nid'),
            "documents/note/en.md, line 2: key colour: not known here",
        ),
        (HEADER.replace("id =", "id"), "documents/note/en.md, line 1: the header is not valid TOML"),
    ],
)
def test_a_wrong_header_is_told_with_its_line(tmp_path: Path, header: str, sentence: str) -> None:
    with pytest.raises(CatalogError) as refused:
        read_document(a_file(tmp_path, "Hello.\n", header))
    assert str(refused.value).startswith(sentence)


def test_a_new_file_is_a_new_document_and_a_second_language_of_it_another_text(tmp_path: Path) -> None:
    path = a_file(tmp_path, "Hello.\n")
    (path.parent / "es.md").write_text(HEADER + "Hola.\n", encoding="utf-8")
    found = load_documents(tmp_path / "resources")
    assert list(found) == ["note"]
    assert sorted(found["note"]) == ["en", "es"]


def test_the_shipped_texts_are_sound() -> None:
    assert sorted(load_documents(resources_dir())) == ["aftercare", "consent", "escort", "instructions", "itinerary"]
