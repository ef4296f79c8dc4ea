"""Read what people wrote down and refuse what is wrong, naming file, row and column."""
