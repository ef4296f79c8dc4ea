"""Lay the report out: templates, numbers and figures in, one HTML file or one PDF out.

On paper it is two volumes, laid out side by side: the report, and the register of its numbers.

How to write a chapter (`reports/templates/chapters/<name>.html.j2`)
--------------------------------------------------------------------
A chapter is one `<h2>` and any number of `<h3>`; the engine numbers them, gives each an id where
it has none, and lists them in the contents. No digit and no quantity word stands in a template.

Functions, besides those of `aienergy.prose.Prose` (`n`, `span`, `value`, `name`, `cite`, `date`,
`year`, `unit`, `co2`, `co2e`):

- `fig('fig-place')` puts the figure here, with number, title, caption and sources; once each.
- `figref('fig-place')` prints "Figure 4", linked; before or after the figure itself.
- `tabref('tab-costs')`, `secref('sec-boundaries')` and `chapterref('policy')` do so for tables,
  for headings with an id, and for chapters.
- `rows('estimate/costs', system='gpt3')` returns rows of `results/estimate/costs.csv` as
  dictionaries; numbers are floats, empty cells are ''. Rows keep the order of the file.
- `{% call table('tab-costs', 'Cost of training', note='...') %}<thead>...</thead><tbody>...
  </tbody>{% endcall %}` sets a table. Scope of header cells and alignment of number columns are
  added. A cell that opens a body row and names it should be a `<th>`.
- `{{ key_number(n('key'), 'what it is') }}` in `key_numbers.html.j2`: one big figure of the strip.
- `{% call finding('What we found') %}<p>...</p>{% endcall %}` in `summary.html.j2`: one finding.
- `{% call note('Read this') %}...{% endcall %}`: a boxed remark. `<p class="lede">` opens a
  chapter, `<p class="takeaway">` states its result.

`python -m aienergy.report --draft ...` tells problems but goes on, and skips missing chapters.
"""
