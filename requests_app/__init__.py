"""foitracker's house. One word finds everything: *authority case* is ``views/authority_case.py``,
``forms/authority_case.py``, ``templates/authority/case.html`` and ``tests/views/test_authority_case.py``.

law/            PURE: what the statute says; dates in, dates out
publishing/     PURE: what the public may read; text in, text out
files/          PURE: what a file says and what it hides: words, findings, pictures of pages
exports/        PURE: a page's data to JSON, Atom, text, zip, a picture of the clock
mail/           the wire: addresses, parse, classify (pure); imap; route and compose (know models)
models/         data, constraints, querysets
permissions.py  who may see or do what: one Q per rule
selectors/      page-shaped reads: several querysets to one frozen dataclass
actions/        the only code that changes a request: lock, move, save, record, post
forms/          shape of input: validate, never save
views/ urls/    doors for people: fetch, validate, act, redirect
doors/          the listening door for mail (LMTP)
tasks.py        doors for Celery: each calls one action
prepared.py     statements that a connection plans once, for what every view runs
prepared_rows.py  the same for querysets, and for writes of one row
limited.py      run(): a reader of a hostile format in a process of its own, within limits
scanner.py      scan(): ask a ClamAV daemon about a file
queue.py        enqueue(): a nudge to the workers after commit; rows are the queue
receivers.py    Anymail's signals, each to one row
middleware.py   the anonymous copy of a page, and the headers of every page
demo/  benchmarks/   the demo's content; what ``manage.py bench`` runs

Imports go downwards only: urls, then views and other doors, then forms, then actions and selectors
(which never import each other), permissions, files, mail, models, and the pure packages at the bottom.
"""
