"""Tests of the eligibility of after-sales."""
