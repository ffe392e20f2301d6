"""Statistics of understanding: numbers in, results out.

Kept empty, so that importing one module loads only what it needs.
"""
