"""Chinese office documents in and out: filling, reading, drawing, signing, mailing."""
