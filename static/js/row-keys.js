/* Moves between the rows of a table with j and k. Only while a link in the table has the focus, so that no
   key does anything elsewhere. Without this script the Tab key does the same.

   The table: table[data-row-keys], each row's first link in its th. A hint [data-row-keys-hint] is shown. */
(function () {
  "use strict";

  function setUp(table) {
    var links = Array.prototype.slice.call(table.querySelectorAll("tbody th a"));
    table.addEventListener("keydown", function (event) {
      if (event.altKey || event.ctrlKey || event.metaKey) return;
      var step = { j: 1, k: -1 }[event.key];
      var at = links.indexOf(document.activeElement);
      if (!step || at < 0 || !links[at + step]) return;
      event.preventDefault();
      links[at + step].focus();
    });
  }

  document.querySelectorAll("table[data-row-keys]").forEach(setUp);
  document.querySelectorAll("[data-row-keys-hint]").forEach(function (hint) {
    hint.hidden = false;
  });
})();
