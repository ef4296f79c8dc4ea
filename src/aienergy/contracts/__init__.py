"""What every table must look like, in one place: columns, closed lists, keys and numbers."""
