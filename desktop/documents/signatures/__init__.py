"""The inside of a signed Word or Excel package; `documents.signing` and `documents.verifying` are its doors."""
