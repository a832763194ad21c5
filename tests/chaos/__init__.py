"""Fault tests: servers die, layers lose hints and clients misbehave while the promises must hold. Run by
`make chaos`.

It stands outside the product: servers are real processes on loopback, clients are sockets, the database is
read with plain SQL. What a case needs to break inside a server is wrapped around it by asgi.py. Results are
in docs/reliability.md.
"""
