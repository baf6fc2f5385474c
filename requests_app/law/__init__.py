"""What the statute says, as pure functions: days and events in, days and reasons out.

Nothing here imports Django, opens a socket or asks what day it is. `regimes` holds the five laws as
data, `holidays` the table of bank holidays, `clock` the counting, `wire` the clock as lines of JSON,
`exemptions` the sections that an authority may refuse under.
"""
