"""Words → sound."""
