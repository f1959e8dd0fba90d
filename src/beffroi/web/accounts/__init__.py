"""Accounts, roles and declared rights."""
