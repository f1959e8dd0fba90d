"""Documents asked for on the web: a job, its progress, its file."""
