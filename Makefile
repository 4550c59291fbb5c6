# The verbs. Each sets up what it needs; run any of them on a fresh clone.
# PYTHON=/path/to/python3.11 chooses the interpreter that .venv is made with.

export PYTHON

.PHONY: help run test check dev docs lock clean
help: ## this list
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/'

.venv/.ready: requirements.lock scripts/setup
	@scripts/setup

run: .venv/.ready ## start everything and print what to try
	@exec .venv/bin/yingda serve

test: .venv/.ready ## every test, slow journeys included
	@scripts/test

check: .venv/.ready ## lint, types, import contracts
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check .
	@.venv/bin/mypy
	@.venv/bin/mypy --config-file sdk-python/pyproject.toml
	@.venv/bin/python scripts/sdk-python --check
	@.venv/bin/lint-imports

dev: .venv/.ready ## the fast suite (under two minutes)
	@.venv/bin/pytest -q -n 2 -m "not slow and not journey and not browser and not live"

docs: .venv/.ready ## build the documentation into site/
	@.venv/bin/mkdocs build --strict

lock: .venv/.ready ## resolve the dependencies anew
	@.venv/bin/uv pip compile --universal --python-version 3.11 --no-emit-index-url --no-annotate -q pyproject.toml --group dev -o requirements.lock

clean: ## remove what the other verbs made
	rm -rf .venv site .pytest_cache .mypy_cache .ruff_cache
