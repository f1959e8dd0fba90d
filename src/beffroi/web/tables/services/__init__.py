"""Services: the only writers. One transaction, one event at least."""
