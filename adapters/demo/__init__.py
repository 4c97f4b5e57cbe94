"""The synthetic demo portfolio: whole invented lives, fed into a store as far as they were known; a clock that moves.

Every HTC, payer, person and patient here is invented and labelled synthetic; the product is not affiliated with any
manufacturer. `portfolio` tells whole lives; `loader` feeds what was known at the demo clock through real commands;
`moving` lets days pass, so that windows open, reminders go out and a determination fails before the reader's eyes.
"""
