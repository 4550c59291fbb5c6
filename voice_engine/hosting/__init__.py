"""One engine process: which calls it takes, one wheel for all, what it tells Redis, what a dead one left."""
