# Two commands matter: `make start` opens the course, `make test` proves it.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

PYTHON ?= python3
VENV := .venv
IN := $(VENV)/bin
# Empty files whose dates say which step was last done when.
DONE := $(VENV)/.done
SETTINGS := $(VENV)/share/jupyter/lab/settings/overrides.json
# PYTEST adds words to the tests' command, such as PYTEST=tests/view.
# NO_OPEN=1 starts JupyterLab without opening a browser.
LAB_OPTIONS = $(if $(NO_OPEN),--no-browser) $(if $(filter 0,$(shell id -u)),--allow-root) $(LAB)

.PHONY: help start test check bench notebooks slides site lock ready ready-to-test system-packages system-packages-to-test image

help: ## List these commands.
	@sed -nE 's/^([a-z-]+):.*## (.*)/make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 18

start: ready image ## Install what is missing and open the course in your browser.
	$(IN)/jupyter lab --ServerApp.root_dir=. $(LAB_OPTIONS) notebooks/00_start_here.ipynb

test: ready-to-test image check ## Install what is missing and run every test, the browser and the live machines included.
	$(IN)/python -m pytest --numprocesses=2 --dist=loadfile --no-loadscope-reorder $(PYTEST)

check: $(DONE)/test-packages ## Lint, formatting and types.
	$(IN)/ruff check
	$(IN)/ruff format --check
	$(IN)/mypy

bench: ready-to-test image ## Measure, each value beside its floor, in one run.
	$(IN)/python -m tests.bench

notebooks: ready ## Execute every lesson on a fresh kernel and clean what is stored.
	$(IN)/python -m course notebooks

slides: ready ## Write every lesson as slides that need no network into build/slides.
	$(IN)/python -m course slides build/slides

site: ready ## Write the whole course as pages that read offline into build/site.
	$(IN)/python -m course site build/site

lock: $(DONE)/packages ## Compile requirements.txt and requirements-test.txt from pyproject.toml.
	$(IN)/python -m pip install --quiet uv
	$(IN)/uv pip compile --quiet --no-emit-index-url --universal --python-version 3.11 pyproject.toml -o requirements.txt
	$(IN)/uv pip compile --quiet --no-emit-index-url --universal --python-version 3.11 --extra test -c requirements.txt \
	  pyproject.toml -o requirements-test.txt

ready: system-packages $(DONE)/packages $(SETTINGS)

ready-to-test: system-packages-to-test $(DONE)/test-packages $(DONE)/grader $(DONE)/browser $(SETTINGS)

system-packages:
	@$(PYTHON) scripts/system_packages.py apt.txt

system-packages-to-test:
	@$(PYTHON) scripts/system_packages.py apt.txt apt-test.txt

$(DONE)/venv:
	$(PYTHON) -m venv $(VENV)
	@mkdir -p $(DONE) && touch $@

# The course itself is used from this checkout, so its requirements come from the lock alone.
$(DONE)/packages: requirements.txt pyproject.toml | system-packages $(DONE)/venv
	$(IN)/python -m pip install --quiet --requirement requirements.txt
	$(IN)/python -m pip install --quiet --no-deps --editable .
	@touch $@

$(DONE)/test-packages: requirements-test.txt $(DONE)/packages
	$(IN)/python -m pip install --quiet --requirement requirements-test.txt
	@touch $@

# nbgrader stands apart, with what it needs and the course has not: installed beside JupyterLab it would change its menus.
$(DONE)/grader: requirements-grader.txt $(DONE)/packages
	$(IN)/python -m pip install --quiet --no-deps --upgrade --target $(VENV)/grader --requirement requirements-grader.txt
	@touch $@

# Where the distribution has no Chromium package, the tests' own driver brings one.
$(DONE)/browser: $(DONE)/test-packages | system-packages-to-test
	@command -v chromium chromium-browser google-chrome > /dev/null || $(IN)/python -m playwright install chromium
	@touch $@

$(SETTINGS): scripts/overrides.json | $(DONE)/packages
	@install -D -m 644 $< $@

# Without an image the lessons show recordings, so a failure here stops nothing; its sentence says what is missing.
image: $(DONE)/packages
	-@$(IN)/python -m course image build --set base --missing --states
