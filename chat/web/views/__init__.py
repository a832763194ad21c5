"""The chat's pages. Views read the request, pass changes to `writer.perform` and never write or publish
themselves.
"""
