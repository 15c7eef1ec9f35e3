"""The pictures of a productSet: fetched from where they lie, ready a little later."""

from datetime import timedelta
from typing import Any

from standin.graphql.registry import Call
from standin.graphql.variant_input import Problem
from standin.world import Media, Product

TIME_TO_PROCESS = timedelta(seconds=2)


def problems_of_files(given: dict[str, Any]) -> list[Problem]:
    """What is wrong with the files of a productSet: odd addresses, and variants' pictures missing in the list."""
    files = given.get("files") or []
    problems: list[Problem] = []
    for index, row in enumerate(files):
        source = row.get("originalSource")
        if not row.get("id") and not (source and source.startswith(("http://", "https://"))):
            path = ["input", "files", str(index), "originalSource"]
            problems.append((path, "Image URL is invalid", "INVALID_INPUT"))
        if row.get("contentType") not in (None, "IMAGE"):
            path = ["input", "files", str(index), "contentType"]
            problems.append((path, "The stand-in knows pictures only", "INVALID_INPUT"))
    known = {key for row in files for key in (row.get("id"), row.get("originalSource")) if key}
    for index, variant in enumerate(given.get("variants") or ()):
        row = variant.get("file") or {}
        source = row.get("id") or row.get("originalSource")
        if source and source not in known:
            path = ["input", "variants", str(index), "file"]
            problems.append((path, "The variant's file must be among the product's files", "INVALID_INPUT"))
    return problems


def write_files(call: Call, product: Product, given: dict[str, Any]) -> None:
    """Replace the product's pictures by the list, if there is one; named ids stay, sources are fetched anew."""
    if "files" not in given:
        return
    here = {media.gid: media for media in product.media}
    product.media = []
    for row in given["files"] or ():
        media = here.get(row.get("id") or "")
        if media is None:
            media = Media(call.shop.next_id(), row.get("originalSource") or "", created_at=call.now)
            media.ready_at = call.now + TIME_TO_PROCESS
        media.alt = row.get("alt") or media.alt
        product.media.append(media)
