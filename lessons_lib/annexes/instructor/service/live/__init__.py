"""A live question to the whole room: rounds of votes, bars after Close, and nothing that counts."""
