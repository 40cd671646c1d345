"""Import of a list an office already has: find header and columns, judge every row, write what is accepted."""
