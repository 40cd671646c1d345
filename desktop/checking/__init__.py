"""What is wrong now: plain facts of the register on one side, the rules in force on the other."""
