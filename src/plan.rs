//! Example + claims + front matter → a job for the runner, or why it is skipped.
