"""What the public may read: text in, text out. Pure: no Django, no database, no network.

``redaction`` masks (``emails`` finds addresses, ``own_details`` what a requester wrote under their name, ``rules``
holds what staff write, ``shadow`` sees through what nobody sees), ``quoting`` folds (by ``quote_marks``,
``quote_words`` and ``known_words``), ``links`` finds addresses of pages, ``render`` puts the three together into safe
HTML, ``sanitise`` is the last gate, ``plain`` turns HTML letters into text, ``files`` names and recognises
attachments.
"""
