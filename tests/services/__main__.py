"""Which programs are missing here? One name per line; nothing when all is well."""

from .programs import missing

print("\n".join(missing()))
