/* One key for each decision on a held letter. Only while the focus is inside the panel, and never while somebody
   types, so that no key does anything elsewhere. Without this script the same buttons and links are pressed.

   The panel: [data-keys], whose heading takes the focus when the page opens. 1 to 9 press the buttons named "guess" in their
   order; a link or a details with data-key is followed or opened by that key. A hint [data-keys-hint] is shown. */
(function () {
  "use strict";

  var TYPED_IN = /^(INPUT|SELECT|TEXTAREA)$/;

  function act(panel, key) {
    var target = panel.querySelector('[data-key="' + key + '"]');
    if (!target) return false;
    if (target.tagName === "DETAILS") {
      target.open = true;
      var field = target.querySelector("input:not([type=hidden]), select, textarea");
      if (field) field.focus();
    } else {
      target.click();
    }
    return true;
  }

  function setUp(panel) {
    var pressed = false;
    panel.addEventListener("keydown", function (event) {
      if (event.altKey || event.ctrlKey || event.metaKey || event.repeat) return;
      if (TYPED_IN.test(event.target.tagName)) return;
      var guesses = panel.querySelectorAll("button[name=guess]");
      var button = /^[1-9]$/.test(event.key) ? guesses[event.key - 1] : null;
      if (button && !pressed) {
        pressed = true;
        event.preventDefault();
        button.click();
      } else if (/^[a-z]$/.test(event.key) && act(panel, event.key)) {
        event.preventDefault();
      }
    });
    panel.querySelectorAll("[data-keys-hint]").forEach(function (hint) {
      hint.hidden = false;
    });
    if (!panel.querySelector("[aria-invalid=true]")) panel.querySelector("h1").focus({ preventScroll: true });
  }

  document.querySelectorAll("[data-keys]").forEach(setUp);
})();
