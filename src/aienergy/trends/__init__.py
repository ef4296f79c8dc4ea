"""Growth of training compute and of hardware efficiency."""
