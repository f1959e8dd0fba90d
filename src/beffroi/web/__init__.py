"""Django shell: accounts, tables, pages. It holds no fact of the trade."""
