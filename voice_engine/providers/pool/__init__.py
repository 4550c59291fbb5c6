"""Several vendors as one: who is asked first, who second, what happens when one is late, silent or gone."""
