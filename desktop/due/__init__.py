"""Where deadlines come from: the register under the packs, duties with their clocks, and the work under way."""
