"""The read models as tables: disposable, folded by the batch projector, read by pages (decided point 10)."""
