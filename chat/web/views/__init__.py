"""The pages: each reads what is asked, hands what is to be done to `writer.perform`, and answers.

Never announces and never writes by itself. Imports what stands below it: actions, queries, forms, writer.
"""
