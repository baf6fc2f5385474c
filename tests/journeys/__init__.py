"""A real browser on the whole site: web server, worker, beat, the door for mail, and a mail server that catches all."""
