"""Measurements: each figure stands beside a floor taken in the same run."""
