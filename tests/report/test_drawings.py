"""Drawings in the page: ids of their own, told to screen readers, lighter on paper."""

import base64
import html
import re

import pytest

from aienergy.errors import LedgerError
from aienergy.report.pdf import with_images
from aienergy.report.svg import inline

SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20" viewBox="0 0 30 15">'
    '<defs><path id="p" d="M0 0"/></defs><use href="#p"/><g data-key="gpt3.energy"><title>tip'
    '</title></g><text font-family="IBM Plex Sans">drawn</text></svg>'
)


def test_drawings_of_one_page_share_no_id_and_tell_their_text():
    drawn = inline(SVG, "fig-one", 'Alt "text"', tips=True)
    assert 'id="fig-one-p"' in drawn
    assert 'href="#fig-one-p"' in drawn
    assert 'role="img" aria-label="Alt &#34;text&#34;"' in drawn
    assert 'width="40" height="20"' in drawn
    assert "<title>tip" in drawn
    paper = inline(SVG, "fig-one", "Alt", tips=False)
    assert "tip" not in paper
    assert "data-key" not in paper
    with pytest.raises(LedgerError, match="no <svg> element"):
        inline("<svg></svg>", "fig-one", "Alt", tips=True)


def test_points_on_paper_are_bare_marks_with_their_style_told_once():
    def point(x, style):
        return (
            f'<g class="point" data-key="k.{x}"><title>tip</title>'
            f'<use xlink:href="#m" x="{x}" y="1" style="{style}" />\n</g>'
        )

    def drawing(*points):
        return f'<svg viewBox="0 0 9 9"><defs><path id="m"/></defs><g>{"".join(points)}</g></svg>'

    alike = str(inline(drawing(*(point(x, "fill: red") for x in (1, 2, 3))), "f", "A", tips=False))
    mixed = str(
        inline(drawing(point(1, "fill: red"), point(2, "fill: blue")), "f", "A", tips=False)
    )
    screen = str(inline(drawing(point(1, "fill: red")), "f", "A", tips=True))

    assert alike.count("<use") == 3
    assert alike.count("<g") == 1
    assert alike.count('style="fill: red"') == 1
    assert mixed.count('style="fill: red"') == mixed.count('style="fill: blue"') == 1
    assert "<g>" in mixed
    assert 'data-key="k.1"' in screen


def test_paper_leaves_out_turns_by_nothing_alone():
    def turns(degrees, *, tips):
        text = f'<text transform="rotate({degrees} 3 4)">A</text>'
        drawn = str(inline(f'<svg viewBox="0 0 9 9">{text}</svg>', "f", "A", tips=tips))
        return f"rotate({degrees} 3 4)" in drawn

    assert not turns("-0", tips=False)
    assert not turns("0", tips=False)
    assert turns("-90", tips=False)
    assert turns("0.5", tips=False)
    assert turns("-0.5", tips=False)
    assert turns("-0", tips=True)


def test_a_drawing_becomes_an_image_told_by_the_same_text():
    drawn = str(inline(SVG, "fig-one", 'Alt "text" <b> with 10⁵', tips=False))

    page = with_images(f"<p>Before</p>{drawn}<p>After</p>{drawn}")

    image = re.search(r'<img alt="([^"]*)" src="data:image/svg\+xml;base64,([^"]*)">', page)
    assert html.unescape(image[1]) == 'Alt "text" <b> with 10⁵'
    assert base64.b64decode(image[2]).decode("utf-8") == drawn
    assert page == f"<p>Before</p>{image[0]}<p>After</p>{image[0]}"
