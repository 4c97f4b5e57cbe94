"""The domain: no input or output, no clock, no time zones.

The rooms, pipeline first:

    terms -> schedule -> evidence -> measures -> criteria -> determination -> refund

`facts` what may be reported · `terms` what a document can say · `schedule` when what is due · `evidence` what is known
at an instant · `measures` one number each · `criteria` three-valued logic · `determination` the reasoned outcome ·
`refund` what is owed · `payer_rule` and `follow_up` the two other kinds of documents · `infusion` and `document` the
streams: commands, events, state, decide · `policies` what happens by itself · `ports` what the world must offer.
"""
