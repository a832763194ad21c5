"""How fast is the chat, and what does it cost, beside the servers it is compared with? `python -m bench`."""
