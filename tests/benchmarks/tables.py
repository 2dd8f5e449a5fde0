"""Reading the tables that benchmarks print."""

from __future__ import annotations


def tables(text: str) -> list[list[dict[str, str]]]:
    """The markdown tables of a text, each a list of rows by heading."""
    found: list[list[dict[str, str]]] = []
    headings: list[str] = []
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.strip("| ").split("|")] if line.startswith("|") else []
        if not cells:
            headings = []
        elif not headings:
            headings = cells
            found.append([])
        elif set(cells) != {"---"}:
            found[-1].append(dict(zip(headings, cells, strict=True)))
    return found
