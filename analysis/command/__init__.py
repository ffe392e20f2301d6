"""The command `python -m analysis`: tables in, the same figures as the reports out.

Reading and writing live here and nowhere else in `analysis`. Each module does one step: arguments, tables (CSV),
keys, populations, responses, counts, figures, and one module for each form of output.
"""
