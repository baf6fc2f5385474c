/* "Link to this" also copies the address. Without this script it is an ordinary link.

   The link: a[data-copy-link]; the words it shows for a moment stand in the page as
   [data-copy-link-said], which is a live region. */
(function () {
  "use strict";

  var SHOWN_MS = 2500;
  var said = document.querySelector("[data-copy-link-said]");

  function setUp(link) {
    var words = link.textContent;
    link.addEventListener("click", function () {
      navigator.clipboard.writeText(link.href).then(
        function () {
          if (!said) return;
          var copied = said.dataset.copyLinkSaid;
          link.textContent = copied;
          said.textContent = copied;
          window.setTimeout(function () {
            link.textContent = words;
            said.textContent = "";
          }, SHOWN_MS);
        },
        function () {
          /* Not allowed to copy: the link itself still goes to the place. */
        }
      );
    });
  }

  if (navigator.clipboard && navigator.clipboard.writeText) {
    document.querySelectorAll("a[data-copy-link]").forEach(setUp);
  }
})();
