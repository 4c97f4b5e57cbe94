"""Read models: pure folds, one file for each question that somebody asks.

A row depends on the infusion's stream, the documents and the reference tables up to a place in the log, and on nothing
else; what depends on the day of asking (phase, lane, whether a request is permitted) is a function of row and day.

`infusions` which infusions there are · `enrolments` under which agreement each stands · `refund_triggers` what each
milestone says and costs · `refund_lines` what was triggered · `data_request_windows` what a payer may ask and when ·
`worklist` what a coordinator may have to do · `timeline` what happened · `reminders_due` who must be told when.
"""
