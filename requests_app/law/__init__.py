"""What the statute says, as pure functions: days and events in, days and reasons out.

Nothing here imports Django, opens a socket or asks what day it is. `regimes` holds the five laws as
data, `holidays` the table of bank holidays, `days` what a working day is, `clock` events folded into dates (with
`count` beneath it), `explain` why, `citations` where it stands, `wire` the clock as JSON, `exemptions` the
sections that an authority may refuse under.
"""
