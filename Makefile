# make run: start the app on http://localhost:8501       make test: run every test       make check: lint, types, imports
PYTHON ?= python3
PORT ?= 8501
BIN := .venv/bin

.PHONY: run test check browser requirements clean

run: .venv/serving
	$(BIN)/python -m comparator serve --port $(PORT)

test: .venv/testing browser
	$(BIN)/python -m pytest -n auto --maxprocesses 4

check: .venv/testing
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# The browser tests drive the system's Chromium, one test runs nginx; where they cannot be installed, pytest says what did not run.
browser:
	@( command -v chromium || command -v chromium-browser || command -v google-chrome ) >/dev/null && command -v nginx >/dev/null \
		|| ( [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && apt-get update -q \
			&& apt-get install -qy chromium fonts-dejavu-core nginx-light ) \
		|| echo "Chromium or nginx is missing and could not be installed: the tests that need it will not run."

.venv/serving: requirements.txt
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	touch $@

.venv/testing: .venv/serving requirements-dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	touch $@

# Bring the pins up to date from the two .in files (needs uv).
requirements:
	uv pip compile --quiet --universal --python-version 3.11 --no-header --generate-hashes --upgrade requirements.in -o requirements.txt
	uv pip compile --quiet --universal --python-version 3.11 --no-header --generate-hashes --upgrade requirements-dev.in -o requirements-dev.txt

clean:
	rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .hypothesis
