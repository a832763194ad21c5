"""The chat's pages. Views pass changes to `writer.perform` and never write or publish themselves."""
