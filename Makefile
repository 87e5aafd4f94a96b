# The two commands of the README are `make run` and `make test`; `make check` is what the linters say.
PYTHON ?= python3
VENV := .venv
PY := $(VENV)/bin/python
STAMP := $(VENV)/.installed

# Torch's own index has builds for the processor alone, which are ten times smaller:
# make setup-diarization TORCH_INDEX=https://download.pytorch.org/whl/cpu
TORCH_INDEX ?=

.PHONY: run setup setup-diarization test check format lock schema clean

run: setup
	@exec $(PY) manage.py run

setup: $(STAMP)

$(STAMP): requirements.txt requirements-dev.txt requirements-espeak.txt
	@$(PYTHON) -c 'import sys; sys.exit(0 if (3, 11) <= sys.version_info < (3, 12) else "Python 3.11 is needed, this is %d.%d: PYTHON=python3.11 make run" % sys.version_info[:2])'
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { echo "Python's venv module is missing: apt-get install python3-venv"; exit 1; }
	@test -x $(PY) || $(PYTHON) -m venv $(VENV)
	@echo "Installing pinned packages (a few minutes the first time)..."
	@$(PY) -m pip install --quiet --disable-pip-version-check --only-binary :all: --require-hashes -r requirements.txt -r requirements-dev.txt
	@$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-espeak.txt || echo "The offline voice (espeak-ng, optional) could not be installed; reading aloud needs the internet then."
	@touch $(STAMP)

# Optional: who spoke when. About 1 GB. pip takes no hashes beside packages without them: the versions alone bind it.
setup-diarization: setup
	@sed -E -n 's/^([A-Za-z0-9._-]+==[^ \\]+).*/\1/p' requirements.txt > $(VENV)/versions.txt
	@$(PY) -m pip install --disable-pip-version-check -c $(VENV)/versions.txt -r requirements-diarization.in $(if $(TORCH_INDEX),--extra-index-url $(TORCH_INDEX))

test: setup
	@$(PY) -m pytest -n logical --maxprocesses 4 --dist worksteal

check: setup
	@$(VENV)/bin/ruff format --check .
	@$(VENV)/bin/ruff check .
	@$(VENV)/bin/mypy
	@$(VENV)/bin/lint-imports
	@$(PY) manage.py makemigrations --check --dry-run
	@SECRET_KEY=check-only-$$(head -c 40 /dev/urandom | base64 | tr -d '\n') PUBLIC_URL=https://example.org $(PY) manage.py check --deploy --fail-level WARNING
	@$(PY) manage.py spectacular --validate --fail-on-warn --file /dev/null
	@$(VENV)/bin/djlint templates --lint --quiet

format:
	@$(VENV)/bin/ruff format .
	@$(VENV)/bin/ruff check --fix .

# Pins with hashes; `uv` is only needed here.
lock:
	@$(PY) -m pip install --quiet uv
	@for name in requirements requirements-dev requirements-espeak; do \
		$(VENV)/bin/uv pip compile $$name.in --quiet --upgrade --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --python-version 3.11 -o $$name.txt; done

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
