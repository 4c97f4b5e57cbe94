"""What may be reported about an infusion: one file for each fact, with its validation; `any_fact` lists them all."""
