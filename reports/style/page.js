// A number's card: the register entry, shown where the reader is. Without this script the link
// leads to the entry itself.
(function () {
  "use strict";
  var card = document.getElementById("card");
  var body = document.getElementById("card-body");
  if (!card || !card.showModal) return;

  function show(id) {
    var entry = document.getElementById(id);
    if (!entry) return false;
    var copy = entry.cloneNode(true);
    copy.removeAttribute("id");
    var link = document.createElement("p");
    link.className = "card-link";
    var anchor = document.createElement("a");
    anchor.href = "#" + id;
    anchor.textContent = "Show it in the register";
    anchor.addEventListener("click", function () { card.close(); });
    link.appendChild(anchor);
    body.replaceChildren(copy, link);
    card.scrollTop = 0;
    if (!card.open) card.showModal();
    return true;
  }

  document.addEventListener("click", function (event) {
    if (event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey) return;
    var link = event.target.closest("a.n");
    var point = event.target.closest("[data-key]");
    var id = link ? decodeURIComponent(link.hash.slice(1)) : point ? "n-" + point.dataset.key : "";
    if (id) {
      if (show(id) && link) event.preventDefault();
    } else if (event.target.closest("#card a.cite")) {
      card.close();
    } else if (event.target === card) {
      card.close();
    }
  });

  document.querySelectorAll("[data-key]").forEach(function (point) {
    if (document.getElementById("n-" + point.dataset.key)) point.classList.add("known");
  });

  // Tables of many rows: a click on a header sorts, the box above them finds.
  document.querySelectorAll("th[data-sort]").forEach(function (head) {
    var button = document.createElement("button");
    button.type = "button";
    button.textContent = head.textContent;
    head.replaceChildren(button);
    button.addEventListener("click", function () {
      var body = head.closest("table").tBodies[0];
      var column = Array.prototype.indexOf.call(head.parentNode.children, head);
      var down = head.getAttribute("aria-sort") === "ascending";
      var numeric = head.dataset.sort === "number";
      function key(row) {
        var cell = row.children[column];
        if (!numeric) return cell.textContent.trim().toLowerCase();
        var value = parseFloat(cell.dataset.value);
        return isNaN(value) ? (down ? -Infinity : Infinity) : value;
      }
      var rows = Array.from(body.rows, function (row) { return [key(row), row]; });
      rows.sort(function (a, b) { return (a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0) * (down ? -1 : 1); });
      body.replaceChildren.apply(body, rows.map(function (pair) { return pair[1]; }));
      head.parentNode.querySelectorAll("[aria-sort]").forEach(function (other) { other.removeAttribute("aria-sort"); });
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
    });
  });

  document.querySelectorAll(".finder").forEach(function (finder) {
    var body = document.getElementById(finder.dataset.finds).querySelector("tbody");
    var told = finder.querySelector("output");
    var texts = Array.from(body.rows, function (row) { return [row, row.textContent.toLowerCase()]; });
    function find() {
      var words = finder.querySelector("input").value.toLowerCase().split(/\s+/);
      var choices = Array.from(finder.querySelectorAll("select"));
      var shown = 0;
      texts.forEach(function (pair) {
        var fits = words.every(function (word) { return pair[1].includes(word); }) &&
          choices.every(function (c) { return !c.value || pair[0].dataset[c.dataset.column] === c.value; });
        pair[0].hidden = !fits;
        shown += fits;
      });
      told.textContent = shown + " of " + texts.length + " shown";
    }
    finder.addEventListener("input", find);
    find();
  });

  // The contents unfold at the chapter that is being read.
  var links = {};
  document.querySelectorAll(".sidebar > .contents > li > a").forEach(function (a) {
    links[decodeURIComponent(a.hash.slice(1))] = a;
  });
  if (!("IntersectionObserver" in window)) return;
  var observer = new IntersectionObserver(function (seen) {
    seen.forEach(function (item) {
      var link = links[item.target.id];
      if (!item.isIntersecting || !link) return;
      Object.keys(links).forEach(function (id) {
        links[id].removeAttribute("aria-current");
        links[id].parentNode.classList.remove("current");
      });
      link.setAttribute("aria-current", "true");
      link.parentNode.classList.add("current");
    });
  }, { rootMargin: "-15% 0px -80% 0px" });
  Object.keys(links).forEach(function (id) {
    var part = document.getElementById(id);
    if (part) observer.observe(part);
  });
})();
