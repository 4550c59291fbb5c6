"""Vendors, one file each."""
