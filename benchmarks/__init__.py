"""What docs/benchmarks.md quotes, each with its command: ``python -m benchmarks``, or ``make bench``."""
