"""What a document can say: agreements, payer rules and follow-up plans as data, without code.

One block, one file: `measures/`, `criteria/` and `refund/` hold a model for each kind, named as the rule that
judges it in the room of the same name; `document` puts the three kinds of documents together; `lint` says what is
missing or contradictory.
"""
