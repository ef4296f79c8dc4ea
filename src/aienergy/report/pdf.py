"""Turn the page into a PDF whose bytes depend on nothing but the page."""

import base64
import hashlib
import logging
import re
from pathlib import Path

from aienergy.errors import LedgerError, Problem

_DRAWING = re.compile(r'<svg\b[^>]*?\saria-label="([^"]*)"[^>]*>.*?</svg>', re.DOTALL)


def write_pdf(page: str, path: Path, *, draft: bool = False) -> None:
    """Write the PDF, whole or not at all.

    Args:
        page: The HTML of the print edition.
        path: File to write.
        draft: Let dead links pass.

    Raises:
        LedgerError: The page asks for something outside itself, or the PDF names a local file.
    """
    from weasyprint import HTML  # loads Pango; the HTML edition does without
    from weasyprint.urls import URLFetcher

    fetcher = URLFetcher(allowed_protocols=("data",))
    complaints = _Complaints()
    logger = logging.getLogger("weasyprint")
    logger.handlers = [complaints]
    logger.propagate = False
    identifier = hashlib.sha256(page.encode("utf-8")).hexdigest()[:32].encode("ascii")
    data = HTML(string=with_images(page), url_fetcher=fetcher).write_pdf(
        pdf_identifier=identifier, pdf_variant="pdf/ua-1", pdf_tags=True
    )
    if complaints.serious and not draft:
        hint = "The page must hold all it shows, and every link an anchor or an https address."
        raise LedgerError(*(Problem(str(path), text, hint) for text in complaints.serious))
    if b"file:" in data:
        hint = "Use https addresses or #anchors only."
        raise LedgerError(Problem(str(path), "a link to a local file", hint))
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(path.name + ".partial")
    partial.write_bytes(data)
    partial.replace(path)


def with_images(page: str) -> str:
    """Return the page with each drawing as an image that holds it, told by the same text.

    The image stays a drawing of lines and letters. As part of the page, each of its thousands of
    marks would be an element of HTML, with a style of its own to be found.
    """

    def image(match: re.Match[str]) -> str:
        data = base64.b64encode(match[0].encode("utf-8")).decode("ascii")
        return f'<img alt="{match[1]}" src="data:image/svg+xml;base64,{data}">'

    return _DRAWING.sub(image, page)


class _Complaints(logging.Handler):
    """Keeps what WeasyPrint says about resources and links; its remarks on CSS are not errors."""

    SERIOUS = ("Failed to load", "No anchor", "Relative URI", "Anchor defined twice")

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.serious: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a serious message."""
        text = record.getMessage()
        if text.startswith(self.SERIOUS) and text not in self.serious:
            self.serious.append(text)
