"""Do the promises hold while servers die, layers lie and clients misbehave? `make chaos` tries.

Stands outside of the product: servers are real processes on loopback, clients are sockets, the truth is read
with plain SQL. What came of it is in docs/reliability.md.
What a case needs to break inside a server is wrapped around it by asgi.py.
"""
