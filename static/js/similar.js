/* Shows requests like the title while it is written. Without this script they show after saving.

   The form: form[data-similar] whose value is the address to ask, with a field named "title".
   The place: [data-similar-place], a live region that is hidden while it is empty. */
(function () {
  "use strict";

  var WAIT_MS = 700;
  var MIN_LETTERS = 4;

  function setUp(form) {
    var place = document.querySelector("[data-similar-place]");
    var title = form.elements.title;
    var timer = null;
    var asked = title ? title.value.trim() : "";

    if (!place || !title) return;

    function ask() {
      var typed = title.value.trim();
      if (typed === asked || typed.length < MIN_LETTERS) return;
      asked = typed;
      fetch(form.dataset.similar + "?title=" + encodeURIComponent(typed), { credentials: "same-origin" })
        .then(function (answer) {
          if (!answer.ok) throw new Error(answer.status);
          return answer.text();
        })
        .then(function (piece) {
          if (typed !== asked) return;
          place.innerHTML = piece;
          place.hidden = piece.trim() === "";
        })
        .catch(function () {
          asked = "";
        });
    }

    title.addEventListener("input", function () {
      window.clearTimeout(timer);
      timer = window.setTimeout(ask, WAIT_MS);
    });
  }

  if (window.fetch) {
    document.querySelectorAll("form[data-similar]").forEach(setUp);
  }
})();
