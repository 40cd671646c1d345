"""The screens: one module per noun, Qt only here."""
