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


CIRCLE = "M 0 2 " + "C 1 2 2 1 2 0 " * 8 + "z"


def on_paper(inner):
    drawing = (
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'viewBox="0 0 9 9">{inner}</svg>'
    )
    return str(inline(drawing, "f", "A", tips=False))


def test_points_on_paper_are_bare_shapes_in_their_places():
    mark = '<path id="m" d="{}" style="stroke: #ffffff; stroke-width: 0.3"/>'
    point = (
        '<g id="s"><g class="point" data-key="k"><title>tip</title>'
        '<use xlink:href="#m" x="3" y="4.5" style="fill: #0072b2; stroke-width: 9"/></g></g>'
    )
    told = 'fill="#0072b2" stroke-width="0.3" stroke="#ffffff"'

    circle = on_paper(f"<defs>{mark.format(CIRCLE)}</defs>{point}")
    square = on_paper(f"<defs>{mark.format('M 0 0 L 1 1 z')}</defs>{point}")

    assert f'<circle {told} r="2" transform="translate(3 4.5)" />' in circle
    assert f'<path {told} d="M 0 0 L 1 1 z" transform="translate(3 4.5)" />' in square
    for drawn in (circle, square):
        assert not re.search(r"<g\b|<use|<title|data-key|style=", drawn)


def test_what_paper_cannot_do_without_stays():
    clipped = '<g clip-path="url(#c)" id="s"><path d="M 0 0 L 1 1" style="fill: none"/></g>'
    drawn = on_paper(f'<defs><clipPath id="c"><rect width="1"/></clipPath></defs>{clipped}')

    assert re.search(
        r'<g clip-path="url\(#f-c\)" id="f-s"><path d="M 0 0 L 1 1" fill="none"', drawn
    )
    assert '<clipPath id="f-c"><rect width="1"' in drawn


def test_marks_that_only_take_the_pointer_are_not_on_paper():
    unseen = '<path d="M 0 0 L 1 1" style="fill-opacity: 0; stroke-opacity: 0"/>'
    assert "<path" not in on_paper(unseen)
    assert "<path" in on_paper(unseen.replace("stroke-opacity: 0", "stroke-opacity: 0.5"))


def test_paper_leaves_out_turns_by_nothing_alone():
    def turns(degrees, *, tips):
        text = f'<text transform="rotate({degrees} 3 4)">A</text>'
        root = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">'
        drawn = str(inline(f"{root}{text}</svg>", "f", "A", tips=tips))
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
