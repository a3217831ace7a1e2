"""Handouts and forms from `resources/documents/<kind>/<language>.md`: one more file is one more document to print.

A file starts with a header in TOML between two lines `+++`, then comes Markdown:

    ## A section's title
    A paragraph with **bold** words and a {placeholder}; a blank line ends it.
    - a point
    - [ ] code | a choice with a box to tick
    > [!warning] A callout's title (note, warning or emergency)
    > its paragraph
    > - its point
    @initials                          the patient's initials for the section
    @sign Patient | what the signature means
    @this-visit Your visit             a box with the visit it is printed for, under this title
    @next-visit Next visit             a box with the visit after that
    @sessions                          the table of the series

What is not known is an error that names file and line, so that nothing is printed that was not meant.
"""

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Literal

from pydantic import Field, ValidationError

from ketaclinic.catalog.reader import CatalogError, Resource, line_of, read_text, shown_path
from ketaclinic.domain.handouts import PLACEHOLDERS, Block, BlockKind, DocumentText, Item, Tone

_FENCE = "+++"
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_CHOICE = re.compile(r"^- \[ \] (?P<code>[a-z0-9_]+) \| (?P<text>.+)$")
_CALLOUT = re.compile(r"^\[!(?P<tone>[a-z]+)\]\s*(?P<title>.*)$")
_SIGN = re.compile(r"^@sign (?P<who>[^|]+?) \| (?P<meaning>.+)$")
_DIRECTIVES = {
    "@initials": BlockKind.INITIALS,
    "@next-visit": BlockKind.NEXT_VISIT,
    "@sessions": BlockKind.SESSIONS,
    "@this-visit": BlockKind.THIS_VISIT,
}
_TITLED = frozenset({BlockKind.THIS_VISIT, BlockKind.NEXT_VISIT})

_Line = tuple[int, str]


class _Header(Resource):
    id: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$")
    title: str = Field(min_length=1)
    revision: int = Field(ge=1)
    since: date
    contexts: tuple[Literal["patient", "appointment", "series"], ...] = Field(min_length=1)
    layout: Literal["consent", "handout", "itinerary"]
    source: str = Field(min_length=1)


def load_documents(resources: Path) -> Mapping[str, Mapping[str, DocumentText]]:
    """Every text by kind and language.

    Raises:
        CatalogError: the first thing that is wrong, with file and line.
    """
    kinds: dict[str, dict[str, DocumentText]] = {}
    for path in sorted((resources / "documents").glob("*/*.md")):
        kinds.setdefault(path.parent.name, {})[path.stem] = read_document(path)
    return MappingProxyType({kind: MappingProxyType(texts) for kind, texts in kinds.items()})


def read_document(path: Path) -> DocumentText:
    """One text, checked.

    Raises:
        CatalogError: one sentence with file and line.
    """
    lines = read_text(path).splitlines()
    header, first = _header(path, lines)
    body = [(number, line.rstrip()) for number, line in enumerate(lines[first:], start=first + 1)]
    for number, line in body:
        _check_marks(path, number, line)
    blocks = tuple(_blocks(path, body))
    if not blocks:
        raise _wrong(path, len(lines), "there is no text after the header")
    return DocumentText(
        kind=path.parent.name,
        language=path.stem,
        id=header.id,
        title=header.title,
        revision=header.revision,
        since=header.since,
        contexts=header.contexts,
        layout=header.layout,
        source=header.source,
        blocks=blocks,
    )


def _header(path: Path, lines: list[str]) -> tuple[_Header, int]:
    """The header, and the index of the first line after it."""
    if not lines or lines[0].strip() != _FENCE:
        raise _wrong(path, 1, f"a text starts with a header between two lines {_FENCE}")
    try:
        end = next(at for at, line in enumerate(lines[1:], start=1) if line.strip() == _FENCE)
    except StopIteration:
        raise _wrong(path, 1, f"the header has no closing line {_FENCE}") from None
    text = "\n".join(lines[1:end])
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _wrong(path, 1, f"the header is not valid TOML: {error}") from error
    try:
        return _Header.model_validate_json(json.dumps(data, default=str), strict=True), end + 1
    except ValidationError as error:
        found = error.errors(include_url=False)
        first = next((one for one in found if one["type"] == "extra_forbidden"), found[0])  # a misspelt key, likely
        key = str(first["loc"][0])
        known = {"missing": "missing", "extra_forbidden": "not known here"}
        raise _wrong(
            path, (line_of(text, (key,)) or 0) + 1, f"key {key}: {known.get(first['type'], first['msg'])}"
        ) from error


def _check_marks(path: Path, number: int, line: str) -> None:
    """Placeholders that exist, braces and bold marks that come in pairs."""
    for name in _PLACEHOLDER.findall(line):
        if name not in PLACEHOLDERS:
            raise _wrong(path, number, f"{{{name}}} is not known; known are {', '.join(sorted(PLACEHOLDERS))}")
    rest = _PLACEHOLDER.sub("", line)
    if "{" in rest or "}" in rest:
        raise _wrong(path, number, "a brace has no partner")


def _blocks(path: Path, lines: list[_Line]) -> Iterator[Block]:
    """The blocks of the body, in order."""
    at = 0
    while at < len(lines):
        number, line = lines[at]
        kind = _kind_of(line)
        if kind == "blank":
            at += 1
            continue
        run = [lines[at]]
        if kind in {"item", "choice", "callout", "sign", "paragraph"}:
            while at + len(run) < len(lines) and _continues(kind, lines[at + len(run)][1]):
                run.append(lines[at + len(run)])
        at += len(run)
        block = _READERS[kind](path, run)
        if any(text.count("**") % 2 for text in (block.text, *(item.text for item in block.items))):
            raise _wrong(path, number, "the bold marks ** do not come in pairs")
        yield block


def _kind_of(line: str) -> str:
    for start, kind in (
        ("@sign", "sign"),
        ("@", "directive"),
        ("#", "section"),
        (">", "callout"),
        ("- [", "choice"),
        ("- ", "item"),
    ):
        if line.startswith(start):
            return kind
    return "paragraph" if line.strip() else "blank"


def _continues(kind: str, line: str) -> bool:
    """Whether the line belongs to the block before it; an indented line goes on with its point."""
    return _kind_of(line) == kind or (kind in {"item", "choice"} and line.startswith("  ") and bool(line.strip()))


def _joined(lines: list[_Line], start: str) -> list[_Line]:
    """Points with the lines that continue them put together."""
    whole: list[_Line] = []
    for number, line in lines:
        if line.startswith(start):
            whole.append((number, line))
        else:
            whole[-1] = (whole[-1][0], f"{whole[-1][1]} {line.strip()}")
    return whole


def _section(path: Path, lines: list[_Line]) -> Block:
    number, line = lines[0]
    if not line.startswith("## ") or not line[3:].strip():
        raise _wrong(path, number, 'a section starts with "## " and its title; there are no other headings')
    return Block(BlockKind.SECTION, line[3:].strip())


def _paragraph(path: Path, lines: list[_Line]) -> Block:  # noqa: ARG001 - one signature for all readers
    return Block(BlockKind.PARAGRAPH, " ".join(line.strip() for _, line in lines))


def _list(path: Path, lines: list[_Line]) -> Block:  # noqa: ARG001 - one signature for all readers
    return Block(BlockKind.LIST, items=tuple(Item(line[2:].strip()) for _, line in _joined(lines, "- ")))


def _choices(path: Path, lines: list[_Line]) -> Block:
    items: list[Item] = []
    for number, line in _joined(lines, "- "):
        match = _CHOICE.match(line)
        if match is None:
            raise _wrong(path, number, 'a choice is written "- [ ] code | text", its code in small letters')
        if any(item.label == match["code"] for item in items):
            raise _wrong(path, number, f"the choice {match['code']} is there twice")
        items.append(Item(match["text"].strip(), match["code"]))
    return Block(BlockKind.CHOICES, items=tuple(items))


def _callout(path: Path, lines: list[_Line]) -> Block:
    number = lines[0][0]
    content = [line[1:].strip() for _, line in lines]
    match = _CALLOUT.match(content[0])
    if match is None or match["tone"] not in list(Tone):
        raise _wrong(path, number, f'a callout starts with "> [!{"|".join(Tone)}] title"')
    items: list[Item] = []
    fresh = True  # a paragraph goes on over several lines until a blank one or a point
    for line in content[1:]:
        if line.startswith("- "):
            items.append(Item(line[2:].strip()))
        elif line and items and not fresh:
            items[-1] = Item(f"{items[-1].text} {line}", bullet=items[-1].bullet)
        elif line:
            items.append(Item(line, bullet=False))
        fresh = not line
    return Block(BlockKind.CALLOUT, match["title"].strip(), tuple(items), Tone(match["tone"]))


def _signatures(path: Path, lines: list[_Line]) -> Block:
    items = []
    for number, line in lines:
        match = _SIGN.match(line)
        if match is None:
            raise _wrong(path, number, 'a signature is written "@sign Who | what it means"')
        items.append(Item(match["meaning"].strip(), match["who"].strip()))
    return Block(BlockKind.SIGNATURES, items=tuple(items))


def _directive(path: Path, lines: list[_Line]) -> Block:
    number, line = lines[0]
    word, _, title = line.partition(" ")
    kind = _DIRECTIVES.get(word)
    if kind is None:
        known = ", ".join(sorted([*_DIRECTIVES, "@sign"]))
        raise _wrong(path, number, f"{word} is not known; known are {known}")
    if bool(title.strip()) != (kind in _TITLED):
        raise _wrong(path, number, f"{word} {'needs a title' if kind in _TITLED else 'stands alone on its line'}")
    return Block(kind, title.strip())


_READERS = {
    "section": _section,
    "paragraph": _paragraph,
    "item": _list,
    "choice": _choices,
    "callout": _callout,
    "sign": _signatures,
    "directive": _directive,
}


def _wrong(path: Path, line: int, complaint: str) -> CatalogError:
    return CatalogError(f"{shown_path(path)}, line {line}: {complaint}")
