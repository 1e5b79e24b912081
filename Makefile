# `make check` is the gate, `make test` the test line of the README. Both make their own environments.
.PHONY: check test format
SHELL := /bin/bash
LINT := .venv-lint/bin

check: .venv-lint/ready
	$(LINT)/ruff format --check .
	$(LINT)/ruff check .
	$(LINT)/mypy
	$(LINT)/lint-imports

format: .venv-lint/ready
	$(LINT)/ruff format .
	$(LINT)/ruff check --fix .

test:
	$(shell grep -m 1 -E '^python3 -m venv .*pytest' README.md)

.venv-lint/ready: pyproject.toml
	python3 -m venv .venv-lint
	$(LINT)/pip install --quiet -e '.[lint]'
	touch $@
