"""Work in the background that a person can watch: state, progress, heartbeat, result, error rows."""
