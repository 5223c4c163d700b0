"""Zanni's protocol in Python. See clients/python/README.md for what is here and what is not."""
