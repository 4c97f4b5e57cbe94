"""The reasoned outcome of one milestone: `question` what it depends on, `determine` the answer, `determination`
its form.
"""
