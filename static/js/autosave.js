/* Saves a draft while it is typed. Without this script every submit saves it.

   The form: form[data-autosave] whose value is the address to post to. Its live region:
   [data-autosave-status] with data-saved ("Saved at %s") and data-failed (words that say what to do).
   The server answers 2xx once the draft is stored. */
(function () {
  "use strict";

  var WAIT_MS = 3000;
  var RETRY_MS = 15000;

  function clock(now) {
    return ("0" + now.getHours()).slice(-2) + ":" + ("0" + now.getMinutes()).slice(-2);
  }

  function setUp(form) {
    var status = form.querySelector("[data-autosave-status]");
    var timer = null;
    var changed = false;
    var saving = false;
    var leaving = false;

    function body() {
      var data = new FormData();
      new FormData(form).forEach(function (value, name) {
        if (typeof value === "string") data.append(name, value);
      });
      return data;
    }

    function say(words) {
      if (status && status.textContent !== words) status.textContent = words;
    }

    function later(milliseconds) {
      window.clearTimeout(timer);
      timer = window.setTimeout(save, milliseconds);
    }

    function save() {
      if (!changed || saving || leaving) return;
      changed = false;
      saving = true;
      fetch(form.dataset.autosave, {
        method: "POST",
        body: body(),
        credentials: "same-origin",
        headers: { "X-Requested-With": "fetch", Accept: "application/json" },
      })
        .then(function (answer) {
          if (!answer.ok || answer.redirected) throw new Error(answer.status);
          say(status ? status.dataset.saved.replace("%s", clock(new Date())) : "");
          saving = false;
          if (changed) later(WAIT_MS);
        })
        .catch(function () {
          saving = false;
          changed = true;
          say(status ? status.dataset.failed : "");
          later(RETRY_MS);
        });
    }

    form.addEventListener("input", function () {
      changed = true;
      later(WAIT_MS);
    });
    form.addEventListener("submit", function () {
      leaving = true;
      window.clearTimeout(timer);
    });
    document.addEventListener("visibilitychange", function () {
      if (document.visibilityState === "hidden" && changed && !leaving && navigator.sendBeacon) {
        navigator.sendBeacon(form.dataset.autosave, body());
      }
    });
    window.addEventListener("pageshow", function () {
      leaving = false;
    });
  }

  if (window.fetch && window.FormData) {
    document.querySelectorAll("form[data-autosave]").forEach(setUp);
  }
})();
