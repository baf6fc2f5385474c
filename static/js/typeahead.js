/* Suggestions under a search box. Without this script the form around it searches on Enter.

   The box: [data-typeahead] with data-url (GET ?q=…, answers [{label, url, hint}]), data-none and
   data-some (words for the live region), data-suggestions (the name of the list). Follows the ARIA combobox pattern with a listbox. */
(function () {
  "use strict";

  var WAIT_MS = 180;
  var MIN_LETTERS = 2;
  var next = 0;

  function element(name, className, text) {
    var made = document.createElement(name);
    if (className) made.className = className;
    if (text) made.textContent = text;
    return made;
  }

  function setUp(box) {
    var input = box.querySelector("input");
    if (!input || !window.fetch) return;
    var id = "typeahead-" + (next += 1);
    var list = element("ul", "typeahead__list");
    var live = element("div", "visually-hidden");
    var options = [];
    var active = -1;
    var timer = null;
    var asked = 0;

    list.id = id;
    list.hidden = true;
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", box.dataset.suggestions);
    live.setAttribute("role", "status");
    box.appendChild(list);
    box.appendChild(live);
    input.setAttribute("role", "combobox");
    input.setAttribute("aria-autocomplete", "list");
    input.setAttribute("aria-expanded", "false");
    input.setAttribute("aria-controls", id);

    function close() {
      list.hidden = true;
      active = -1;
      input.setAttribute("aria-expanded", "false");
      input.removeAttribute("aria-activedescendant");
    }

    function mark(index) {
      if (active >= 0 && options[active]) options[active].node.setAttribute("aria-selected", "false");
      active = index;
      if (active < 0) {
        input.removeAttribute("aria-activedescendant");
        return;
      }
      options[active].node.setAttribute("aria-selected", "true");
      options[active].node.scrollIntoView({ block: "nearest" });
      input.setAttribute("aria-activedescendant", options[active].node.id);
    }

    function words(label, typed) {
      var shown = element("span");
      var at = label.toLowerCase().indexOf(typed.toLowerCase());
      if (at < 0) {
        shown.textContent = label;
        return shown;
      }
      shown.appendChild(document.createTextNode(label.slice(0, at)));
      shown.appendChild(element("b", "", label.slice(at, at + typed.length)));
      shown.appendChild(document.createTextNode(label.slice(at + typed.length)));
      return shown;
    }

    function show(found, typed) {
      list.textContent = "";
      options = found.map(function (item, index) {
        var node = element("li", "typeahead__option");
        node.id = id + "-" + index;
        node.setAttribute("role", "option");
        node.setAttribute("aria-selected", "false");
        node.appendChild(words(item.label, typed));
        if (item.hint) node.appendChild(element("span", "typeahead__hint", item.hint));
        node.addEventListener("mousedown", function (event) {
          event.preventDefault();
        });
        node.addEventListener("click", function () {
          window.location.assign(item.url);
        });
        list.appendChild(node);
        return { node: node, url: item.url };
      });
      active = -1;
      input.removeAttribute("aria-activedescendant");
      list.hidden = options.length === 0;
      input.setAttribute("aria-expanded", String(options.length > 0));
      live.textContent = options.length ? box.dataset.some + " " + options.length : box.dataset.none;
    }

    function ask() {
      var typed = input.value.trim();
      var mine = (asked += 1);
      if (typed.length < MIN_LETTERS) {
        live.textContent = "";
        close();
        return;
      }
      var join = box.dataset.url.indexOf("?") < 0 ? "?" : "&";
      fetch(box.dataset.url + join + "q=" + encodeURIComponent(typed), {
        credentials: "same-origin",
        headers: { Accept: "application/json" },
      })
        .then(function (answer) {
          if (!answer.ok) throw new Error(answer.status);
          return answer.json();
        })
        .then(function (found) {
          if (mine === asked && document.activeElement === input) show(found, typed);
        })
        .catch(close);
    }

    input.addEventListener("input", function () {
      window.clearTimeout(timer);
      timer = window.setTimeout(ask, WAIT_MS);
    });
    input.addEventListener("keydown", function (event) {
      if (event.key === "ArrowDown" && list.hidden) {
        ask();
      } else if (event.key === "ArrowDown" && options.length) {
        event.preventDefault();
        mark((active + 1) % options.length);
      } else if (event.key === "ArrowUp" && !list.hidden) {
        event.preventDefault();
        mark(active <= 0 ? options.length - 1 : active - 1);
      } else if (event.key === "Enter" && active >= 0 && !list.hidden) {
        event.preventDefault();
        window.location.assign(options[active].url);
      } else if (event.key === "Escape" && !list.hidden) {
        event.preventDefault();
        close();
      }
    });
    input.addEventListener("blur", function () {
      window.setTimeout(close, 150);
    });
  }

  document.querySelectorAll("[data-typeahead]").forEach(setUp);
})();
